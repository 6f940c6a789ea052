// Unified symbols.

#include "model/instrument.hpp"

#include <gtest/gtest.h>

namespace cscan {
namespace {

TEST(Instrument, ReadsSpotAndSwaps) {
  auto spot = parse_symbol("binance", "BTC/USDT");
  ASSERT_TRUE(spot);
  EXPECT_EQ(*spot, (Instrument{"binance", "BTC", "USDT", ""}));
  auto swap = parse_symbol("kucoinfutures", "BTC/USDT:USDT");
  ASSERT_TRUE(swap);
  EXPECT_EQ(*swap, (Instrument{"kucoinfutures", "BTC", "USDT", "USDT"}));
}

TEST(Instrument, SymbolsReadBack) {
  for (const char* text : {"BTC/USDT", "BTC/USDT:USDT", "1000SATS/USDT", "a/B", "币安/USDT"})
    EXPECT_EQ(parse_symbol("x", text)->symbol(), text);
}

TEST(Instrument, RefusesWhatIsNoSymbolAndSaysWhatIs) {
  for (const char* text : {"", "/", "BTC", "BTCUSDT", "/USDT", "BTC/", "BTC/USDT:", "BTC/:USDT",
                           "BTC:USDT/USDT", "BTC/USDT/EUR", "BTC/USDT:USDT:USDT", "BTC /USDT",
                           "BTC/USDT\n", "BTC/US\tDT", "../../etc", "..\\x/USDT", "BTC/\"USDT\""}) {
    auto parsed = parse_symbol("binance", text);
    EXPECT_FALSE(parsed) << text;
    EXPECT_TRUE(parsed || parsed.error().message.contains("BASE/QUOTE")) << text;
  }
  EXPECT_FALSE(parse_symbol("x", std::string(41, 'A') + "/USDT"));
  EXPECT_TRUE(parse_symbol("x", std::string(40, 'A') + "/USDT"));
  EXPECT_FALSE(parse_symbol("x", std::string_view("BTC\0/USDT", 9)));
}

}  // namespace
}  // namespace cscan
