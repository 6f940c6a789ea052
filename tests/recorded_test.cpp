// Recorded candles of real exchanges (recorded_fixture.hpp): what the files hold, that roll-ups are
// the exchange's own candles, and that the scanner scores them as the oracle does.

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/digest.hpp"
#include "core/scanner_rig.hpp"
#include "oracle_compare.hpp"
#include "recorded_fixture.hpp"
#include "series/candle_rollup.hpp"
#include "wire/signal_json.hpp"

namespace cscan {
namespace {

using Candles = std::vector<Candle>;

/// What INDEX.md says about one timeframe of one set.
struct Expected {
  const char* set;
  Timeframe timeframe;
  std::size_t files, rows, gaps, missing, zero_volume;
};

class RecordedSet : public Recorded, public testing::WithParamInterface<Expected> {};

TEST_P(RecordedSet, HoldsWhatItsIndexSays) {
  Expected seen{GetParam().set, GetParam().timeframe, 0, 0, 0, 0, 0};
  for (const CandleFile& file : files(seen.set)) {
    if (file.name.timeframe != seen.timeframe)
      continue;
    ++seen.files;
    Candles candles = read(file);
    seen.rows += candles.size();
    for (std::size_t i = 0; i < candles.size(); ++i) {
      const Candle& c = candles[i];
      ASSERT_EQ(candle_defect(c), nullptr) << file.path << " row " << i;
      ASSERT_EQ(c.open_time, floor_to(c.open_time, length(seen.timeframe))) << file.path;
      seen.zero_volume += c.volume == 0;
      Duration step = i > 0 ? c.open_time - candles[i - 1].open_time : length(seen.timeframe);
      ASSERT_GT(step.ms, 0) << file.path << " row " << i;
      seen.gaps += step > length(seen.timeframe);
      seen.missing += static_cast<std::size_t>(step / length(seen.timeframe) - 1);
    }
  }
  EXPECT_EQ(seen.files, GetParam().files);
  EXPECT_EQ(seen.rows, GetParam().rows);
  EXPECT_EQ(seen.gaps, GetParam().gaps);
  EXPECT_EQ(seen.missing, GetParam().missing);
  EXPECT_EQ(seen.zero_volume, GetParam().zero_volume);
}

INSTANTIATE_TEST_SUITE_P(
    All, RecordedSet,
    testing::Values(Expected{"binance_2024", Timeframe::m5, 42, 495'000, 0, 0, 22},
                    Expected{"binance_2024", Timeframe::h1, 42, 233'452, 0, 0, 0},
                    Expected{"binance_2024", Timeframe::h4, 42, 58'364, 0, 0, 0},
                    Expected{"binance_2024", Timeframe::d1, 42, 9'729, 0, 0, 0},
                    Expected{"kucoin_2023", Timeframe::m5, 20, 224'110, 0, 0, 1'105},
                    Expected{"kucoin_2023", Timeframe::m1, 2, 83'520, 0, 0, 2'754},
                    Expected{"kucoin_2023", Timeframe::h1, 20, 18'660, 0, 0, 0},
                    Expected{"outage_2021", Timeframe::m5, 8, 22'352, 16, 688, 0},
                    Expected{"outage_2021", Timeframe::h1, 8, 1'880, 16, 40, 0},
                    Expected{"long", Timeframe::h1, 1, 58'419, 28, 128, 4},
                    Expected{"long", Timeframe::m5, 1, 71'712, 0, 0, 0}),
    [](const auto& test) {
      return std::string(test.param.set) + "_" + std::string(to_string(test.param.timeframe));
    });

/// Buckets of `large` that lie inside `small`: how many there are, and open times of those whose
/// roll-up differs (in prices, or in anything).
struct RollupReport {
  std::size_t compared = 0, incomplete = 0;
  std::vector<Timestamp> other_prices, other_volume;
};

void compare_rollup(const std::map<Timeframe, Candles>& market, Timeframe small, Timeframe large,
                    RollupReport& report) {
  const Candles& parts = market.at(small);
  for (const Candle& own : market.at(large)) {
    if (own.open_time < parts.front().open_time ||
        close_time(own.open_time, large) > close_time(parts.back().open_time, small))
      continue;
    auto rolled = roll_up(parts, small, large, own.open_time);
    report.incomplete += !rolled;
    if (!rolled)
      continue;
    ++report.compared;
    Candle with_own_volume = *rolled;
    with_own_volume.volume = own.volume;
    if (!same_values(with_own_volume, own))
      report.other_prices.push_back(own.open_time);
    else if (!same_rollup(*rolled, own))
      report.other_volume.push_back(own.open_time);
  }
}

TEST_F(Recorded, RollupsAreTheExchangesOwnCandles) {
  RollupReport report;
  for (const auto& [symbol, market] : markets("binance_2024")) {
    compare_rollup(market, Timeframe::m5, Timeframe::h1, report);
    compare_rollup(market, Timeframe::m5, Timeframe::h4, report);
    compare_rollup(market, Timeframe::h1, Timeframe::h4, report);
    compare_rollup(market, Timeframe::h4, Timeframe::d1, report);
  }
  EXPECT_EQ(report.incomplete, 0U);
  EXPECT_TRUE(report.other_prices.empty());
  EXPECT_TRUE(report.other_volume.empty());
  // 495,000 / 12 + 495,000 / 48 + 233,452 / 4 + 58,364 / 6, less the edges of four new listings.
  EXPECT_NEAR(static_cast<double>(report.compared), 119'652, 20);
}

TEST_F(Recorded, KucoinsZeroVolumeCandlesDoNotDisturbTheRollup) {
  RollupReport report;
  for (const auto& [symbol, market] : markets("kucoin_2023"))
    if (market.contains(Timeframe::m1))
      compare_rollup(market, Timeframe::m1, Timeframe::m5, report);
  EXPECT_EQ(report.compared, 16'704U);
  EXPECT_TRUE(report.other_prices.empty());
  EXPECT_TRUE(report.other_volume.empty());
}

TEST_F(Recorded, TheOutageHasItsGapsAndItsRestatedHoursAndNoOthers) {
  std::set<std::string> restated;
  for (const auto& [symbol, market] : markets("outage_2021")) {
    std::vector<std::string> missing;
    const Candles& candles = market.at(Timeframe::m5);
    for (std::size_t i = 1; i < candles.size(); ++i)
      for (Timestamp t = candles[i - 1].open_time + minutes(5); t < candles[i].open_time;
           t = t + minutes(5))
        missing.push_back(format_rfc3339(t).substr(0, 16));
    ASSERT_EQ(missing.size(), 30U + 56U) << symbol;
    EXPECT_EQ(missing[0], "2021-04-20T02:00");
    EXPECT_EQ(missing[29], "2021-04-20T04:25");
    EXPECT_EQ(missing[30], "2021-04-25T04:05");
    EXPECT_EQ(missing[85], "2021-04-25T08:40");

    RollupReport report;
    compare_rollup(market, Timeframe::m5, Timeframe::h1, report);
    EXPECT_EQ(report.compared, 240U - 5U - 3U) << symbol;  // 5 hours lack, 3 lack parts
    EXPECT_TRUE(report.other_prices.empty()) << symbol;
    for (Timestamp t : report.other_volume)
      restated.insert(format_rfc3339(t).substr(0, 13));
  }
  EXPECT_EQ(restated, (std::set<std::string>{"2021-04-22T02", "2021-04-23T01", "2021-04-23T02"}));
}

class RecordedScores : public Recorded, public testing::WithParamInterface<const char*> {};

/// A signal exists exactly where the last 100 candles are contiguous; every 97th candle's equals
/// the oracle's verdict on those.
void expect_oracle_scores(const CandleFile& file, const Candles& candles) {
  Timeframe timeframe = file.name.timeframe;
  rig::Rig rig(rig::settings_of({timeframe}), {file.name.instrument}, Origin::replay);
  rig.history(timeframe, candles);
  std::size_t made = 0;
  for (std::size_t i = 99; i < candles.size(); ++i) {
    if (candles[i].open_time - candles[i - 99].open_time != length(timeframe) * 99)
      continue;
    ASSERT_LT(made, rig.signals.size()) << file.path;
    const Signal& signal = rig.signals[made++].signal;
    ASSERT_EQ(signal.open_time, candles[i].open_time) << file.path;
    if (i % 97 != 0)
      continue;
    auto first = candles.begin() + static_cast<std::ptrdiff_t>(i) - 99;
    expect_equals_oracle(signal, classic_oracle::judge({first, first + 100}, Settings{}));
    ASSERT_FALSE(testing::Test::HasFailure()) << file.path << " candle " << i;
  }
  EXPECT_EQ(made, rig.signals.size()) << file.path;
}

TEST_P(RecordedScores, EqualTheOraclesOnEveryFile) {
  for (const CandleFile& file : files(GetParam())) {
    expect_oracle_scores(file, read(file));
    if (HasFailure())
      break;
  }
}

INSTANTIATE_TEST_SUITE_P(All, RecordedScores,
                         testing::Values("binance_2024", "kucoin_2023", "outage_2021", "long"),
                         [](const auto& test) { return std::string(test.param); });

/// Digest of the bodies from candle `from` on, when the scanner began at candle `first`.
std::string bodies_digest(const CandleFile& file, const Candles& candles, std::size_t first,
                          std::size_t from) {
  Settings settings = rig::settings_of({file.name.timeframe});
  rig::Rig rig(settings, {file.name.instrument}, Origin::replay);
  rig.history(file.name.timeframe,
              {candles.begin() + static_cast<std::ptrdiff_t>(first), candles.end()});
  SignalContext context = signal_context(file.name.instrument, settings, file.name.timeframe);
  Sha256 digest;
  for (const PersistSignal& made : rig.signals)
    if (made.signal.open_time >= candles[from].open_time)
      digest.update(signal_body_json(made.signal, context));
  return to_hex(digest.finish());
}

TEST_F(Recorded, WhereALongHistoryBeginsChangesNoBody) {
  for (const CandleFile& file : files("long")) {
    Candles candles = read(file);
    std::size_t from = candles.size() / 2;
    std::string expected = bodies_digest(file, candles, 0, from);
    for (std::size_t first : {std::size_t{12'345}, from - 200})
      EXPECT_EQ(bodies_digest(file, candles, first, from), expected) << file.path << ' ' << first;
  }
}

}  // namespace
}  // namespace cscan
