// What ccxt makes of the answers to its queries: markets, prices, books, trades and candles.

import { MINUTE, openTime } from './ccxt_client.mjs';

const FETCHED_ROWS = { binance: 500, binanceusdm: 500, kucoinfutures: 200 };
/// Of each exchange one that often does not trade for minutes.
const QUIET = { binance: 'QUICK', binanceusdm: 'QUICK', kucoinfutures: 'OXT' };

export async function inspectMarkets(subject) {
  const { exchange, id } = subject;
  const markets = Object.values(exchange.markets);
  subject.expect(markets.length > 250, 'few markets', markets.length);
  for (const market of markets) {
    const { symbol, base, quote, info } = market;
    const spelled = market.spot ? `${base}/${quote}` : `${base}/${quote}:${quote}`;
    subject.expect(symbol === spelled && quote === 'USDT', 'symbol', symbol, market.id);
    subject.expect(exchange.markets_by_id[market.id].length === 1, 'not one market', market.id);
    subject.expect(exchange.safeSymbol(market.id, undefined, undefined, market.type) === symbol,
      'id does not lead back', market.id, symbol);
    subject.expect(market.active === subject.isTrading(market), 'activity', symbol, info.status);
    subject.expect(market.precision.price > 0 && market.precision.amount > 0, 'precision', symbol);
    subject.expect(id === 'binance' ? market.spot : market.swap && market.linear, 'type', symbol,
      market.type);
  }
  subject.expect(markets.some((market) => !market.active), 'no market is inactive');
  const bitcoin = exchange.market(subject.symbol('BTC'));
  const name = id === 'kucoinfutures' ? 'XBTUSDTM' : 'BTCUSDT';
  subject.expect(bitcoin.id === name, 'id of BTC', bitcoin.id);
  subject.expect(bitcoin.active, 'BTC is not active');
  const sizes = { binance: undefined, binanceusdm: 1, kucoinfutures: 0.001 };
  subject.expect(bitcoin.contractSize === sizes[id], 'contract size', bitcoin.contractSize);
}

export async function inspectClock(subject) {
  const before = await subject.marketTime();
  const time = await subject.exchange.fetchTime();
  const after = await subject.marketTime();
  subject.expect(before <= time && time <= after, 'clock', before, time, after);
  const { status } = await subject.exchange.fetchStatus();
  subject.expect(status === 'ok', 'status', status);
}

export function inspectTicker(subject, what, ticker) {
  const { last, open, high, low, percentage, baseVolume, quoteVolume, bid, ask } = ticker;
  const finite = [last, open, high, low, percentage, baseVolume, quoteVolume, bid, ask]
    .every((one) => one === undefined || Number.isFinite(one));
  subject.expect(finite && last > 0 && ticker.close === last, what, 'price', ticker);
  if (high !== undefined) {
    subject.expect(low > 0 && low <= last && last <= high && low <= open && open <= high, what,
      'range', ticker);
    subject.expect(Math.abs((last / open - 1) * 100 - percentage) < 0.02, what, 'change', ticker);
    subject.expect(baseVolume >= 0 && quoteVolume >= baseVolume * low * 0.99
      && quoteVolume <= baseVolume * high * 1.01, what, 'volume', ticker);
  }
  inspectSpread(subject, what, ticker);
}

/// Bid and ask are steps apart, around the last price, on the market's grid.
export function inspectSpread(subject, what, { symbol, bid, ask, last }) {
  if (bid === undefined) {
    return;
  }
  const step = subject.exchange.market(symbol).precision.price;
  const digits = (price) => (subject.exchange.numberToString(price).split('.')[1] ?? '').length;
  subject.expect(bid > 0 && bid < ask && ask - bid < 2.01 * step, what, 'spread', symbol, bid, ask);
  subject.expect(last === undefined || (bid <= last && last <= ask), what, 'outside', bid, last,
    ask);
  subject.expect(digits(bid) <= digits(step) && digits(ask) <= digits(step), what, 'off the grid',
    bid, ask, step);
}

export async function inspectTickers(subject) {
  const { exchange } = subject;
  const pair = [subject.symbol('BTC'), subject.symbol('ETH')];
  const all = await exchange.fetchTickers();
  for (const symbol of exchange.symbols.filter((one) => exchange.market(one).active)) {
    if (subject.expect(all[symbol] !== undefined, 'fetchTickers lacks', symbol)) {
      inspectTicker(subject, 'fetchTickers', all[symbol]);
    }
  }
  const two = await exchange.fetchTickers(pair);
  subject.expect(pair.every((one) => two[one].last > 0) && Object.keys(two).length === 2,
    'fetchTickers of two', Object.keys(two));
  const one = await exchange.fetchTicker(pair[0]);
  inspectTicker(subject, 'fetchTicker', one);
  rememberPrice(subject, 'fetchTicker', one.last, one.timestamp);
  const quotes = await exchange.fetchBidsAsks();
  subject.expect(Object.keys(quotes).length > 200, 'fetchBidsAsks', Object.keys(quotes).length);
  for (const quote of Object.values(quotes)) {
    subject.expect(quote.bid > 0, 'fetchBidsAsks', quote);
    inspectSpread(subject, 'fetchBidsAsks', quote);
  }
}

