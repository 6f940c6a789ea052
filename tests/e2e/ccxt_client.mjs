// ccxt as its users set it up, pointed at a simulator on this machine, and the simulator's truth.
// No other host can be reached from this process: a connection elsewhere is refused and remembered.

import { Socket } from 'node:net';
import { pathToFileURL } from 'node:url';

export const MINUTE = 60_000;
/// How often ccxt pings here. A machine that is busy elsewhere ends no connection: who does not
/// answer at all is found by inspectManners.
export const PING_MS = 3000;
/// What the exchanges call a market that is traded.
const TRADING = { binance: 'TRADING', binanceusdm: 'TRADING', kucoinfutures: 'Open' };
export const PATIENCE_MS = 60_000;

export const sleep = (ms) => new Promise((wake) => setTimeout(wake, ms));
export const openTime = (time, step = MINUTE) => time - (time % step);

const strangers = [];
/// Hosts that something tried to reach although they are not the simulator.
export const strangersMet = () => strangers;

/// From now on only `url`'s host and port can be connected to.
export function confineTo(url) {
  const home = new URL(url);
  const connect = Socket.prototype.connect;
  Socket.prototype.connect = function guarded(...given) {
    const [first] = Array.isArray(given[0]) ? given[0] : given;
    const { host = 'localhost', port } = first ?? {};
    if (host === home.hostname && String(port) === home.port) {
      return connect.apply(this, given);
    }
    strangers.push(`${host}:${port ?? first}`);
    throw new Error(`a connection to ${host}:${port ?? first} was refused: not the simulator`);
  };
}

/// Faults of the simulator, docs/exchange_sim.md.
export async function addFaults(url, ...lines) {
  const answer = await fetch(`${url}/sim/faults`, { method: 'POST', body: lines.join('\n') });
  if (!answer.ok) {
    throw new Error(`the simulator takes no faults: ${await answer.text()}`);
  }
}

export async function loadCcxt(modules) {
  return (await import(pathToFileURL(`${modules}/ccxt/js/ccxt.js`))).default;
}

/// Every address that a call of this test could use; ccxt keeps its own for the rest.
function addresses(id, http) {
  const ws = http.replace('http', 'ws');
  switch (id) {
    case 'binance':
      return { public: `${http}/api/v3`, private: `${http}/api/v3`, v1: `${http}/api/v1`,
        sapi: `${http}/sapi/v1`, ws: { spot: `${ws}/stream/ws` } };
    case 'binanceusdm':
      return { sapi: `${http}/sapi/v1`, fapiPublic: `${http}/fapi/v1`,
        fapiPublicV2: `${http}/fapi/v2`, fapiPublicV3: `${http}/fapi/v3`,
        fapiData: `${http}/futures/data`, ws: { future: `${ws}/ws` } };
    default:
      return { public: http, private: http, futuresPublic: http, futuresPrivate: http };
  }
}

/// One exchange as ccxt sees it, and what was found out about it.
export class Subject {
  constructor(ccxt, id, url) {
    this.ccxt = ccxt;
    this.id = id;
    this.url = url;
    this.exchange = new ccxt.pro[id]({
      urls: { api: addresses(id, url) },
      timeout: PATIENCE_MS,
      streaming: { keepAlive: PING_MS, maxPingPongMisses: 20 },
      options: id === 'binance' ? { fetchMarkets: { types: ['spot'] } } : {},
    });
    const fetch = this.exchange.fetch.bind(this.exchange);
    this.exchange.fetch = (address, ...rest) => {
      if (!address.startsWith(`${url}/`)) {
        throw new Error(`${id} would ask ${address}, which is not the simulator`);
      }
      return fetch(address, ...rest);
    };
    this.checks = 0;
    this.failures = [];
    this.fetched = 0;  // candles compared with the truth
    this.watched = 0;
    this.prices = [];  // heard of BTC, to be compared once their minute has closed
    this.interruptions = [];  // errors of watching
    this.isOver = false;
  }

