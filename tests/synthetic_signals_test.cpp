// The synthetic market is there to show the scanner at work: whatever the scanner can say must
// occur in it, about as rarely as on recorded candles (classic on binance_2024: a reversion in 0.3
// % of 5m and 1h candles and 3 % of daily ones, a MOMENTUM in 0.1 % of 1h and 2.6 % of daily ones,
// trend formations in 28 to 31 %).

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "analysis/series_scorer.hpp"
#include "analysis/volatility_regime.hpp"
#include "sim/synthetic_test_support.hpp"

namespace cscan {
namespace {

using synthetic::end;
using synthetic::market_of;
using enum SignalType;

constexpr std::size_t markets = 44;
constexpr std::size_t candles_each = 2'000;
constexpr std::array timeframes = {Timeframe::m5, Timeframe::h1, Timeframe::h4, Timeframe::d1};

/// What a model said about the newest candles of the liquid markets.
struct Tally {
  std::size_t signals = 0;
  std::array<std::size_t, signal_type_count> types{};
  std::size_t formations = 0;
  std::array<std::size_t, 101> scores{};  ///< by whole points, rounded down

  void take(const Signal& signal) {
    ++signals;
    ++types[static_cast<std::size_t>(signal.type)];
    formations += signal.clustering.trend_formation ? 1 : 0;
    ++scores[static_cast<std::size_t>(signal.combined.value())];
  }
  [[nodiscard]] double percent_of(std::size_t n) const {
    return 100.0 * static_cast<double>(n) / static_cast<double>(signals);
  }
  [[nodiscard]] double percent(std::initializer_list<SignalType> wanted) const {
    std::size_t sum = 0;
    for (const SignalType type : wanted)
      sum += types[static_cast<std::size_t>(type)];
    return percent_of(sum);
  }
  [[nodiscard]] double percent_from(std::size_t points) const {
    std::size_t sum = 0;
    for (std::size_t score = points; score < scores.size(); ++score)
      sum += scores[score];
    return percent_of(sum);
  }
};

Tally tally(ScoreModel model, std::uint64_t seed, Timeframe timeframe) {
  Tally result;
  for (const Instrument& instrument : synthetic::liquid(markets)) {
    const auto candles = market_of(seed).history(instrument, timeframe, end, candles_each);
    SeriesScorer scorer(*find_score_model(model));
    for (std::size_t i = 0; i < candles.size(); ++i)
      if (const auto signal = scorer.score_closed(candles, i, false, {}))
        result.take(*signal);
  }
  return result;
}

class SyntheticSignals : public testing::TestWithParam<std::uint64_t> {};

/// Of every type there are more than a handful over all timeframes.
void expect_every_type(const std::map<Timeframe, Tally>& tallies) {
  for (std::size_t i = 0; i < signal_type_count; ++i) {
    std::size_t sum = 0;
    for (const auto& [timeframe, seen] : tallies)
      sum += seen.types[i];
    EXPECT_GT(sum, 5U) << to_string(static_cast<SignalType>(i));
  }
}

TEST_P(SyntheticSignals, ClassicSaysEverythingItCanAndNothingAbsurdlyOften) {
  std::map<Timeframe, Tally> tallies;
  for (const Timeframe timeframe : timeframes)
    tallies[timeframe] = tally(ScoreModel::classic, GetParam(), timeframe);
  expect_every_type(tallies);
  for (const auto& [timeframe, seen] : tallies) {
    SCOPED_TRACE(to_string(timeframe));
    EXPECT_GT(seen.percent({reversion_bullish, reversion_bearish}), 0.05);
    EXPECT_LT(seen.percent({reversion_bullish, reversion_bearish}), 7);
    EXPECT_GT(seen.percent({neutral}), 80);
    EXPECT_GT(seen.percent_of(seen.formations), 20);
    EXPECT_LT(seen.percent_of(seen.formations), 45);
  }
  EXPECT_GT(tallies[Timeframe::h1].percent({momentum_buy, momentum_sell}), 0.02);
  EXPECT_GT(tallies[Timeframe::d1].percent({momentum_buy, momentum_sell}), 1);
  EXPECT_GT(tallies[Timeframe::d1].percent({strong_buy, strong_sell}), 0.03);
}

/// 50 points per decade: of candles without any pattern 10^-0.8 = 15.8 % have 40 points and more,
/// 10^-1.2 = 6.3 % 60, 10^-1.6 = 2.5 % 80. Moods last, so a little more of each.
TEST_P(SyntheticSignals, RaritySaysEverythingItCanAsOftenAsItsScalePromises) {
  std::map<Timeframe, Tally> tallies;
  for (const Timeframe timeframe : timeframes)
    tallies[timeframe] = tally(ScoreModel::rarity, GetParam(), timeframe);
  expect_every_type(tallies);
  for (const auto& [timeframe, seen] : tallies) {
    SCOPED_TRACE(to_string(timeframe));
    EXPECT_NEAR(seen.percent_from(40), 15.8, 3);
    EXPECT_NEAR(seen.percent_from(60), 6.3, 1.6);
    EXPECT_NEAR(seen.percent_from(80), 2.5, 0.8);
  }
}

/// The regime every twelve hours, counted.
std::map<VolatilityRegime, int> regimes(const std::vector<HourlyCloses>& closes, std::size_t first,
                                        std::size_t hours) {
  std::map<VolatilityRegime, int> seen;
  for (std::size_t hour = first; hour < first + hours; hour += 12) {
    std::vector<HourlyCloses> until;
    for (const HourlyCloses& all : closes)
      until.emplace_back(all.begin() + static_cast<std::ptrdiff_t>(hour),
                         all.begin() + static_cast<std::ptrdiff_t>(hour + volatility_closes));
    ++seen[volatility_regime(until).regime];
  }
  return seen;
}

TEST_P(SyntheticSignals, TheVolatilityRegimeChangesWithinEveryMonth) {
  constexpr std::size_t month = 720, months = 4;
  std::vector<HourlyCloses> closes;
  for (const Instrument& instrument : synthetic::liquid(markets)) {
    HourlyCloses& own = closes.emplace_back();
    for (const Candle& candle :
         market_of(GetParam())
             .history(instrument, Timeframe::h1, end, months * month + volatility_closes))
      own.push_back(candle.close);
  }
  std::map<VolatilityRegime, int> seen;
  for (std::size_t i = 0; i < months; ++i) {
    const auto in_month = regimes(closes, i * month, month);
    EXPECT_EQ(in_month.size(), 3U) << "month " << i;
    for (const auto& [regime, n] : in_month)
      seen[regime] += n;
  }
  EXPECT_FALSE(seen.contains(VolatilityRegime::unknown));
  for (const auto& [regime, n] : seen)
    EXPECT_GT(n, 240 / 8) << static_cast<int>(regime);
}

TEST_P(SyntheticSignals, AFreshListingWarmsUpAndThenSaysHowYoungItIs) {
  const SyntheticMarket& market = market_of(GetParam());
  const ScoreModelInfo& classic = *find_score_model(ScoreModel::classic);
  const auto instruments = market.instruments("binance");
  const auto young = std::ranges::find_if(instruments, [&](const Instrument& instrument) {
    const Timestamp listed = market.listed_at(instrument);
    return listed > end - days(90) && listed < end - days(30);
  });
  ASSERT_NE(young, instruments.end());
  const auto candles = market.history(*young, Timeframe::d1, end, 1'000);
  ASSERT_LT(candles.size(), classic.window);
  ASSERT_GT(candles.size(), classic.minimum);
  const std::size_t newest = candles.size() - 1;
  EXPECT_FALSE(score_closed(classic, candles, newest, false, {})) << "its start is not known";
  EXPECT_FALSE(score_closed(classic, candles, classic.minimum - 2, true, {})) << "warming up";
  const auto signal = score_closed(classic, candles, newest, true, {});
  ASSERT_TRUE(signal);
  EXPECT_EQ(signal->history_n, candles.size());
}

INSTANTIATE_TEST_SUITE_P(Seeds, SyntheticSignals, testing::Values(1, 42));

}  // namespace
}  // namespace cscan
