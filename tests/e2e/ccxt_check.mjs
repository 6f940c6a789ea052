// Does ccxt, a client of exchanges that many programs trade with, accept the simulated ones, and
// does it end with the candles that really happened?
//   node ccxt_check.mjs MODULES URL sound | faulty
// MODULES is the folder with ccxt, URL a running `cscan exchange-sim`. Prints one JSON object: what
// was checked and what was wrong.

import { MINUTE, PATIENCE_MS, PING_MS, Subject, addFaults, confineTo, loadCcxt, sleep,
  strangersMet } from './ccxt_client.mjs';
import { inspectBook, inspectCandles, inspectClock, inspectMarkets, inspectPrices, inspectSpread,
  inspectTicker, inspectTickers, inspectTrades, rememberPrice } from './ccxt_queries.mjs';

/// Liquid ones and, last, two that often do not trade for minutes; of 2 to 10 decimals.
const BASES = 'BTC ETH SOL XRP DOGE LTC AVAX BCH';
const WATCHED = {
  binance: `${BASES} SHIB PEPE KSM QUICK`.split(' '),
  binanceusdm: `${BASES} MKR TIA KSM QUICK`.split(' '),
  kucoinfutures: `${BASES} PEPE BONK KSM OXT`.split(' '),
};
const DELISTED = 'ADA';
const FAILURES_TOLD = 20;  // of each exchange
const CLOSED_MIN = 60;  // candles of each exchange
const MINUTES_WATCHED = 8;  // of the market
/// Only Binance spot speaks of minutes without trades.
const saysFlat = (subject) => subject.id === 'binance';

// --- Streams

/// What is watched until the end: 12 markets by the minute, two of them by five minutes as well.
function watchCandles(subject) {
  const { exchange, id } = subject;
  const minutes = WATCHED[id].map((base) => [subject.symbol(base), '1m']);
  const longer = [[subject.symbol('BTC'), '5m'], [subject.symbol('ETH'), '5m']];
  subject.series = [...minutes, ...longer];
  const loops = id !== 'kucoinfutures' ? [() => exchange.watchOHLCVForSymbols(minutes)]
    : minutes.map((one) => () => exchange.watchOHLCV(...one));
  loops.push(...longer.map((one) => () => exchange.watchOHLCV(...one)));
  return loops.map((watch) => subject.keepWatching(watch));
}

/// The candles that ccxt holds of a series; without the last one, which may still be forming.
const closedOf = ({ exchange }, [symbol, timeframe]) =>
  [...(exchange.ohlcvs[symbol]?.[timeframe] ?? [])].slice(0, -1).map((one) => [...one]);

async function inspectTickerStreams(subject) {
  const { exchange, id } = subject;
  const pair = [subject.symbol('BTC'), subject.symbol('ETH')];
  if (id === 'kucoinfutures') {
    await subject.expectError('ArgumentsRequired', 'watchTickers of all',
      () => exchange.watchTickers());
    await subject.expectError('NotSupported', 'watchOHLCVForSymbols',
      () => exchange.watchOHLCVForSymbols([[pair[0], '1m']]));
  } else {
    const all = await subject.within('watchTickers', exchange.watchTickers());
    Object.values(all).forEach((ticker) => inspectTicker(subject, 'watchTickers', ticker));
    subject.expect(Object.keys(all).length > 0, 'watchTickers gave none');
  }
  const one = await subject.within('watchTicker', exchange.watchTicker(pair[0]));
  inspectTicker(subject, 'watchTicker', one);
  rememberPrice(subject, 'watchTicker', one.last, one.timestamp);
  // What comes with another market's message ccxt keeps and may not give back.
  const calls = {
    watchTickers: [inspectTicker, 'tickers'],
    watchBidsAsks: [inspectSpread, 'bidsasks'],
  };
  for (const [call, [inspect, kept]] of Object.entries(calls)) {
    const start = await subject.marketTime();
    const isNew = (one) => one !== undefined && (one.timestamp ?? start) >= start;
    const missing = () => pair.filter((symbol) => !isNew(exchange[kept][symbol]));
    for (let i = 0; i === 0 || (i < 50 && missing().length > 0); i += 1) {
      const some = await subject.within(call, exchange[call](pair));
      Object.values(some).forEach((ticker) => inspect(subject, call, ticker));
    }
    subject.expect(missing().length === 0, call, 'never spoke of', missing());
  }
}

