// How market-like the synthetic market is: the stylised facts that detectors and charts live on.
// Bounds are wide; they catch a broken generator, not a matter of taste.

#include <gtest/gtest.h>

#include "sim/synthetic_test_support.hpp"

namespace cscan {
namespace {

using namespace synthetic;

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
  const SyntheticMarket& market_ = market_of(GetParam());
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
  const double with_thin = correlation(btc.returns, hourly(market_, "OXT").returns);
  EXPECT_GT(with_eth, 0.4);
  EXPECT_LT(with_eth, 0.95);
  EXPECT_GT(with_thin, 0.1);
  EXPECT_LT(with_thin, with_eth);
}

TEST_P(SyntheticStatistics, PricesStaySaneForTwentyYears) {
  for (std::size_t i = 0; i < synthetic_bases().size(); i += i < 40 ? 3 : 20) {
    const BaseProfile& base = synthetic_bases()[i];
    const auto on = *std::ranges::find_if(synthetic_exchange_profiles(), [&](const auto& exchange) {
      return is_listed(exchange, base);
    });
    const Instrument instrument = to_instrument(on, base);
    const Timestamp last = SyntheticMarket::horizon - days(10);
    for (Timestamp t = market_.listed_at(instrument) + days(10); t < last; t = t + days(50)) {
      const Candle candle = market_.history(instrument, Timeframe::d1, t, 1).front();
      ASSERT_GT(candle.low, 0.005 * base.price_level) << base.name;
      ASSERT_LT(candle.high, 200 * base.price_level) << base.name;
    }
  }
}

double silent_share(const SyntheticMarket& market, const Instrument& instrument,
                    std::size_t bars = 2'000) {
  const auto candles = market.history(instrument, Timeframe::m5, end, bars);
  const auto silent =
      std::ranges::count_if(candles, [](const Candle& candle) { return candle.volume == 0; });
  return static_cast<double>(silent) / static_cast<double>(candles.size());
}

TEST_P(SyntheticStatistics, TheTailIsQuietAndTheTopIsNot) {
  EXPECT_EQ(silent_share(market_, spot("BTC")), 0);
  EXPECT_GT(silent_share(market_, spot("QUICK")), 0.3);
  EXPECT_GT(silent_share(market_, spot("OXT")), 0.15);
  EXPECT_GT(silent_share(market_, {"kucoinfutures", "KSM", "USDT", "USDT"}),
            silent_share(market_, spot("KSM")));
  const auto mean_share = [this](std::size_t first, std::size_t last) {
    double sum = 0;
    double n = 0;
    for (const BaseProfile& base : synthetic_bases().subspan(first, last - first))
      if (base.listed_at[0] == synthetic_genesis) {
        sum += silent_share(market_, spot(base.name), 600);
        ++n;
      }
    return sum / n;
  };
  const double top = mean_share(0, 30);
  const double middle = mean_share(60, 110);
  const double tail = mean_share(200, 280);
  EXPECT_LT(top, 0.01);
  EXPECT_GT(middle, 0.02);
  EXPECT_GT(tail, 2 * middle);
  EXPECT_GT(tail, 0.12);
  EXPECT_LT(tail, 0.6);
}

/// The basis of a swap against spot at noons, newest last.
Values basis_of(const SyntheticMarket& market, const Instrument& swap, int days_shown) {
  Values basis;
  for (int day = days_shown; day > 0; --day) {
    const Timestamp noon = end - days(day) + hours(12);
    basis.push_back(market.price(swap, noon) / market.price(spot(swap.base), noon) - 1);
  }
  return basis;
}

TEST_P(SyntheticStatistics, TheBasisIsSmallAndReturnsToZero) {
  for (const char* exchange : {"binanceusdm", "kucoinfutures"})
    for (const char* base : {"BTC", "SOL", "LINK", "LTC", "AAVE"}) {
      const Values basis = basis_of(market_, {exchange, base, "USDT", "USDT"}, 250);
      SCOPED_TRACE(std::string(exchange) + " " + base);
      double size_max = 0;
      for (const double value : basis)
        size_max = std::max(size_max, std::abs(value));
      EXPECT_LT(size_max, 0.005);
      EXPECT_GT(size_max, 0.0003);
      EXPECT_LT(std::abs(mean_of(basis)), 0.0002);
      EXPECT_LT(std::abs(lagged(basis, 40)), 0.35) << "forgotten within weeks";
      EXPECT_GT(lagged(basis, 1), -0.2);
    }
}

TEST_P(SyntheticStatistics, ThinMarketsHaveAWiderBasis) {
  // QUICK and OXT are not on both; the tail's bases are compared where both traded just now.
  const auto spread = [this](std::size_t first, std::size_t last) {
    double sum = 0;
    double n = 0;
    for (const BaseProfile& base : synthetic_bases().subspan(first, last - first)) {
      if (base.listed_at[0] != synthetic_genesis || base.listed_at[1] != synthetic_genesis)
        continue;
      for (const double value :
           basis_of(market_, {"binanceusdm", std::string(base.name), "USDT", "USDT"}, 10)) {
        sum += std::abs(value);
        ++n;
      }
    }
    return sum / n;
  };
  EXPECT_GT(spread(200, 280), 1.3 * spread(0, 40));
  EXPECT_LT(spread(200, 280), 0.02);
}

INSTANTIATE_TEST_SUITE_P(Seeds, SyntheticStatistics, testing::Values(1, 42, 7'777'777));

}  // namespace
}  // namespace cscan
