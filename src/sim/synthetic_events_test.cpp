// What happens to the synthetic market as a whole and to single symbols: regimes and trends change,
// crashes take everybody along, runs exhaust themselves. Each seen from its candles, by the plain
// definitions of what looks at them.

#include <gtest/gtest.h>

#include <array>
#include <set>

#include "sim/synthetic_test_support.hpp"

namespace cscan {
namespace {

using namespace synthetic;

class SyntheticEvents : public testing::TestWithParam<std::uint64_t> {
 protected:
  const SyntheticMarket& market_ = market_of(GetParam());
};

/// The regime of analysis.md in its plainest form: the percentile of the median 24 h volatility
/// within its trailing week.
TEST_P(SyntheticEvents, AllVolatilityRegimesOccurWithinMostWeeks) {
  constexpr std::size_t hours_shown = 24 * 7 * 10;
  constexpr std::size_t week = 24 * 7;
  std::vector<Values> by_hour(hours_shown + week);
  for (const Instrument& instrument : liquid(44)) {
    const Series series(market_.history(instrument, Timeframe::h1, end, by_hour.size() + 24));
    for (std::size_t i = 0; i < by_hour.size(); ++i) {
      double sum = 0;
      for (std::size_t k = i; k < i + 24 && k < series.returns.size(); ++k)
        sum += series.returns[k] * series.returns[k];
      by_hour[i].push_back(std::sqrt(sum));
    }
  }
  Values median;
  for (Values& values : by_hour) {
    std::ranges::nth_element(values,
                             values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
    median.push_back(values[values.size() / 2]);
  }
  int weeks_with_all = 0;
  for (std::size_t start = week; start < median.size(); start += week) {
    std::set<int> regimes;
    for (std::size_t i = start; i < std::min(start + week, median.size()); ++i) {
      const auto first = median.begin() + static_cast<std::ptrdiff_t>(i - week);
      const auto below =
          std::count_if(first, first + week, [&](double v) { return v < median[i]; });
      const double percentile = 100.0 * static_cast<double>(below) / week;
      regimes.insert(percentile < 33 ? 0 : percentile < 67 ? 1 : 2);
    }
    weeks_with_all += regimes.size() == 3 ? 1 : 0;
  }
  EXPECT_GE(weeks_with_all, 5) << "of 10";
}

TEST_P(SyntheticEvents, RunsOfBusyCandlesOfOneDirectionOccur) {
  for (const Timeframe timeframe : {Timeframe::m5, Timeframe::h1}) {
    int clusters = 0;
    for (const char* base : {"BTC", "SOL", "LINK", "DOT"}) {
      const auto candles = market_.history(spot(base), timeframe, end, 3000);
      int run = 0;
      for (std::size_t i = 20; i < candles.size(); ++i) {
        double mean = 0;
        for (std::size_t k = i - 20; k < i; ++k)
          mean += candles[k].volume / 20;
        const bool busy = candles[i].volume > 2 * mean;
        const bool rose = candles[i].close > candles[i].open;
        const bool rose_before = candles[i - 1].close > candles[i - 1].open;
        run = !busy ? 0 : run > 0 && rose == rose_before ? run + 1 : 1;
        clusters += run == 3 ? 1 : 0;
      }
    }
    EXPECT_GE(clusters, 4) << to_string(timeframe);
    EXPECT_LE(clusters, 200) << to_string(timeframe);
  }
}

/// market_trend of analysis.md: the share of bases above their price of a day ago, bullish from
/// 0.70, bearish to 0.30, left 0.05 beyond.
TEST_P(SyntheticEvents, TheMarketTrendChangesInEveryMonth) {
  constexpr std::size_t hours_shown = 24 * 30 * 12;
  Values advancing(hours_shown);
  for (const Instrument& instrument : liquid(40)) {
    const auto candles = market_.history(instrument, Timeframe::h1, end, hours_shown + 24);
    for (std::size_t i = 0; i < hours_shown; ++i)
      advancing[i] += candles[i + 24].close > candles[i].close ? 1.0 / 40 : 0;
  }
  std::map<int, std::size_t> hours;
  for (std::size_t month = 0; month < 12; ++month) {
    std::set<int> seen;
    int trend = 0;
    int changes = 0;
    for (std::size_t i = month * 720; i < (month + 1) * 720; ++i) {
      const int before = trend;
      const double bullish_from = trend == 1 ? 0.65 : 0.70;
      const double bearish_to = trend == -1 ? 0.35 : 0.30;
      trend = advancing[i] >= bullish_from ? 1 : advancing[i] <= bearish_to ? -1 : 0;
      changes += trend != before ? 1 : 0;
      seen.insert(trend);
      ++hours[trend];
    }
    EXPECT_EQ(seen.size(), 3U) << "month " << month;
    EXPECT_GE(changes, 10) << "month " << month;
  }
  for (const int trend : {-1, 0, 1})
    EXPECT_GT(hours[trend], hours_shown / 7);
}

TEST_P(SyntheticEvents, TheTrendIsUpInBullsAndDownInBears) {
  std::map<Regime, std::array<double, 2>> days_up;  // up, all
  for (const char* base : {"BTC", "ETH", "SOL", "LINK", "LTC"}) {
    const auto candles = market_.history(spot(base), Timeframe::d1, end, 1'500);
    for (const Candle& candle : candles) {
      auto& [up, all] = days_up[market_.market_factor().regime(day_of(candle.open_time))];
      up += candle.close > candle.open ? 1 : 0;
      all += 1;
    }
  }
  const auto share = [&](Regime regime) { return days_up[regime][0] / days_up[regime][1]; };
  EXPECT_GT(share(Regime::bull), 0.54);
  EXPECT_LT(share(Regime::bear), 0.46);
}

/// Where the whole market crashed in the four years before `end`, as the model tells it.
std::vector<Episode> crashes(const SyntheticMarket& market) {
  std::map<std::int64_t, Episode> found;
  for (std::int64_t day = day_of(end) - 1'400; day < day_of(end) - 5; ++day) {
    const auto of_day = market.market_factor().crashes(day);
    for (const Episode& crash : of_day.all())
      found[crash.first_bar] = crash;
  }
  std::vector<Episode> list;
  for (const auto& [bar, crash] : found)
    list.push_back(crash);
  return list;
}

TEST_P(SyntheticEvents, ACrashTakesAllSymbolsDownOnSurgingVolume) {
  const std::vector<Episode> all = crashes(market_);
  EXPECT_GE(all.size(), 8U) << "in four years";
  EXPECT_LE(all.size(), 35U);
  double rebounds = 0;
  for (const Episode& crash : all) {
    const auto bars = [](std::int64_t n) { return static_cast<std::size_t>(n); };
    const Timestamp last = synthetic_genesis + bar_length * crash.end_bar();
    Values falls;
    Values surges;
    for (const Instrument& instrument : liquid(20)) {
      const auto candles =
          market_.history(instrument, Timeframe::m5, last, bars(crash.rise + crash.retrace) + 288);
      const auto volume = [&](std::size_t from, std::size_t to) {
        double sum = 0;
        for (std::size_t i = from; i < to; ++i)
          sum += candles[i].volume;
        return sum / static_cast<double>(to - from);
      };
      const std::size_t bottom = 288 + bars(crash.rise);
      falls.push_back(candles[bottom - 1].close / candles[287].close - 1);
      surges.push_back(volume(288, bottom) / volume(0, 288));
      rebounds += candles.back().close > candles[bottom - 1].close ? 0.05 : 0;
    }
    EXPECT_LT(std::ranges::max(falls), -0.01) << "nobody is spared";
    std::ranges::sort(falls);
    std::ranges::sort(surges);
    EXPECT_LT(falls[10], -0.06);
    EXPECT_GT(falls[10], -0.36);
    EXPECT_GT(surges[10], 2);
  }
  EXPECT_GT(rebounds / static_cast<double>(all.size()), 0.6) << "mostly a partial rebound";
}

TEST_P(SyntheticEvents, SingleSymbolsCrashAndSoarWhileTheMarketRests) {
  int soared = 0;
  int crashed = 0;
  const std::vector<Instrument> tail = market_.instruments("binance");
  const auto btc = market_.history(spot("BTC"), Timeframe::d1, end, 365);
  for (std::size_t i = 60; i < 100; ++i) {
    const auto candles = market_.history(tail[i], Timeframe::d1, end, 365);
    for (std::size_t day = 0; day < candles.size(); ++day) {
      if (std::abs(btc[day].close / btc[day].open - 1) > 0.03)
        continue;
      soared += candles[day].high / candles[day].open > 1.25 ? 1 : 0;
      crashed += candles[day].low / candles[day].open < 0.80 ? 1 : 0;
    }
  }
  EXPECT_GT(soared, 20) << "in 40 market-years";
  EXPECT_GT(crashed, 20);
  EXPECT_LT(soared + crashed, 40 * 12);
}

/// Six closes in one direction, each by more than 0.1 %, on volume that grew and now fades.
bool is_exhausted(const std::vector<Candle>& candles, std::size_t i, bool& up) {
  up = candles[i].close > candles[i - 1].close;
  for (std::size_t k = i - 5; k <= i; ++k) {
    const double move = candles[k].close / candles[k - 1].close - 1;
    if (up ? move < 0.001 : move > -0.001)
      return false;
  }
  const auto mean_volume = [&](std::size_t n) {
    double sum = 0;
    for (std::size_t k = i + 1 - n; k <= i; ++k)
      sum += candles[k].volume;
    return sum / static_cast<double>(n);
  };
  return mean_volume(3) > 1.5 * mean_volume(10) && candles[i].volume < candles[i - 1].volume &&
         candles[i - 1].volume < candles[i - 2].volume;
}

TEST_P(SyntheticEvents, ExhaustedRunsOccurAndAreReversedMoreOftenThanNot) {
  int exhausted = 0;
  int reversed = 0;
  for (const Timeframe timeframe : {Timeframe::h1, Timeframe::h4})
    for (const Instrument& instrument : liquid(44)) {
      const auto candles = market_.history(instrument, timeframe, end, 3'000);
      for (std::size_t i = 20; i + 3 < candles.size(); ++i) {
        bool up = false;
        if (!is_exhausted(candles, i, up))
          continue;
        ++exhausted;
        reversed += (candles[i + 3].close < candles[i].close) == up ? 1 : 0;
      }
    }
  EXPECT_GT(exhausted, 100);
  EXPECT_LT(exhausted, 2 * 44 * 3'000 / 100) << "rarer than one candle in a hundred";
  EXPECT_GT(static_cast<double>(reversed) / exhausted, 0.53);
  EXPECT_LT(static_cast<double>(reversed) / exhausted, 0.85) << "nothing is that certain";
}

INSTANTIATE_TEST_SUITE_P(Seeds, SyntheticEvents, testing::Values(1, 42, 7'777'777));

}  // namespace
}  // namespace cscan
