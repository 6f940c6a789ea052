// What `cscan exchange-sim` is told to play.

#include "app/exchange_play.hpp"

#include <gmock/gmock.h>

#include "app/recorded_test_support.hpp"
#include "replay/replay_test_support.hpp"
#include "sim/market_truth.hpp"

namespace cscan {
namespace {

using namespace recorded_test;
using cscan::testing::no_progress;
using ::testing::HasSubstr;

class ExchangePlayed : public ::testing::Test {
 protected:
  /// Ten minutes of a market of Binance, and one of another exchange.
  void write_two() const {
    const std::vector<Candle> candles = {traded(at_minute(0), 100, 5),
                                         traded(at_minute(5), 101, 6)};
    dir_.write("binance_BTCUSDT_5m.parquet", candles);
    dir_.write("kraken_BTCUSDT_5m.parquet", candles);
  }
  [[nodiscard]] Result<ExchangePlay> play(const std::string& start = "") const {
    return play_recording(dir_.path().string(), start, no_progress);
  }
  cscan::testing::RecordingDir dir_;
};

TEST_F(ExchangePlayed, ARecordingFromItsUsualStartOrAnother) {
  write_two();
  auto usual = play();
  ASSERT_TRUE(usual) << usual.error().message;
  EXPECT_EQ(usual->start, at_minute(7));
  EXPECT_EQ(usual->left_out, 1u);
  EXPECT_THAT(usual->words, HasSubstr("from 2024-08-05T00:07:00.000Z to 2024-08-05T00:10:00.000Z"));
  ASSERT_EQ(usual->truth->markets("binance").size(), 1u);
  EXPECT_EQ(usual->truth->closed(btc(), Timeframe::m5, at_minute(10), 9).back(),
            traded(at_minute(5), 101, 6));
  EXPECT_EQ(play("2024-08-05T00:00:00Z")->start, at_minute(0));
  EXPECT_EQ(play("2024-08-05T02:09:59+02:00")->start, at_minute(10) - seconds(1));
}

TEST_F(ExchangePlayed, AStartOutsideOrMisspeltIsRefused) {
  write_two();
  for (const char* start : {"2024-08-05T00:10:00Z", "2024-08-04T23:59:59Z", "2023-01-01"}) {
    auto refused = play(start);
    ASSERT_FALSE(refused) << start;
    EXPECT_EQ(refused.error().code, ErrorCode::invalid_argument);
    EXPECT_THAT(refused.error().message, HasSubstr("2024-08-05T00:10:00.000Z"));
  }
  auto misspelt = play("yesterday");
  ASSERT_FALSE(misspelt);
  EXPECT_EQ(misspelt.error().code, ErrorCode::invalid_argument);
  EXPECT_THAT(misspelt.error().message, HasSubstr("--data-start yesterday"));
}

TEST_F(ExchangePlayed, AFolderWithNothingToPlayIsRefused) {
  EXPECT_EQ(play().error().code, ErrorCode::not_found) << "empty";
  dir_.write("kraken_BTCUSDT_5m.parquet", {traded(at_minute(0), 100, 5)});
  auto foreign = play();
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error().code, ErrorCode::not_found);
  EXPECT_THAT(foreign.error().message, HasSubstr("kraken"));
}

TEST_F(ExchangePlayed, CopiesOfRecordedMarketsTradeAlike) {
  write_two();
  const ExchangePlay two = copied(*play(), 2);
  const auto markets = two.truth->markets("binance");
  ASSERT_EQ(markets.size(), 2u);
  EXPECT_EQ(markets[1].instrument.base, "BTC_2");
  EXPECT_EQ(two.truth->closed(markets[1].instrument, Timeframe::m5, at_minute(10), 9),
            two.truth->closed(markets[0].instrument, Timeframe::m5, at_minute(10), 9));
  EXPECT_EQ(two.truth->first_open(markets[1].instrument, Timeframe::m5), at_minute(0));
}

}  // namespace
}  // namespace cscan