/// After unWatchOHLCV nothing more is said, and it can be watched again.
async function inspectUnwatching(subject) {
  const { exchange } = subject;
  const symbol = subject.symbol('LINK');
  const { id } = exchange.market(symbol);
  let heard = 0;
  const handle = exchange.handleOHLCV.bind(exchange);
  exchange.handleOHLCV = (client, message) => {
    heard += JSON.stringify(message).includes(`"${id}"`) ? 1 : 0;
    return handle(client, message);
  };
  await subject.within('watchOHLCV', exchange.watchOHLCV(symbol, '1m'));
  await subject.within('unWatchOHLCV', exchange.unWatchOHLCV(symbol, '1m'));
  const before = heard;
  await sleep(1500);
  subject.expect(before > 0 && heard === before, 'heard after unWatchOHLCV', heard - before);
  subject.expect(exchange.ohlcvs[symbol]?.['1m'] === undefined, 'candles after unWatchOHLCV');
  await subject.within('watchOHLCV again', exchange.watchOHLCV(symbol, '1m'));
  subject.expect(heard > before, 'silence after watchOHLCV again');
}

/// Each socket that is open heard a pong lately, and the limits were kept.
async function inspectManners(subject) {
  for (const client of Object.values(subject.exchange.clients)) {
    // The first ping counts as a pong; of those after it ccxt must have heard.
    const age = Date.now() - client.connectionEstablished;
    subject.expect(age < 3 * PING_MS || client.lastPong > client.connectionEstablished + 1.5
      * PING_MS, 'no pong on', client.url, age, client.lastPong - client.connectionEstablished);
  }
  const { exchanges } = await subject.report();
  const mine = exchanges.find((one) => one.exchange === subject.id);
  subject.expect(mine.asked_in_silence === 0 && mine.weight_most <= mine.weight_limit, 'limits',
    mine);
}

async function waitFor(subject, what, condition) {
  for (let waited = 0; waited < PATIENCE_MS && !condition(); waited += 100) {
    await sleep(100);
  }
  subject.expect(condition(), what, 'did not come');
}

async function waitForClosed(subject, count) {
  const closed = () => subject.series.reduce((sum, one) => sum + closedOf(subject, one).length, 0);
  await waitFor(subject, `${count} closed candles`, () => closed() >= count);
}

async function waitUntil(subject, marketTime) {
  while (await subject.marketTime() < marketTime) {
    await sleep(200);
  }
}

// --- The two runs

async function checkSound(subject) {
  const { exchange } = subject;
  await inspectMarkets(subject);
  watchCandles(subject);
  const start = await subject.marketTime();
  const bitcoin = subject.symbol('BTC');
  subject.keepWatching(() => exchange.watchTrades(bitcoin));
  await Promise.all([inspectTickerStreams(subject), inspectClock(subject)]);
  await inspectUnwatching(subject);
  await inspectTickers(subject);
  await inspectBook(subject);
  await inspectTrades(subject, 'fetchTrades', await exchange.fetchTrades(bitcoin));
  await inspectCandles(subject);
  await waitForClosed(subject, CLOSED_MIN);
  await waitUntil(subject, start + MINUTES_WATCHED * MINUTE);
  for (const one of subject.series) {
    const candles = closedOf(subject, one);
    subject.watched += await subject.compare('watchOHLCV', ...one, candles, saysFlat(subject));
  }
  const minutes = await inspectTrades(subject, 'watchTrades', exchange.trades[bitcoin]);
  subject.expect(minutes > 3, 'watchTrades', minutes, 'full minutes');
  await inspectPrices(subject);
  await inspectManners(subject);
  subject.expect(subject.interruptions.length === 0, 'watching was interrupted',
    subject.interruptions.map(String));
}

/// The exceptions that ccxt makes of what the exchange refuses.
async function inspectRefusals(subject) {
  const { exchange, id } = subject;
  await subject.expectError('BadSymbol', 'a symbol that ccxt does not know',
    () => exchange.fetchTicker('NOPE/USDT'));
  if (id === 'kucoinfutures') {
    const klines = (symbol, granularity) => () =>
      exchange.futuresPublicGetKlineQuery({ symbol, granularity });
    await subject.expectError('ExchangeError', 'klines of NOPE', klines('NOPEUSDTM', 5));
    await subject.expectError('InvalidOrder', 'granularity 7', klines('XBTUSDTM', 7));
    await subject.expectError('NotSupported', 'ticker of NOPE',
      () => exchange.futuresPublicGetTicker({ symbol: 'NOPEUSDTM' }));
    const url = await exchange.negotiate(false, true);
    await subject.expectError('NotSupported', 'a topic that does not exist', () => subject.within(
      'a refusal', exchange.subscribe(url, 'nothing', '/contractMarket/nothing:XBTUSDTM')));
    return;
  }
  const get = id === 'binance' ? exchange.publicGetKlines : exchange.fapiPublicGetKlines;
  const klines = (symbol, interval) => () => get({ symbol, interval });
  await subject.expectError('BadSymbol', 'klines of NOPE', klines('NOPEUSDT', '5m'));
  await subject.expectError('BadRequest', 'interval 7m', klines('BTCUSDT', '7m'));
}

