// The rarity score model against the oracle, which was written from the specification alone: on
// random series of every mood, through the one-shot function, the memo and the whole scanner, and
// on samples of all recorded sets.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <set>

#include "analysis/rarity_scale.hpp"
#include "analysis/series_scorer.hpp"
#include "rarity_compare.hpp"
#include "rarity_series.hpp"
#include "recorded_fixture.hpp"

namespace cscan {
namespace {

using namespace rarity;
using rarity_oracle::Verdict;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int share_of_rounds = 10;  // sanitizers are ten times slower
#else
constexpr int share_of_rounds = 1;
#endif

const ScoreModelInfo& model = *find_score_model(ScoreModel::rarity);

/// Both must speak or both be silent. Whether there was a signal.
bool compare(const std::optional<Signal>& signal, const std::optional<Verdict>& verdict,
             std::size_t index) {
  EXPECT_EQ(signal.has_value(), verdict.has_value()) << "candle " << index;
  if (signal && verdict)
    expect_equals_oracle(*signal, *verdict);
  if (testing::Test::HasFailure())
    ADD_FAILURE() << "candle " << index;
  return signal.has_value();
}

struct Tally {
  std::size_t signals = 0;
  std::set<SignalType> types;
  std::size_t trends = 0, conflicts = 0, validated = 0;
  void add(const Signal& s) {
    ++signals;
    types.insert(s.type);
    trends += s.clustering.trend_formation;
    validated += s.momentum.cluster_validated;
    conflicts += s.conflict;
  }
};

TEST(ScoreRarityOracle, OneCandleAfterTheOtherOnTwentyThousandWindowsOfEveryType) {
  Dice dice(20251024);
  Tally tally;
  for (int round = 0; round < 150 / share_of_rounds && !HasFailure(); ++round) {
    Candles candles = random_series(dice, 500 + dice.below(240));
    if (round % 3 == 1)
      dig_holes(dice, candles, 140);
    bool from_listing = round % 4 == 2;
    Settings settings = random_settings(dice);
    SeriesOracle oracle(candles, from_listing, settings);
    SeriesScorer scorer(model);
    for (std::size_t i = 0; i < candles.size() && !HasFailure(); ++i) {
      auto signal = scorer.score_closed(candles, i, from_listing, settings);
      if (compare(signal, oracle.at(i), i))
        tally.add(*signal);
    }
  }
  if (HasFailure())
    return;
  EXPECT_GE(tally.signals, 20'000U / share_of_rounds);
  EXPECT_EQ(tally.types.size(), signal_type_count);
  EXPECT_GT(tally.trends, 0U);
  EXPECT_GT(tally.validated, 0U);
  EXPECT_GT(tally.conflicts, 0U);
}

TEST(ScoreRarityOracle, AWindowAloneWithEveryStrengthAfresh) {
  Dice dice(500);
  std::size_t signals = 0;
  for (int round = 0; round < 1'500 / share_of_rounds && !HasFailure(); ++round) {
    bool from_listing = dice.one_in(2);
    Candles window = random_series(dice, from_listing ? 210 + dice.below(291) : 500);
    if (dice.one_in(3))
      dig_holes(dice, window, 300);
    Settings settings = random_settings(dice);
    auto signal = score_closed(model, window, window.size() - 1, from_listing, settings);
    auto verdict = rarity_oracle::judge(window, from_listing, settings);
    signals += compare(signal, verdict, window.size() - 1);
  }
  EXPECT_GT(signals, 1'000U / share_of_rounds);
}

RC_GTEST_PROP(ScoreRarityOracle, AWindowOfAnySeed, (std::uint64_t seed)) {
  Dice dice(seed);
  Candles window = random_series(dice, 500);
  Settings settings = random_settings(dice);
  compare(score_closed(model, window, 499, false, settings),
          rarity_oracle::judge(window, false, settings), 499);
  RC_ASSERT(!testing::Test::HasFailure());
}

/// The scanner's own signals, by open time.
std::map<Timestamp, Signal> scanner_signals(const Candles& candles, bool from_listing,
                                            const Settings& settings) {
  rig::Rig rig(settings, {rig::Rig::btc()}, Origin::replay);
  Candles known = candles;
  std::erase_if(known, [](const Candle& c) { return c.state == CandleState::unknown; });
  rig.history(Timeframe::m5, known, 0, from_listing);
  std::map<Timestamp, Signal> signals;
  for (const PersistSignal& made : rig.signals)
    signals.emplace(made.signal.open_time, made.signal);
  return signals;
}

TEST(ScoreRarityOracle, TheWholeScannerOnSeriesWithHolesAndSilence) {
  Dice dice(7);
  std::size_t compared = 0;
  for (int round = 0; round < 24 / std::min(share_of_rounds, 4) && !HasFailure(); ++round) {
    Candles candles = random_series(dice, 700 + dice.below(400));
    if (round % 2 == 1)
      dig_holes(dice, candles, 250);
    bool from_listing = round % 4 >= 2;
    Settings settings = random_settings(dice);
    auto signals = scanner_signals(candles, from_listing, settings);
    SeriesOracle oracle(candles, from_listing, settings);
    for (std::size_t i = 0; i < candles.size() && !HasFailure(); ++i) {
      auto found = signals.find(candles[i].open_time);
      auto signal = found == signals.end() ? std::nullopt : std::optional(found->second);
      compared += compare(signal, oracle.at(i), i);
    }
  }
  EXPECT_GT(compared, 1'000U);
}

TEST(ScoreRarityOracle, RevisedCandlesAreNotProvenFinal) {
  Dice dice(11);
  Candles window = random_series(dice, 500);
  for (std::size_t i : {40U, 300U, 499U}) {
    window[i].state = CandleState::revised;
    window[i].revision = 2;
  }
  auto signal = score_closed(model, window, 499, false, default_settings());
  ASSERT_TRUE(compare(signal, rarity_oracle::judge(window, false, default_settings()), 499));
  EXPECT_EQ(signal->candle_state, CandleState::revised);
  EXPECT_EQ(signal->revision, 6U);
}

/// std::log10 takes another road than the table; on no rank do they round apart.
TEST(ScoreRarityOracle, TheScaleIsTheLogarithmForEveryRankOfEveryLength) {
  for (std::int64_t n = 100; n <= 380; ++n)
    for (std::int64_t rest = 1; rest <= 2 * n; ++rest) {
      MidRank rank{(rest - 1) / 2, rest % 2 == 1 ? 1 : 2, n};
      double score = -50 * std::log10(static_cast<double>(rest) / (2 * static_cast<double>(n)));
      score = std::clamp(score, 0.0, 100.0);
      ASSERT_EQ(rarity_score(rank).hundredths, std::floor(score * 100 + 0.5)) << rest << '/' << n;
    }
}

class RecordedRarity : public Recorded, public testing::WithParamInterface<const char*> {};

/// The series of a file on its whole grid: what the scanner makes of missing rows.
Candles with_holes(const Candles& rows, Timeframe timeframe) {
  Candles whole;
  for (const Candle& candle : rows) {
    while (!whole.empty() && whole.back().open_time + length(timeframe) < candle.open_time)
      whole.push_back(unknown_candle(whole.back().open_time + length(timeframe)));
    whole.push_back(candle);
  }
  return whole;
}

/// The scanner speaks exactly where the oracle does: looked at on every fifth candle; what it says
/// on every 97th. Fed in pieces, for a signal is large.
void expect_oracle_scores(const CandleFile& file, const Candles& rows) {
  Timeframe timeframe = file.name.timeframe;
  Settings settings = rig::settings_of({timeframe});
  settings.score_model = ScoreModel::rarity;
  rig::Rig rig(settings, {file.name.instrument}, Origin::replay);
  Candles candles = with_holes(rows, timeframe);
  SeriesOracle oracle(candles, false, settings);
  std::size_t i = 0;
  for (std::size_t fed = 0; fed < rows.size(); fed += 1'000) {
    auto piece = std::span(rows).subspan(fed, std::min<std::size_t>(1'000, rows.size() - fed));
    rig.signals.clear();
    rig.candles.clear();
    rig.history(timeframe, {piece.begin(), piece.end()});
    auto made = rig.signals.begin();
    for (; i < candles.size() && candles[i].open_time <= piece.back().open_time; ++i) {
      bool speaks = made != rig.signals.end() && made->signal.open_time == candles[i].open_time;
      if (i % 97 == 0)
        compare(speaks ? std::optional(made->signal) : std::nullopt, oracle.at(i), i);
      else if (i % 5 == 0 && speaks != oracle.speaks_at(i))
        ADD_FAILURE() << (speaks ? "a signal too many" : "no signal");
      made += speaks;
      ASSERT_FALSE(testing::Test::HasFailure()) << file.path << " candle " << i;
    }
    ASSERT_EQ(made, rig.signals.end()) << file.path;
  }
  EXPECT_EQ(i, candles.size());
}

TEST_P(RecordedRarity, EqualsTheOracleOnEveryFile) {
  for (const CandleFile& file : files(GetParam())) {
    expect_oracle_scores(file, read(file));
    if (HasFailure())
      break;
  }
}

INSTANTIATE_TEST_SUITE_P(All, RecordedRarity,
                         testing::Values("binance_2024", "kucoin_2023", "outage_2021", "long"),
                         [](const auto& test) { return std::string(test.param); });

}  // namespace
}  // namespace cscan
