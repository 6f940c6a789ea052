#include "server/symbol_lookup.hpp"

#include <gmock/gmock.h>

#include "server/server_test_support.hpp"

namespace cscan {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::make_view;
using testing::spot;
using testing::swap;

std::vector<std::string> names(const std::vector<Instrument>& instruments) {
  std::vector<std::string> result;
  for (const Instrument& instrument : instruments)
    result.push_back(instrument.exchange + " " + instrument.symbol());
  return result;
}

TEST(ServerSymbolLookup, FindsWhatIsWatchedInEverySpelling) {
  const auto view =
      make_view({spot("binance", "BTC"), spot("binance", "ETH"), swap("kucoinfutures", "BTC")});
  for (const char* text : {"BTC/USDT", "btc/usdt", "BTC-USDT", "BTCUSDT", "btcusdt"}) {
    auto found = find_watched(*view, text, "");
    ASSERT_TRUE(found) << text;
    EXPECT_THAT(*found, ElementsAre(0, 2)) << text;
  }
  EXPECT_THAT(*find_watched(*view, "BTC/USDT:USDT", ""), ElementsAre(2));
  EXPECT_THAT(*find_watched(*view, "BTC/USDT", "kucoinfutures"), ElementsAre(2));
  EXPECT_THAT(*find_watched(*view, "BTC/USDT", "binance"), ElementsAre(0));
}

TEST(ServerSymbolLookup, TellsUnknownFromUnreadable) {
  const auto view =
      make_view({spot("binance", "BTC"), spot("binance", "A", "BCD"), spot("binance", "AB", "CD")});
  for (const char* text : {"DOGE/USDT", "DOGEUSDT", "BTC/USDC"})
    EXPECT_EQ(find_watched(*view, text, "").error().code, ErrorCode::not_found) << text;
  EXPECT_EQ(find_watched(*view, "BTC/USDT", "kraken").error().code, ErrorCode::not_found);
  const std::string long_name = std::string(100, 'X') + "/USDT";
  for (const char* text :
       {"", "/", "BTC/", "/USDT", "BTC/USDT/X", "BTC/USDT:", long_name.c_str(), "BTC\n/USDT"})
    EXPECT_EQ(find_watched(*view, text, "").error().code, ErrorCode::invalid_argument) << text;
  auto ambiguous = find_watched(*view, "ABCD", "");
  ASSERT_FALSE(ambiguous);
  EXPECT_EQ(ambiguous.error().code, ErrorCode::invalid_argument);
  EXPECT_THAT(ambiguous.error().message, HasSubstr("A/BCD"));
}

TEST(ServerSymbolLookup, SaysThatNothingRuns) {
  auto found = find_watched(MarketView{}, "BTC/USDT", "");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::not_found);
  EXPECT_THAT(found.error().message, HasSubstr("start the scanner"));
}

TEST(ServerSymbolLookup, KnowsWhatIsWatchedOrStoredOnce) {
  testing::FakeHistory history;
  history.stored = {spot("binance", "BTC"), spot("okx", "BTC"), spot("binance", "OLD")};
  const auto view = make_view({spot("binance", "BTC"), swap("kucoinfutures", "BTC")});
  EXPECT_THAT(names(*find_known(*view, history, "BTC/USDT", "")),
              ElementsAre("binance BTC/USDT", "kucoinfutures BTC/USDT:USDT", "okx BTC/USDT"));
  EXPECT_THAT(names(*find_known(*view, history, "btcusdt", "okx")), ElementsAre("okx BTC/USDT"));
  // History is there while nothing runs.
  EXPECT_THAT(names(*find_known(MarketView{}, history, "OLD/USDT", "")),
              ElementsAre("binance OLD/USDT"));
  EXPECT_EQ(find_known(*view, history, "NEW/USDT", "").error().code, ErrorCode::not_found);
  EXPECT_EQ(find_known(*view, history, "OLD/USDT", "okx").error().code, ErrorCode::not_found);
}

TEST(ServerSymbolLookup, TakesAnIntervalByStyleOrByName) {
  const auto view = make_view({spot("binance", "BTC")});
  for (const MarketView& v : {*view, MarketView{}}) {
    EXPECT_EQ(find_interval(v, "day_trade"), Timeframe::h4);
    EXPECT_EQ(find_interval(v, "4h"), Timeframe::h4);
    EXPECT_EQ(find_interval(v, "scalp"), Timeframe::m5);
    EXPECT_EQ(find_interval(v, "15m"), Timeframe::m15);  // not watched, but it may be stored
  }
  for (const char* name : {"", "4H", "7m", "Scalp", "day", "60"}) {
    auto interval = find_interval(*view, name);
    ASSERT_FALSE(interval) << name;
    EXPECT_EQ(interval.error().code, ErrorCode::invalid_argument);
    EXPECT_THAT(testing::detail(interval.error(), "accepted"), HasSubstr("day_trade (4h)"));
  }
}

TEST(ServerSymbolLookup, FollowsTheStylesOfTheRun) {
  auto view = make_view({spot("binance", "BTC")});
  RunInfo run = *view->run;
  run.settings.timeframes = {{"scalp", Timeframe::m15}};
  view->run = std::make_shared<const RunInfo>(run);
  EXPECT_EQ(find_interval(*view, "scalp"), Timeframe::m15);
  EXPECT_FALSE(find_interval(*view, "swing"));
}

}  // namespace
}  // namespace cscan