/// The stream ends, and who asks or comes back is refused: ccxt says so, and when to try again.
async function sitOutTheLimit(subject) {
  const { exchange, id, url } = subject;
  await addFaults(url, `disconnect exchange=${id}`,
    `status exchange=${id} code=429 retry-after=1s`);
  const name = id === 'kucoinfutures' ? 'ExchangeError' : 'DDoSProtection';
  const error = await subject.expectError(name, 'the time', () => exchange.fetchTime());
  subject.expect(String(error).includes('429'), 'not 429 but', String(error));
  const headers = exchange.last_response_headers;
  const wait = id === 'kucoinfutures' ? Number(headers['Gw-Ratelimit-Reset'])
    : Number(headers['Retry-After']) * 1000;
  subject.expect(wait > 0 && wait <= 1000, 'how long to be silent', headers);
  await waitFor(subject, 'a stream that is refused',
    () => subject.interruptions.some((one) => String(one).includes('429')));
  await subject.endFaults();
  await addFaults(url, `duplicate exchange=${id}`);
  await sleep(wait + 100);
  subject.expect(await exchange.fetchTime() > 0, 'the time after the silence');
}

async function checkFaulty(subject) {
  const { exchange } = subject;
  const gone = exchange.market(subject.symbol(DELISTED));
  subject.expect(!gone.active && gone.info.status !== undefined, 'delisted', gone.info.status);
  await inspectRefusals(subject);
  const start = await subject.marketTime();
  watchCandles(subject);
  await waitForClosed(subject, 12);
  await sitOutTheLimit(subject);
  const minutes = exchange.ohlcvs[subject.symbol('BTC')]['1m'];
  const back = await subject.marketTime();
  await waitFor(subject, 'a candle after the faults', () => minutes.at(-1)[0] > back);
  await waitUntil(subject, back + 4 * MINUTE);
  for (const one of subject.series) {
    // What ccxt missed it asks for, from the first candle it holds.
    const kept = closedOf(subject, one);
    const asked = await exchange.fetchOHLCV(...one, kept[0]?.[0] ?? start, 100);
    const known = new Map([...kept, ...asked].map((candle) => [candle[0], candle]));
    const candles = [...known.values()].sort((a, b) => a[0] - b[0]).slice(0, -1);
    subject.watched += kept.length;
    subject.fetched += await subject.compare('after faults', ...one, candles);
  }
  const broken = subject.interruptions.filter((one) => String(one).includes('closing code 1'));
  subject.expect(broken.length > 0, 'the stream was not interrupted');
  subject.expect(subject.interruptions.every((one) => one instanceof subject.ccxt.NetworkError),
    'interruptions are not NetworkErrors:', [...new Set(subject.interruptions.map(String))]);
}

const [modules, url, run] = process.argv.slice(2);
confineTo(url);
// When a stream ends while ccxt is about to send, it leaves that error to nobody.
const unheard = [];
process.on('unhandledRejection', (error) => unheard.push(String(error)));
const ccxt = await loadCcxt(modules);
if (run === 'faulty') {
  await addFaults(url, `delist topic=${DELISTED}USDT`, `delist topic=${DELISTED}USDTM`,
    'duplicate');
  await sleep(200);
}
const exchanges = {};
await Promise.all(Object.keys(WATCHED).map(async (id) => {
  const subject = new Subject(ccxt, id, url);
  try {
    await subject.connect();
    await (run === 'faulty' ? checkFaulty : checkSound)(subject);
    await subject.close();
  } catch (error) {
    subject.failures.push(`ended with ${error.stack}`);
  }
  const { checks, failures, fetched, watched, interruptions } = subject;
  exchanges[id] = { checks, failed: failures.length, failures: failures.slice(0, FAILURES_TOLD),
    fetched, watched, interruptions: interruptions.length };
}));
const report = JSON.stringify({ strangers: strangersMet(), unheard, exchanges });
process.stdout.write(`${report}\n`, () => process.exit(0));
