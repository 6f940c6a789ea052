// How market-like the synthetic market is: the stylised facts that detectors and charts live on.
// Bounds are wide; they catch a broken generator, not a matter of taste.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "sim/synthetic_market.hpp"
#include "sim/synthetic_universe.hpp"

namespace cscan {
namespace {

constexpr Timestamp end{1'761'264'000'000};  // 2025-10-24
using Values = std::vector<double>;

Instrument spot(std::string_view base) { return {"binance", std::string(base), "USDT", ""}; }

double mean_of(const Values& values) {
  double sum = 0;
  for (const double value : values)
    sum += value;
  return sum / static_cast<double>(values.size());
}

double correlation(const Values& a, const Values& b) {
  const double mean_a = mean_of(a);
  const double mean_b = mean_of(b);
  double ab = 0;
  double aa = 0;
  double bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - mean_a) * (b[i] - mean_b);
    aa += (a[i] - mean_a) * (a[i] - mean_a);
    bb += (b[i] - mean_b) * (b[i] - mean_b);
  }
  return ab / std::sqrt(aa * bb);
}

double lagged(const Values& values, std::ptrdiff_t lag) {
  return correlation({values.begin(), values.end() - lag}, {values.begin() + lag, values.end()});
}

/// Log returns, their sizes and the volumes beside them.
struct Series {
  Values returns;
  Values sizes;
  Values volumes;
  explicit Series(const std::vector<Candle>& candles) {
    for (std::size_t i = 1; i < candles.size(); ++i) {
      returns.push_back(std::log(candles[i].close / candles[i - 1].close));
      sizes.push_back(std::abs(returns.back()));
      volumes.push_back(candles[i].volume);
    }
  }
};

Series hourly(const SyntheticMarket& market, std::string_view base) {
  return Series(market.history(spot(base), Timeframe::h1, end, 500 * 24));
}

double moment(const Values& values, int power) {
  double sum = 0;
  for (const double value : values)
    sum += std::pow(value, power);
  return sum / static_cast<double>(values.size());
}

class SyntheticStatistics : public testing::TestWithParam<std::uint64_t> {
 protected:
  SyntheticMarket market_{GetParam()};
};

TEST_P(SyntheticStatistics, HourlyReturnsLookLikeCrypto) {
  for (const char* base : {"BTC", "ETH", "DOGE", "XRP", "KSM"}) {
    SCOPED_TRACE(base);
    const Series series = hourly(market_, base);
    const double variance = moment(series.returns, 2);
    const double annual_volatility = std::sqrt(variance * 24 * 365);
    EXPECT_GT(annual_volatility, 0.3);
    EXPECT_LT(annual_volatility, 1.8);
    EXPECT_GT(moment(series.returns, 4) / (variance * variance) - 3, 1) << "tails";
    EXPECT_NEAR(lagged(series.returns, 1), 0, 0.15) << "returns are nearly unpredictable";
    EXPECT_GT(lagged(series.sizes, 1), 0.1) << "volatility clusters";
    EXPECT_GT(lagged(series.sizes, 24), 0.03) << "for longer than a day";
    EXPECT_GT(correlation(series.sizes, series.volumes), 0.15);
    EXPECT_GT(lagged(series.volumes, 1), 0.2) << "volume persists";
  }
}

TEST_P(SyntheticStatistics, BasesMoveTogether) {
  const Series btc = hourly(market_, "BTC");
  const double with_eth = correlation(btc.returns, hourly(market_, "ETH").returns);
  const double with_thin = correlation(btc.returns, hourly(market_, "QUICK").returns);
  EXPECT_GT(with_eth, 0.4);
  EXPECT_LT(with_eth, 0.95);
  EXPECT_GT(with_thin, 0.1);
  EXPECT_LT(with_thin, with_eth);
}

TEST_P(SyntheticStatistics, PricesStaySaneForTenYears) {
  for (const BaseProfile& base : synthetic_bases())
    for (int day = 10; day <= 3653; day += 10) {
      const Timestamp t = SyntheticMarket::genesis + days(day);
      const Candle candle = market_.history(spot(base.name), Timeframe::d1, t, 1).front();
      ASSERT_GT(candle.low, 0.01 * base.price_level) << base.name;
      ASSERT_LT(candle.high, 100 * base.price_level) << base.name;
    }
}

/// The regime of analysis.md in its plainest form: the percentile of the median 24 h volatility
/// within its trailing week.
TEST_P(SyntheticStatistics, AllVolatilityRegimesOccurWithinMostWeeks) {
  constexpr std::size_t hours_shown = 24 * 7 * 10;
  constexpr std::size_t week = 24 * 7;
  std::vector<Values> by_hour(hours_shown + week);
  for (const Instrument& instrument : market_.instruments("binance")) {
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

TEST_P(SyntheticStatistics, RunsOfBusyCandlesOfOneDirectionOccur) {
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

TEST_P(SyntheticStatistics, ThinMarketsFallSilentAndOthersDoNot) {
  const auto silent_share = [this](const Instrument& instrument) {
    const auto candles = market_.history(instrument, Timeframe::m5, end, 5'000);
    const auto silent =
        std::ranges::count_if(candles, [](const Candle& candle) { return candle.volume == 0; });
    return static_cast<double>(silent) / static_cast<double>(candles.size());
  };
  EXPECT_EQ(silent_share(spot("BTC")), 0);
  EXPECT_GT(silent_share(spot("QUICK")), 0.3);
  EXPECT_GT(silent_share(spot("OXT")), 0.15);
  EXPECT_GT(silent_share({"kucoinfutures", "KSM", "USDT", "USDT"}), silent_share(spot("KSM")));
}

INSTANTIATE_TEST_SUITE_P(Seeds, SyntheticStatistics, testing::Values(1, 42, 7'777'777));

}  // namespace
}  // namespace cscan
