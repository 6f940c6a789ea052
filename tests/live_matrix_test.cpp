// Every fault of the script against every exchange: after it is over, the core knows what really
// happened, nothing final was ever wrong, and the exchange was not asked for more than it allows.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exchange/binance/protocol.hpp"
#include "exchange/binanceusdm/protocol.hpp"
#include "exchange/kucoinfutures/protocol.hpp"
#include "live_rig.hpp"

namespace cscan {
namespace {

using live_rig::LiveRig;
using testing::IsEmpty;

struct Venue {
  const char* name;
  std::unique_ptr<Protocol> (*protocol)();
  std::vector<std::string> symbols;  ///< a liquid one, one more, and one that is often silent
};
const Venue venues[] = {
    {"binance", binance::make_protocol, {"BTC/USDT", "DOGE/USDT", "QUICK/USDT"}},
    {"binanceusdm",
     binanceusdm::make_protocol,
     {"BTC/USDT:USDT", "DOGE/USDT:USDT", "QUICK/USDT:USDT"}},
    {"kucoinfutures",
     kucoinfutures::make_protocol,
     {"BTC/USDT:USDT", "DOGE/USDT:USDT", "OXT/USDT:USDT"}},
};

struct FaultCase {
  const char* name;
  const char* script;
  bool may_revise = false;  ///< the exchange itself calls wrong values final
};
const FaultCase fault_cases[] = {
    {"None", ""},
    {"Disconnect", "disconnect at=70s\ndisconnect at=75s\ndisconnect at=2m"},
    {"Cut", "cut at=70s bytes=9\ncut at=110s bytes=0"},
    {"Shutdown", "shutdown at=70s by=4s"},
    {"Stall", "stall at=70s for=50s"},
    {"Deaf", "disconnect at=69s\ndeaf at=65s for=60s"},
    {"PartialAck", "disconnect at=69s\npartial-ack at=65s for=30s"},
    {"WithholdOne", "withhold topic=BTC at=70s for=90s\nwithhold topic=btc at=70s for=90s"},
    {"Duplicate", "duplicate at=30s for=3m"},
    {"Reorder", "reorder at=30s for=3m"},
    {"LateClose", "late-close at=30s for=2m by=9s"},
    {"VeryLateClose", "late-close at=30s for=2m by=40s"},
    {"MissingClose", "missing-close at=30s for=2m"},
    {"Revise", "revise at=30s for=2m by=20s", true},
    {"Huge", "huge at=70s for=10s bytes=3000000 every=20"},
    {"Malformed", "malformed at=30s for=2m every=3"},
    {"Truncated", "truncated at=30s for=2m every=3"},
    {"NotANumber", "not-a-number at=30s for=2m every=2"},
    {"Absurd", "absurd at=30s for=2m every=2"},
    {"HandshakeStall", "disconnect at=69s\nhandshake-stall at=65s for=40s"},
    {"TokenExpired", "disconnect at=69s\ntoken-expired at=65s for=20s"},
    {"TooMany", "status code=429 retry-after=20s at=60s for=30s\ndisconnect at=62s"},
    {"Ban", "status code=418 retry-after=60s at=60s for=61s\nmissing-close at=60s for=60s"},
    {"ServerError", "status code=503 at=60s for=60s\ndisconnect at=70s"},
    {"Html", "html code=503 at=60s for=60s\nmissing-close at=60s for=60s"},
    {"HtmlWith200", "html code=200 at=60s for=60s\nmissing-close at=60s for=60s"},
    {"ErrorBody", "error-body at=60s for=60s\nmissing-close at=60s for=60s"},
    {"EmptyBody", "empty-body at=60s for=60s\nmissing-close at=60s for=60s"},
    {"NoAnswer", "no-answer at=60s for=60s\nmissing-close at=60s for=60s"},
};

class FaultMatrix : public testing::TestWithParam<std::tuple<std::size_t, std::size_t>> {
 protected:
  [[nodiscard]] const Venue& venue() const { return venues[std::get<0>(GetParam())]; }
  [[nodiscard]] const FaultCase& fault() const { return fault_cases[std::get<1>(GetParam())]; }
};

TEST_P(FaultMatrix, EndsWithTheTruth) {
  LiveRig live(venue().protocol(), venue().symbols, fault().script);
  live.begin();
  if (HasFatalFailure())
    return;
  live.run(minutes(5));
  ASSERT_TRUE(live.report().faults_over);
  // A minute after it is over, everything that closed until then is known.
  const Timestamp until = live.time() - seconds(30);
  EXPECT_THAT(live.missing_candles(until), IsEmpty()) << live.health().words;
  if (!fault().may_revise) {
    EXPECT_THAT(live.wrong_candles(), IsEmpty());
  }
  EXPECT_THAT(live.wrong_signals(), IsEmpty());
  EXPECT_EQ(live.health().state, SessionState::live) << live.health().words;
  EXPECT_LE(live.report().weight_most * 10, live.report().weight_limit * 8);
  EXPECT_EQ(live.report().asked_in_silence, 0u);
}

class Exchanges : public testing::TestWithParam<std::size_t> {
 protected:
  [[nodiscard]] const Venue& venue() const { return venues[GetParam()]; }
};

TEST_P(Exchanges, ADelistedOrRenamedMarketTakesNobodyAlong) {
  const bool kucoin = std::string_view(venue().name) == "kucoinfutures";
  for (const char* script :
       {kucoin ? "delist topic=XBTUSDTM at=90s" : "delist topic=BTCUSDT at=90s",
        kucoin ? "rename topic=XBTUSDTM to=NEWUSDTM at=90s"
               : "rename topic=BTCUSDT to=NEWUSDT at=90s"}) {
    LiveRig live(venue().protocol(), venue().symbols, script);
    live.begin();
    live.run(minutes(14));  // listings are asked for every ten minutes
    ASSERT_TRUE(live.report().faults_over) << script;
    EXPECT_THAT(live.missing_candles(live.time() - seconds(30), 1), IsEmpty()) << script;
    EXPECT_THAT(live.wrong_candles(1), IsEmpty()) << script;  // its last one ends early
    EXPECT_THAT(live.warnings(), testing::Contains(testing::HasSubstr("its candles end here")))
        << script;
    EXPECT_LE(live.report().weight_most * 10, live.report().weight_limit * 8) << script;
  }
}

TEST_P(Exchanges, AClockThatIsWrongHereIsFollowed) {
  for (const char* script : {"skew by=35s", "skew by=3h", "skew by=700ms", "skew by=-700ms",
                             "skew by=-10s", "skew by=-70s", "skew by=-3m"}) {
    LiveRig live(venue().protocol(), venue().symbols, script);
    live.begin();
    live.run(minutes(9));
    EXPECT_GT(live.time() - live_rig::start, minutes(5)) << script;
    EXPECT_THAT(live.missing_candles(live.time() - seconds(30)), IsEmpty()) << script;
    EXPECT_THAT(live.wrong_candles(), IsEmpty()) << script;
    EXPECT_THAT(live.wrong_signals(), IsEmpty()) << script;
  }
}

INSTANTIATE_TEST_SUITE_P(Every, Exchanges, testing::Range<std::size_t>(0, std::size(venues)),
                         [](const auto& param) { return std::string(venues[param.param].name); });

INSTANTIATE_TEST_SUITE_P(EveryFault, FaultMatrix,
                         testing::Combine(testing::Range<std::size_t>(0, std::size(venues)),
                                          testing::Range<std::size_t>(0, std::size(fault_cases))),
                         [](const auto& param) {
                           return std::string(venues[std::get<0>(param.param)].name) + "_" +
                                  fault_cases[std::get<1>(param.param)].name;
                         });

}  // namespace
}  // namespace cscan
