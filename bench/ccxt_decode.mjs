// What ccxt's own message handling costs a frame, in processor time of this process: JSON.parse and
// the exchange's handleMessage, with markets known and nobody waiting for the result. It is told
// what to measure line by line, as decode_bench is.
//
// usage: node ccxt_decode.mjs DIR   reads "decode SET" or "client SET" (the same through the
//        handler of its connection, which looks at the text first) and answers with JSON

import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

import ccxt from '../.deps/ccxt/node_modules/ccxt/js/ccxt.js';

const PASS_US_MIN = 3e5;
const ADDRESSES = {
  binance: 'wss://stream.binance.com:9443/ws',
  binanceusdm: 'wss://fstream.binance.com/ws',
  kucoinfutures: 'wss://ws-api-futures.kucoin.com/',
};
const QUOTES = ['USDT', 'USDC', 'BUSD', 'USD', 'BTC', 'ETH', 'EUR'];

/** A market as ccxt keeps it, without what message handling does not look at. */
function marketOf(exchange, id) {
  const isContract = exchange.id !== 'binance';
  const pair = exchange.id === 'kucoinfutures' ? id.replace(/M$/, '') : id;
  const quote = QUOTES.find((each) => pair.endsWith(each));
  const base = exchange.safeCurrencyCode(pair.slice(0, -quote.length));
  return exchange.safeMarketStructure({
    id, base, quote, baseId: base, quoteId: quote, active: true,
    symbol: isContract ? `${base}/${quote}:${quote}` : `${base}/${quote}`,
    settle: isContract ? quote : undefined,
    type: isContract ? 'swap' : 'spot', spot: !isContract, swap: isContract, contract: isContract,
    linear: isContract ? true : undefined,
  });
}

function prepare(folder, set) {
  const name = set.split('.')[0];
  const text = readFileSync(`${folder}/${set}.txt`, 'utf8');
  const frames = text.split('\n').filter((line) => line !== '');
  const exchange = new ccxt.pro[name]();
  const ids = new Set([...text.matchAll(/"s(?:ymbol)?":"([^"]+)"/g)].map((match) => match[1]));
  exchange.setMarkets([...ids].map((id) => marketOf(exchange, id)));
  return { frames, exchange, client: exchange.client(ADDRESSES[name]) };
}

function handleAll({ frames, exchange, client }) {
  for (const frame of frames) {
    exchange.handleMessage(client, JSON.parse(frame));
  }
}

function handleThroughClient({ frames, client }) {
  for (const frame of frames) {
    client.onMessage({ data: frame });
  }
}

/** Messages that ccxt passes over would cost nothing and be no measure. */
function checkHandled({ exchange }, set) {
  const kept = [exchange.ohlcvs, exchange.tickers, exchange.trades, exchange.bidsasks];
  if (!kept.some((each) => Object.keys(each ?? {}).length > 0)) {
    throw new Error(`ccxt kept nothing of ${set}`);
  }
}

function measure(prepared, pass) {
  let passes = 0;
  let spent = 0;
  while (spent < PASS_US_MIN) {
    const before = process.cpuUsage();
    pass(prepared);
    const after = process.cpuUsage(before);
    spent += after.user + after.system;
    passes += 1;
  }
  return (spent * 1e3) / passes / prepared.frames.length;
}

const folder = process.argv[2];
const sets = new Map();
for await (const line of createInterface({ input: process.stdin })) {
  const [what, set] = line.split(' ');
  if (!sets.has(set)) {
    sets.set(set, prepare(folder, set));
  }
  const prepared = sets.get(set);
  const nsPerFrame = measure(prepared, what === 'client' ? handleThroughClient : handleAll);
  checkHandled(prepared, set);
  console.log(JSON.stringify({ ns_per_frame: nsPerFrame }));
}
