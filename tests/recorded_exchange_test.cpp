// What the local exchanges tell of a recording is what the recording's files say.

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "app/recorded_truth.hpp"
#include "recorded_fixture.hpp"
#include "replay/candle_recording.hpp"
#include "sim/sim_json.hpp"

namespace cscan {
namespace {

class RecordedExchanges : public Recorded {
 protected:
  [[nodiscard]] Result<std::shared_ptr<const RecordedTruth>> play(const char* set) const {
    auto recording = load_recording(root_ / set, {}, [](std::size_t, std::size_t) {});
    if (!recording)
      return fail(std::move(recording.error()));
    return RecordedTruth::make(std::move(*recording));
  }
};

/// Whether the text in which Binance says it reads back as the value.
bool survives(double value, int digits) {
  return std::strtod(fixed(value, std::max(8, digits)).c_str(), nullptr) == value;
}

bool is_told(const TradedMarket& market, const Candle& candle, const Candle& row) {
  const std::array prices = {row.open, row.high, row.low, row.close};
  return same_values(candle, row) && candle.state == row.state &&
         survives(row.volume, market.volume_decimals) &&
         std::ranges::all_of(prices,
                             [&](double price) { return survives(price, market.price_decimals); });
}

/// Rows that are not told as they are, or not as text; and intervals without a row that are told.
std::size_t count_wrong(const RecordedTruth& truth, const TradedMarket& market, Timeframe timeframe,
                        const std::vector<Candle>& rows) {
  const std::vector<Candle> told = truth.closed(
      market.instrument, timeframe, rows.back().open_time + length(timeframe), SIZE_MAX);
  std::size_t wrong = told.empty() || told.front().open_time != rows.front().open_time ? 1 : 0;
  auto row = rows.begin();
  for (const Candle& candle : told) {
    if (row == rows.end() || candle.open_time != row->open_time) {
      wrong += candle.state == CandleState::no_trade ? 0 : 1;
      continue;
    }
    wrong += is_told(market, candle, *row) ? 0 : 1;
    ++row;
  }
  return wrong + static_cast<std::size_t>(rows.end() - row);
}

/// Some of the rows whose running candle has other values in its last second.
std::size_t count_wrong_ends(const RecordedTruth& truth, const TradedMarket& market,
                             Timeframe timeframe, const std::vector<Candle>& rows) {
  auto follower = truth.follow(market.instrument, std::array{timeframe});
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < rows.size(); i += 1 + rows.size() / 200) {
    const Candle& row = rows[i];
    const Candle& end = follower->at(row.open_time + length(timeframe) - milliseconds(1)).front();
    wrong += same_values(end, row) && end.open_time == row.open_time ? 0 : 1;
  }
  return wrong;
}

TEST_F(RecordedExchanges, TellWhatTheFilesSay) {
  std::size_t series = 0;
  for (const char* set : {"binance_2024", "outage_2021", "long"}) {
    auto truth = play(set);
    ASSERT_TRUE(truth) << truth.error().message;
    for (const CandleFile& file : files(set)) {
      const std::vector<Candle> rows = read(file);
      const auto markets = (*truth)->markets(file.name.instrument.exchange);
      auto market = std::ranges::find(markets, file.name.instrument, &TradedMarket::instrument);
      ASSERT_NE(market, markets.end()) << file.path;
      EXPECT_EQ(count_wrong(**truth, *market, file.name.timeframe, rows), 0u) << file.path;
      EXPECT_EQ(count_wrong_ends(**truth, *market, file.name.timeframe, rows), 0u) << file.path;
      ++series;
    }
  }
  EXPECT_EQ(series, 186u);
}

TEST_F(RecordedExchanges, DigitsAreThoseOfTheRecordedValues) {
  auto truth = play("binance_2024");
  ASSERT_TRUE(truth) << truth.error().message;
  for (const TradedMarket& market : (*truth)->markets("binance")) {
    const std::string& base = market.instrument.base;
    if (base == "BTC") {
      EXPECT_EQ(market.price_decimals, 2);
      EXPECT_EQ(market.volume_decimals, 6) << "five, but for ten hours of March 2024";
    }
    if (base == "PEPE") {
      EXPECT_EQ(market.price_decimals, 8);
      EXPECT_EQ(market.volume_decimals, 0);
    }
    EXPECT_LE(market.price_decimals, 8) << base;
    EXPECT_LE(market.volume_decimals, 6) << base;
  }
}

TEST_F(RecordedExchanges, SpotOfKuCoinIsNotPlayed) {
  auto truth = play("kucoin_2023");
  ASSERT_FALSE(truth);
  EXPECT_EQ(truth.error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace cscan
