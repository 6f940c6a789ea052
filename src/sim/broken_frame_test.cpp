// What faults make of messages: prices alone are spoilt, whatever else has digits.

#include "sim/broken_frame.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace cscan {
namespace {

struct Case {
  const char* frame;
  const char* not_a_number;
  const char* absurd;
};
constexpr Case cases[] = {
    {R"({"e":"kline","E":12,"s":"1000CATUSDT","k":{"t":7,"i":"1m","f":1,"L":2,"o":"5.10",)"
     R"("c":"5.2","h":"6","l":"4","v":"300","n":2,"x":true,"q":"9.0","V":"1","Q":"2.5","B":"0"}})",
     R"({"e":"kline","E":12,"s":"1000CATUSDT","k":{"t":7,"i":"1m","f":1,"L":2,"o":"NaN","c":"NaN",)"
     R"("h":"NaN","l":"NaN","v":"300","n":2,"x":true,"q":"9.0","V":"1","Q":"2.5","B":"0"}})",
     R"({"e":"kline","E":12,"s":"1000CATUSDT","k":{"t":7,"i":"1m","f":1,"L":2,"o":"-5.10",)"
     R"("c":"-5.2","h":"-6","l":"-4","v":"300","n":2,"x":true,"q":"9.0","V":"1","Q":"2.5",)"
     R"("B":"0"}})"},
    {R"({"stream":"a@aggTrade","data":{"e":"aggTrade","a":5,"p":"0.5","q":"1","f":1,"l":2}})",
     R"({"stream":"a@aggTrade","data":{"e":"aggTrade","a":5,"p":"NaN","q":"1","f":1,"l":2}})",
     R"({"stream":"a@aggTrade","data":{"e":"aggTrade","a":5,"p":"-0.5","q":"1","f":1,"l":2}})"},
    {R"({"u":9,"s":"A","b":"1.0","B":"3","a":"1.1","A":"4"})",
     R"({"u":9,"s":"A","b":"NaN","B":"3","a":"NaN","A":"4"})",
     R"({"u":9,"s":"A","b":"-1.0","B":"3","a":"-1.1","A":"4"})"},
    {R"([{"s":"A","c":"2","v":"3"},{"s":"B","c":"4","v":"5"}])",
     R"([{"s":"A","c":"NaN","v":"3"},{"s":"B","c":"NaN","v":"5"}])",
     R"([{"s":"A","c":"-2","v":"3"},{"s":"B","c":"-4","v":"5"}])"},
    {R"({"topic":"/c:XM_1min","data":{"symbol":"XM","candles":["1741168800","5","6","7","4",)"
     R"("31.5","60"],"time":12}})",
     R"({"topic":"/c:XM_1min","data":{"symbol":"XM","candles":["1741168800","NaN","NaN","NaN",)"
     R"("NaN","31.5","60"],"time":12}})",
     R"({"topic":"/c:XM_1min","data":{"symbol":"XM","candles":["1741168800","-5","-6","-7","-4",)"
     R"("31.5","60"],"time":12}})"},
    {R"({"data":{"side":"buy","size":2,"price":"3.5","tradeId":"17","ts":1741168800000000000}})",
     R"({"data":{"side":"buy","size":2,"price":"NaN","tradeId":"17","ts":1741168800000000000}})",
     R"({"data":{"side":"buy","size":2,"price":"-3.5","tradeId":"17","ts":1741168800000000000}})"},
    {R"({"data":{"markPrice":3,"granularity":1000,"bestBidPrice":"2"}})",
     R"({"data":{"markPrice":"NaN","granularity":1000,"bestBidPrice":"NaN"}})",
     R"({"data":{"markPrice":-3E0,"granularity":1000,"bestBidPrice":"-2"}})"},
};

TEST(BrokenFrame, PricesBecomeNoNumbersOrImpossible) {
  for (const Case& one : cases) {
    EXPECT_EQ(break_frame(one.frame, FaultKind::not_a_number), one.not_a_number);
    EXPECT_EQ(break_frame(one.frame, FaultKind::absurd), one.absurd);
  }
}

TEST(BrokenFrame, MalformedAndTruncatedAreNoJson) {
  for (const Case& one : cases)
    for (FaultKind kind : {FaultKind::malformed, FaultKind::truncated}) {
      boost::system::error_code error;
      static_cast<void>(boost::json::parse(break_frame(one.frame, kind), error));
      EXPECT_TRUE(error) << one.frame;
    }
  EXPECT_EQ(break_frame("[1,2]", FaultKind::truncated), "[1");
}

TEST(BrokenFrame, OtherFaultsLeaveItAsItIs) {
  EXPECT_EQ(break_frame(R"({"p":"1"})", FaultKind::stall), R"({"p":"1"})");
}

}  // namespace
}  // namespace cscan
