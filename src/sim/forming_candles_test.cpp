// Following a market says the same as asking anew at every instant.

#include "sim/forming_candles.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sim/synthetic_market.hpp"

namespace cscan {
namespace {

const SyntheticMarket& market() {
  static const SyntheticMarket instance(42);
  return instance;
}

RC_GTEST_PROP(FormingCandlesFollow, SayWhatAFreshLookSays, ()) {
  const char* exchange = *rc::gen::element("binance", "kucoinfutures");
  const Instrument instrument = *rc::gen::elementOf(market().instruments(exchange));
  const std::vector<Timeframe> timeframes = {Timeframe::m1, Timeframe::m3, Timeframe::m5,
                                             Timeframe::h4, Timeframe::d1};
  FormingCandles following = market().follow(instrument, timeframes);
  Timestamp now =
      market().listed_at(instrument) + minutes(*rc::gen::inRange<std::int64_t>(-60, 60 * 24 * 365));
  for (int look = 0; look < 12; ++look) {
    // Mostly onwards by seconds, sometimes by hours, sometimes back.
    const auto step = *rc::gen::inRange<std::int64_t>(0, 10);
    now = step < 7   ? now + milliseconds(400 * step)
          : step < 9 ? now + minutes(37 * step)
                     : now - hours(11);
    const auto seen = following.at(now);
    const auto fresh = market().forming_all(instrument, timeframes, now);
    RC_ASSERT(std::vector<Candle>(seen.begin(), seen.end()) == fresh);
    RC_ASSERT(following.price() == market().price(instrument, now));
  }
}

TEST(FormingCandlesFollow, GrowFromSecondToSecondIntoTheFinalCandle) {
  const Instrument btc{"binance", "BTC", "USDT", ""};
  const Timestamp midnight = SyntheticMarket::genesis + days(700);
  const Timeframe timeframe = Timeframe::h1;
  FormingCandles following = market().follow(btc, {&timeframe, 1});
  Candle last{};
  for (int second = 0; second < 3'600; ++second) {
    const Candle seen = following.at(midnight + seconds(second)).front();
    EXPECT_GE(seen.volume, last.volume);
    last = seen;
  }
  EXPECT_TRUE(same_values(last, market().history(btc, timeframe, midnight + hours(1), 1).front()));
}

}  // namespace
}  // namespace cscan
