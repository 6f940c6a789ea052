#include "sim/exchange_fault.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cscan {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

TEST(FaultScript, OneFaultALine) {
  auto faults = parse_faults(
      "# an evening\n"
      "\n"
      "disconnect exchange=binance at=30s\n"
      "  withhold exchange=* topic=btcusdt@kline_1m at=1m for=2m  # one topic\r\n"
      "status at=2h for=500ms code=429 retry-after=10s\n"
      "skew by=-3s\n"
      "rename topic=BTCUSDT to=BTC2USDT at=1d");
  ASSERT_TRUE(faults) << faults.error().message;
  ASSERT_THAT(*faults, SizeIs(5));
  EXPECT_EQ((*faults)[0].kind, FaultKind::disconnect);
  EXPECT_TRUE(is_instant((*faults)[0].kind));
  EXPECT_EQ((*faults)[0].at, seconds(30));
  EXPECT_TRUE((*faults)[0].concerns("binance"));
  EXPECT_FALSE((*faults)[0].concerns("binanceusdm"));
  const Fault& withhold = (*faults)[1];
  EXPECT_EQ(withhold.topic, "btcusdt@kline_1m");
  EXPECT_TRUE(withhold.concerns("kucoinfutures"));
  EXPECT_FALSE(withhold.is_active(seconds(59)));
  EXPECT_TRUE(withhold.is_active(seconds(60)));
  EXPECT_TRUE(withhold.is_active(seconds(179)));
  EXPECT_FALSE(withhold.is_active(seconds(180)));
  EXPECT_EQ((*faults)[2].code, 429);
  EXPECT_EQ((*faults)[2].retry_after, seconds(10));
  EXPECT_EQ((*faults)[2].lasts, milliseconds(500));
  EXPECT_EQ((*faults)[3].by, seconds(-3));
  EXPECT_TRUE((*faults)[3].is_active(days(300))) << "without an end it lasts";
  EXPECT_EQ((*faults)[4].to, "BTC2USDT");
}

TEST(FaultScript, SaysWhichLineIsWrongAndWhatIsAccepted) {
  struct Case {
    const char* script;
    const char* words;
  };
  for (const Case& wrong : {
           Case{"\ndisconect", "line 2: 'disconect' is not a fault: use one of disconnect"},
           Case{"stall exchange=kraken", "exchange 'kraken' is not known: use binance"},
           Case{"stall at", "write name=value"},
           Case{"stall at=", "'at=' has no value"},
           Case{"stall at=-5s", "before its beginning"},
           Case{"stall at=5", "is no time"},
           Case{"stall at=99999999999999999999s", "is no time"},
           Case{"stall at=9999999999999d", "is no time"},
           Case{"stall when=5s", "'when' is not a setting"},
           Case{"status at=5s", "status needs code=NUMBER"},
           Case{"status code=99", "not a whole number from 200 to 599"},
           Case{"malformed every=0", "not a whole number from 1"},
           Case{"delist", "delist needs topic=MARKET"},
           Case{"rename topic=A", "rename needs to=NAME"},
       }) {
    auto faults = parse_faults(wrong.script);
    ASSERT_FALSE(faults) << wrong.script;
    EXPECT_EQ(faults.error().code, ErrorCode::invalid_argument);
    EXPECT_THAT(faults.error().message, HasSubstr(wrong.words));
  }
}

}  // namespace
}  // namespace cscan
