// What docs/scores.md promises, on a part of the candles it tells of: the brief's bands keep their
// meaning on recorded candles, trend formation is rare where there is no trend, the page has a line
// for everything, and its lines are what the program makes today.

#include "score_survey.hpp"

#include <gmock/gmock.h>

#include <iterator>

#include "recorded_fixture.hpp"

namespace cscan::survey {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t part = 2;  // sanitizers are slower
#else
constexpr std::size_t part = 1;
#endif

SeriesSink sink_of(Groups& groups) {
  return [&groups](std::string_view set, Timeframe timeframe, const std::vector<Candle>& candles) {
    groups.add(set, timeframe, candles);
  };
}

double share_fired(const Group& group, Firing firing) {
  return group.all.share(group.all.fired[static_cast<std::size_t>(firing)]);
}

void expect_rare_trends(const Groups& groups) {
  for (const Group& group : groups.all()) {
    ASSERT_GT(group.all.signals, 0U) << group.set;
    EXPECT_LE(share_fired(group, Firing::trend_formation), 2.5) << group.set;
  }
}

TEST(ScoreSurvey, TrendFormationIsRareOnRandomWalks) {
  Groups rarity(ScoreModel::rarity), classic(ScoreModel::classic);
  for_each_walk(20'000 / part, sink_of(rarity));
  for_each_walk(20'000 / part, sink_of(classic));
  ASSERT_EQ(rarity.all().size(), 4U);
  expect_rare_trends(rarity);
  // The rule it replaces would not have passed.
  for (const Group& group : classic.all())
    EXPECT_GT(share_fired(group, Firing::trend_formation), 20) << group.set;
}

/// A part of a recorded set that is large enough for its shares to be steady.
class ScoreSurveyRecorded : public Recorded {
 protected:
  static constexpr std::array<RecordedPart, 4> parts = {{
      {"binance_2024", Timeframe::m5, 8 * part},
      {"binance_2024", Timeframe::h1, 4 * part},
      {"binance_2024", Timeframe::h4, part},
      {"kucoin_2023", Timeframe::m5, 5 * part},
  }};
};

TEST_F(ScoreSurveyRecorded, TrendFormationIsRareWhereOrderOrDirectionIsRandom) {
  Groups groups(ScoreModel::rarity);
  for (const RecordedPart& one : parts)
    ASSERT_TRUE(for_each_recorded_null(root_, one, sink_of(groups)));
  ASSERT_EQ(groups.all().size(), 2 * parts.size());
  expect_rare_trends(groups);
}

TEST_F(ScoreSurveyRecorded, TheBandsKeepTheirPromiseOnRealMarkets) {
  Groups groups(ScoreModel::rarity);
  for (const RecordedPart& one : parts)
    ASSERT_TRUE(for_each_recorded(root_, one, sink_of(groups)));
  ASSERT_EQ(groups.all().size(), parts.size());
  for (const Group& group : groups.all()) {
    SCOPED_TRACE(group.set + ' ' + group.timeframe);
    EXPECT_THAT(group.all.share(group.all.at_least[1]),
                testing::AllOf(testing::Ge(6), testing::Le(8)));
    EXPECT_THAT(group.all.share(group.all.at_least[2]),
                testing::AllOf(testing::Ge(2), testing::Le(4)));
    EXPECT_LE(share_fired(group, Firing::trend_formation), 3);
  }
}

/// The page, and how often a line stands in it.
struct Page {
  std::string text;
  Page() {
    std::ifstream file(CSCAN_SCORES_PAGE);
    text.assign(std::istreambuf_iterator<char>(file), {});
  }
  [[nodiscard]] int count(const std::string& words) const {
    int n = 0;
    for (std::size_t at = text.find(words); at != std::string::npos; at = text.find(words, at + 1))
      ++n;
    return n;
  }
};

TEST(ScoreSurvey, ThePageSaysFirstThatRarityIsNotProfit) {
  EXPECT_LT(Page().text.find("**A score says how rare a move is, not that it pays.**"), 100U);
}

TEST_F(ScoreSurveyRecorded, ThePageHasALineForEverySetTimeframeAndNull) {
  Page page;
  std::set<std::pair<std::string, std::string>> expected;
  for (std::string_view set : recorded_sets)
    for (const CandleFile& file : files(std::string(set)))
      expected.emplace(set, to_string(file.name.timeframe));
  for (std::string_view set : recorded_null_sets)
    for (const CandleFile& file : files(std::string(set)))
      for (const char* null : {", shuffled", ", random signs"})
        expected.emplace(std::string(set) + null, to_string(file.name.timeframe));
  for (const char* walk : {"iid, volume 0.5", "iid, volume 0.8", "iid, volume 1.1", "GARCH(1,1)"})
    expected.emplace(walk, "5m");
  EXPECT_EQ(expected.size(), 11U + 14U + 4U);
  for (const auto& [set, timeframe] : expected)  // three tables for each of two models
    EXPECT_EQ(page.count("| " + set + " | " + timeframe + " |"), 6) << set << ' ' << timeframe;
}

void expect_lines(const Page& page, const Groups& groups) {
  for (const Group& group : groups.all())
    for (auto* row : {&score_row, &type_row, &firing_row})
      EXPECT_GE(page.count((*row)(group)), 1)
          << "docs/scores.md is not what './dev scores' makes now:\n"
          << (*row)(group);
}

// Whole lines take whole sets, which takes too long under a sanitizer.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_F(ScoreSurveyRecorded, ThePageIsWhatTheProgramMakes) {
  Page page;
  for (ScoreModel model : {ScoreModel::rarity, ScoreModel::classic}) {
    Groups groups(model);
    ASSERT_TRUE(for_each_recorded(root_, {"outage_2021", {}}, sink_of(groups)));
    ASSERT_TRUE(for_each_recorded(root_, {"binance_2024", Timeframe::h4}, sink_of(groups)));
    ASSERT_TRUE(for_each_recorded_null(root_, {"kucoin_2023", Timeframe::h1}, sink_of(groups)));
    expect_lines(page, groups);
  }
}

TEST(ScoreSurvey, ThePagesWalksAreWhatTheProgramMakes) {
  Page page;
  for (ScoreModel model : {ScoreModel::rarity, ScoreModel::classic}) {
    Groups groups(model);
    for_each_walk(walk_candles, sink_of(groups));
    expect_lines(page, groups);
  }
}
#endif

}  // namespace
}  // namespace cscan::survey
