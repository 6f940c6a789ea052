// The ranking of the full scan.

#include "analysis/full_scan.hpp"

#include <gtest/gtest.h>

namespace cscan {
namespace {

ScanRow candidate(std::uint32_t id, double score, std::int64_t close_hour,
                  Timeframe timeframe = Timeframe::h1) {
  ScanRow c;
  c.instrument = InstrumentId{id};
  c.timeframe = timeframe;
  c.combined = to_score(score);
  c.close_time = Timestamp{} + hours(close_hour);
  return c;
}

TEST(FullScan, RanksByScoreThenNewerCloseThenInstrumentThenTimeframe) {
  auto ranking = rank_scan({candidate(5, 50, 1), candidate(4, 50, 2), candidate(3, 50, 1),
                            candidate(2, 90, 0), candidate(3, 50, 1, Timeframe::m5)});
  std::vector<std::pair<std::uint32_t, Timeframe>> order;
  for (const ScanRow& row : ranking) {
    order.emplace_back(row.instrument.value, row.timeframe);
    EXPECT_EQ(row.rank, order.size());
  }
  EXPECT_EQ(order, (std::vector<std::pair<std::uint32_t, Timeframe>>{{2, Timeframe::h1},
                                                                     {4, Timeframe::h1},
                                                                     {3, Timeframe::m5},
                                                                     {3, Timeframe::h1},
                                                                     {5, Timeframe::h1}}));
}

TEST(FullScan, OfNothingIsEmpty) { EXPECT_TRUE(rank_scan({}).empty()); }

}  // namespace
}  // namespace cscan