  /// BTC/USDT, or its perpetual contract.
  symbol(base) {
    return this.id === 'binance' ? `${base}/USDT` : `${base}/USDT:USDT`;
  }

  expect(is, what, ...details) {
    this.checks += 1;
    if (!is) {
      this.failures.push([what, ...details.map((one) => JSON.stringify(one) ?? one)].join(' '));
    }
    return is;
  }

  /// The class of the error that a call ends with.
  async expectError(name, what, call) {
    try {
      const got = await call();
      this.expect(false, what, 'did not fail:', got);
    } catch (error) {
      this.expect(error.constructor.name === name, what, `is no ${name}:`, String(error));
      return error;
    }
    return undefined;
  }

  isTrading(market) {
    return market.info.status === TRADING[this.id];
  }

  /// Plain sockets need the agent; KuCoin names the seconds between pings with its address.
  async connect() {
    await this.exchange.loadHttpProxyAgent();
    await this.exchange.loadMarkets();
    if (this.id === 'kucoinfutures') {
      this.exchange.client(await this.exchange.negotiate(false, true)).keepAlive = PING_MS;
    }
  }

  /// Calls `watch` again and again until it is over; an error is an interruption.
  async keepWatching(watch) {
    while (!this.isOver) {
      try {
        await watch();
      } catch (error) {
        if (!this.isOver) {
          this.interruptions.push(error);
          await sleep(500);
        }
      }
    }
  }

  /// A stream's answer, or an error when there is none.
  async within(what, promise) {
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${what} gave nothing`)), PATIENCE_MS);
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
  }

  async close() {
    this.isOver = true;
    await this.exchange.close();
  }

  async report() {
    return (await fetch(`${this.url}/sim/report`)).json();
  }

  async endFaults() {
    await fetch(`${this.url}/sim/faults?exchange=${this.id}`, { method: 'DELETE' });
  }

  async marketTime() {
    return (await this.report()).market_time;
  }

  /// Candles that have closed, of open times in [from, to], volumes in base units.
  async truth(symbol, timeframe, from, to) {
    const query = new URLSearchParams({ exchange: this.id, symbol, timeframe, from, to });
    const answer = await fetch(`${this.url}/sim/candles?${query}`);
    const rows = await answer.json();
    if (!Array.isArray(rows)) {
      throw new Error(`no truth about ${this.id} ${symbol} ${timeframe}: ${JSON.stringify(rows)}`);
    }
    return rows;
  }

  /// ccxt counts a contract's volume in contracts.
  inBaseUnits(symbol, [time, open, high, low, close, volume]) {
    const size = this.exchange.market(symbol).contractSize;
    const text = (number) => this.exchange.numberToString(number);
    const base = size === undefined ? volume
      : Number(this.ccxt.Precise.stringMul(text(volume), text(size)));
    return [time, open, high, low, close, base];
  }

  /// Whether candles of one series, all closed and ascending, are the truth, each and none missing.
  /// `knowsFlat`: candles without trades must be there, too. Gives how many there are, may be 0.
  async compare(what, symbol, timeframe, candles, knowsFlat = true) {
    const series = `${what} ${symbol} ${timeframe}`;
    if (candles.length === 0) {
      return 0;
    }
    const rows = await this.truth(symbol, timeframe, candles[0][0], candles.at(-1)[0]);
    const got = new Map(candles.map((one) => [one[0], this.inBaseUnits(symbol, one)]));
    this.expect(got.size === candles.length, series, 'has a candle twice');
    for (const row of rows) {
      const candle = got.get(row[0]);
      got.delete(row[0]);
      if (candle !== undefined || knowsFlat || row[5] > 0) {
        this.expect(JSON.stringify(candle) === JSON.stringify(row), series, candle, 'is not', row);
      }
    }
    this.expect(got.size === 0, series, 'never happened:', [...got.values()]);
    return candles.length;
  }
}
