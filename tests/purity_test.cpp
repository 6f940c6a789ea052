// The determinism contract (architecture.md): a signal's body is a pure function of the last L
// candles of its own series, whatever came before, beside, later, twice or in pieces. Bodies are
// compared as the bytes that are stored and served.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>

#include "base/digest.hpp"
#include "core/scanner_rig.hpp"
#include "wire/signal_json.hpp"

namespace cscan {
namespace {

using rig::Rig;
using rig::start;

constexpr Timeframe m5 = Timeframe::m5;
using Candles = std::vector<Candle>;
using Bodies = std::map<std::string, std::string>;  // id → body

/// All bodies a rig made; one id must never have two bodies.
Bodies bodies_of(const Rig& rig, const std::vector<Instrument>& instruments = {Rig::btc()},
                 const Settings& settings = rig::settings_of({m5})) {
  Bodies bodies;
  for (const PersistSignal& made : rig.signals) {
    auto context =
        signal_context(instruments[made.signal.instrument.value], settings, made.signal.timeframe);
    std::string body = signal_body_json(made.signal, context);
    auto [at, is_new] = bodies.emplace(signal_id(made.signal, context), body);
    EXPECT_EQ(at->second, body);
  }
  return bodies;
}

Candles part(const Candles& candles, std::size_t from, std::size_t to) {
  return {candles.begin() + static_cast<std::ptrdiff_t>(from),
          candles.begin() + static_cast<std::ptrdiff_t>(to)};
}

Bodies from_history(const Candles& candles) {
  Rig rig(rig::settings_of({m5}));
  rig.history(m5, candles);
  return bodies_of(rig);
}

void expect_same(const Bodies& a, const Bodies& b) {
  EXPECT_EQ(a.size(), b.size());
  auto [x, y] = std::ranges::mismatch(a, b);
  if (x != a.end() && y != b.end())
    ADD_FAILURE() << "first difference:\n" << x->second << '\n' << y->second;
}

/// Bodies of signals on candles [from, …) only.
Bodies since(const Bodies& all, const Candles& candles, std::size_t from) {
  Bodies result;
  std::string first = "\"candle_open_time\":\"" + format_rfc3339(candles[from].open_time);
  for (const auto& [id, body] : all)
    if (body.substr(body.find("\"candle_open_time\""), first.size()) >= first)
      result.emplace(id, body);
  return result;
}

TEST(Purity, HistoryThenLiveIsAllHistoryIsAllLive) {
  Candles candles = rig::random_walk(1, 260, start, m5);
  Bodies expected = from_history(candles);
  EXPECT_EQ(expected.size(), 161U);

  Rig half(rig::settings_of({m5}));
  half.history(m5, part(candles, 0, 130));
  for (std::size_t i = 130; i < 260; ++i)
    half.stream(m5, candles[i]);
  expect_same(bodies_of(half), expected);

  Rig live(rig::settings_of({m5}));
  for (const Candle& candle : candles)
    live.stream(m5, candle);
  expect_same(bodies_of(live), expected);

  Rig late(rig::settings_of({m5}));
  for (std::size_t i = 130; i < 260; ++i)
    late.stream(m5, candles[i]);
  late.history(m5, part(candles, 0, 130));
  expect_same(bodies_of(late), expected);
}

TEST(Purity, WhateverWasLoadedBeforeTheWindowChangesNoBody) {
  Candles candles = rig::random_walk(2, 450, start, m5);
  Bodies expected = since(from_history(candles), candles, 349);
  EXPECT_EQ(expected.size(), 101U);
  for (std::size_t first : {1U, 100U, 249U, 250U})
    expect_same(since(from_history(part(candles, first, 450)), candles, 349), expected);
  expect_same(from_history(part(candles, 250, 450)), expected);
}

TEST(Purity, ASmallOrLargeBufferMakesTheSameBodies) {
  Candles candles = rig::random_walk(3, 1'500, start, m5);
  Settings settings = rig::settings_of({m5});
  Bodies expected;
  for (std::int64_t kept : {100, 101, 500, 5'000}) {
    settings.max_candles_per_timeframe = kept;
    Rig rig(settings);
    for (const Candle& candle : candles)
      rig.stream(m5, candle);
    Bodies bodies = bodies_of(rig);
    EXPECT_EQ(bodies.size(), 1'401U);
    if (!expected.empty())
      expect_same(bodies, expected);
    expected = bodies;
  }
}

TEST(Purity, OtherInstrumentsAndTheirOrderChangeNoBody) {
  Candles candles = rig::random_walk(4, 150, start, m5);
  std::vector<Instrument> others = {
      {"binance", "ETH", "USDT", ""}, Rig::btc(), {"kucoin", "BTC", "USDT", ""}};
  Rig rig(rig::settings_of({m5}), others);
  for (std::size_t i = 0; i < 150; ++i)
    for (std::uint32_t id : {2U, 0U, 1U})
      rig.stream(m5, id == 1 ? candles[i] : rig::random_walk(id, 150, start, m5)[i], id);
  rig.clock(start + minutes(5 * 151));
  std::erase_if(rig.signals, [](const PersistSignal& s) { return s.signal.instrument.value != 1; });
  expect_same(bodies_of(rig, others), from_history(candles));
}

TEST(Purity, AReplayMakesTheBodiesThatWereMadeLive) {
  Candles candles = rig::random_walk(5, 200, start, m5);
  Rig live(rig::settings_of({m5})), replay(rig::settings_of({m5}), {Rig::btc()}, Origin::replay);
  for (const Candle& candle : candles) {
    live.stream(m5, candle);
    replay.history(m5, {candle});
  }
  expect_same(bodies_of(replay), bodies_of(live));
  for (const PersistSignal& s : replay.signals) {
    EXPECT_EQ(s.origin, Origin::replay);
    EXPECT_EQ(s.available_at, s.signal.close_time());
  }
}

RC_GTEST_PROP(Purity, NothingAfterACandleChangesItsBody, (std::uint64_t seed)) {
  Candles candles = rig::random_walk(seed, 160, start, m5);
  auto last = *rc::gen::inRange<std::size_t>(99, 159);
  Candles other = part(candles, 0, last + 1);
  Candles future = rig::random_walk(seed + 1, 160, start, m5);
  other.insert(other.end(), future.begin() + static_cast<std::ptrdiff_t>(last + 1), future.end());
  Bodies a = from_history(candles), b = from_history(other);
  for (const auto& [id, body] : since(a, candles, last + 1))
    a.erase(id);
  for (const auto& [id, body] : since(b, candles, last + 1))
    b.erase(id);
  RC_ASSERT(a.size() == last - 98);
  RC_ASSERT(a == b);
}

RC_GTEST_PROP(Purity, HistoryInAnyPiecesAndOrderMakesTheSameBodies, (std::uint64_t seed)) {
  Candles candles = rig::random_walk(seed, 300, start, m5);
  std::vector<std::size_t> cuts = {0, 300};
  for (int i = 0; i < 4; ++i)
    cuts.push_back(*rc::gen::inRange<std::size_t>(0, 300));
  std::ranges::sort(cuts);
  std::vector<Candles> pieces;
  for (std::size_t i = 1; i < cuts.size(); ++i)
    pieces.push_back(part(candles, cuts[i - 1], cuts[i]));
  pieces.push_back(pieces[1]);  // one twice
  std::mt19937_64 engine(seed);
  std::ranges::shuffle(pieces, engine);
  Rig rig(rig::settings_of({m5}));
  for (const Candles& piece : pieces)
    rig.history(m5, piece);
  RC_ASSERT(bodies_of(rig) == from_history(candles));
}

/// Everything a run says, as one digest: bodies, and where they stand among all effects.
std::string digest_of_run(std::uint64_t seed) {
  std::vector<Instrument> instruments = {
      Rig::btc(), {"binance", "ETH", "USDT", ""}, {"kucoin", "BTC", "USDT", "USDT"}};
  Settings settings = rig::settings_of({m5, Timeframe::m15});
  Rig rig(settings, instruments);
  std::mt19937_64 engine(seed);
  Sha256 digest;
  std::vector<Candles> walks;
  for (std::uint32_t id = 0; id < 3; ++id)
    walks.push_back(rig::random_walk(seed + id, 300, start, m5));
  for (std::uint32_t id = 0; id < 3; ++id)
    rig.history(m5, part(walks[id], 0, 200), id);
  for (std::size_t i = 200; i < 300; ++i)
    for (std::uint32_t id = 0; id < 3; ++id)
      if (engine() % 10 != 0)
        rig.stream(m5, walks[id][i], id);
  for (const PublishView& view : rig.views)
    digest.update(std::to_string(view.buffers.ticks + view.counters.gaps) +
                  std::string(to_string(view.market_state->breadth.bias)));
  for (const PersistSignal& made : rig.signals)
    digest.update(
        signal_body_json(made.signal, signal_context(instruments[made.signal.instrument.value],
                                                     settings, made.signal.timeframe)));
  return to_hex(digest.finish());
}

TEST(Purity, TheSameInputsGiveTheSameBytes) {
  EXPECT_EQ(digest_of_run(1), digest_of_run(1));
  EXPECT_NE(digest_of_run(1), digest_of_run(2));
}

}  // namespace
}  // namespace cscan