/// BTC's price at a time has to lie in that minute's candle, once it is known.
export function rememberPrice(subject, what, price, time, until = time) {
  subject.prices.push({ what, price, from: openTime(time), to: openTime(until) });
}

export async function inspectPrices(subject) {
  const end = openTime(await subject.marketTime());
  for (const { what, price, from, to } of subject.prices) {
    if (to < end) {
      const rows = await subject.truth(subject.symbol('BTC'), '1m', from, to);
      subject.expect(rows.length === 0 || (Math.min(...rows.map((row) => row[3])) <= price
        && price <= Math.max(...rows.map((row) => row[2]))), what, price, 'is not in', rows);
    }
  }
}

export async function inspectBook(subject) {
  const symbol = subject.symbol('BTC');
  const from = await subject.marketTime();
  const { bids, asks } = await subject.exchange.fetchOrderBook(symbol);
  const rises = (levels) => levels.every(([price, amount], i) => price > 0 && amount > 0
    && (i === 0 || price > levels[i - 1][0]));
  subject.expect(bids.length > 0 && rises([...bids].reverse()) && rises(asks), 'book', bids, asks);
  const [bid, ask] = [bids[0][0], asks[0][0]];
  inspectSpread(subject, 'book', { symbol, bid, ask });
  rememberPrice(subject, 'book', (bid + ask) / 2, from, await subject.marketTime());
}

/// The trades of full minutes make their candles.
export async function inspectTrades(subject, what, trades) {
  const symbol = subject.symbol('BTC');
  const minutes = new Map();
  trades.forEach((trade, i) => {
    subject.expect(trade.price > 0 && trade.amount > 0 && ['buy', 'sell'].includes(trade.side)
      && trade.symbol === symbol && (i === 0 || trade.timestamp > trades[i - 1].timestamp), what,
    'trade', trade);
    const minute = openTime(trade.timestamp);
    minutes.set(minute, [...(minutes.get(minute) ?? []), trade]);
  });
  const full = [...minutes.keys()].slice(1, -1);
  const rows = full.length === 0 ? [] : await subject.truth(symbol, '1m', full[0], full.at(-1));
  for (const row of rows.filter((one) => minutes.has(one[0]))) {
    const prices = minutes.get(row[0]).map((trade) => trade.price);
    const sum = minutes.get(row[0]).reduce((total, trade) => total + trade.amount, 0);
    const volume = subject.inBaseUnits(symbol, [0, 0, 0, 0, 0, sum])[5];
    subject.expect(Math.abs(volume - row[5]) < 1e-7 * row[5], what, 'volume', volume, row);
    subject.expect(prices.at(-1) === row[4] && Math.max(...prices) <= row[2]
      && Math.min(...prices) >= row[3], what, 'prices', prices.at(-1), row);
  }
  return full.length;
}

async function inspectFetched(subject, base, timeframe, since, limit, rowsMin, rowsMax) {
  const { exchange } = subject;
  const symbol = subject.symbol(base);
  const step = exchange.parseTimeframe(timeframe) * 1000;
  const before = await subject.marketTime();
  const rows = await exchange.fetchOHLCV(symbol, timeframe, since, limit);
  const what = `fetchOHLCV(${since ?? '-'}, ${limit ?? '-'})`;
  // KuCoin leaves out what had no trade, which is how many an hour's outage may decide.
  const least = subject.id === 'kucoinfutures' ? 0 : rowsMin;
  subject.expect(least <= rows.length && rows.length <= rowsMax, what, symbol, rows.length);
  subject.expect(rows.every(([time], i) => time % step === 0
    && (i === 0 || time > rows[i - 1][0])), what, symbol, 'is not in order');
  subject.expect(rows.every(([time]) => time >= (since ?? 0)), what, symbol, 'is too early');
  const closed = rows.filter(([time]) => time + step <= before);
  subject.fetched += await subject.compare(what, symbol, timeframe, closed);
}

export async function inspectCandles(subject) {
  const { exchange, id } = subject;
  const usual = FETCHED_ROWS[id];
  const days = (count) => openTime(Date.now() - count * 1440 * MINUTE, 1440 * MINUTE);
  const pages = id === 'kucoinfutures' ? 200 : 1000;
  for (const timeframe of ['1m', '5m', '1h', '1d']) {
    await inspectFetched(subject, 'BTC', timeframe, undefined, undefined, usual, usual);
  }
  await inspectFetched(subject, 'ETH', '5m', days(20), pages, pages, pages);
  await inspectFetched(subject, 'ETH', '4h', days(40), undefined, 200, 500);
  await inspectFetched(subject, 'SOL', '15m', undefined, 50, 50, 51);
  await inspectFetched(subject, 'XRP', '1m', days(3) + 1, 100, 100, 101);
  await inspectFetched(subject, QUIET[id], '1m', days(2), 200, 200, 201);
  const active = exchange.symbols.filter((one) => exchange.market(one).active);
  for (let i = 0; i < active.length; i += Math.ceil(active.length / 8)) {
    const { base } = exchange.market(active[i]);
    await inspectFetched(subject, base, '1h', days(1), 20, 1, 21);
  }
}
