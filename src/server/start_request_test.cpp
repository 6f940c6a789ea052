#include "server/start_request.hpp"

#include <gmock/gmock.h>

#include "server/server_test_support.hpp"

namespace cscan {
namespace {

using testing::detail;
using ::testing::HasSubstr;
using Kind = SymbolSelection::Kind;

StartRequest listed(std::vector<std::string> names) {
  StartRequest request;
  request.symbols = {Kind::list, std::move(names), 0};
  return request;
}

TEST(ServerStartRequest, TakesAnEmptyBodyForTheDefaults) {
  for (const char* body : {"", " ", "\r\n", "\t \n", "{}", " { } "}) {
    auto request = parse_start_request(body);
    ASSERT_TRUE(request) << body;
    EXPECT_EQ(*request, StartRequest{}) << body;
  }
}

TEST(ServerStartRequest, ReadsEveryFormOfSymbols) {
  StartRequest all, top;
  all.symbols.kind = Kind::all;
  top.symbols = {Kind::top, {}, 200};
  const std::vector<std::pair<const char*, StartRequest>> cases = {
      {R"({"symbols": "all"})", all},
      {R"({"symbols": {"top": 200}})", top},
      {R"({"symbols": {"by": "quote_volume", "top": 200}})", top},
      {R"({"symbols": ["BTC/USDT"]})", listed({"BTC/USDT"})},
      {R"({"symbols": ["BTC/USDT", "*/USDC", "ETH/USDT:USDT"]})",
       listed({"BTC/USDT", "*/USDC", "ETH/USDT:USDT"})},
      {R"({"symbols": ["\u5e01/USDT"]})", listed({"币/USDT"})}};
  for (const auto& [body, expected] : cases) {
    auto request = parse_start_request(body);
    ASSERT_TRUE(request) << body << ": " << request.error().message;
    EXPECT_EQ(*request, expected) << body;
  }
}

TEST(ServerStartRequest, ReadsTheBodyOfTheBrief) {
  auto request = parse_start_request(R"({
    "symbols": ["BTC/USDT", "ETH/USDT", "SOL/USDT"],
    "exchanges": ["binance", "kucoinfutures"],
    "config": {"momentum_bias": 0.6, "timeframes": {"scalp": "5m"}}})");
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->symbols.names.size(), 3);
  EXPECT_EQ(request->exchanges, (std::vector<std::string>{"binance", "kucoinfutures"}));
  const auto config = boost::json::parse(request->config);
  EXPECT_EQ(config.at("momentum_bias").as_double(), 0.6);
  EXPECT_EQ(config.at("timeframes").at("scalp").as_string(), "5m");
}

TEST(ServerStartRequest, NamesTheFieldThatIsWrong) {
  const std::vector<std::pair<const char*, const char*>> cases = {
      {"[]", "body"},
      {"null", "body"},
      {"\"all\"", "body"},
      {"7", "body"},
      {R"({"symbol": ["BTC/USDT"]})", "symbol"},
      {R"({"": 1})", ""},
      {R"({"symbols": null})", "symbols"},
      {R"({"symbols": "BTC/USDT"})", "symbols"},
      {R"({"symbols": "ALL"})", "symbols"},
      {R"({"symbols": []})", "symbols"},
      {R"({"symbols": [""]})", "symbols"},
      {R"({"symbols": ["BTC/USDT", 7]})", "symbols"},
      {R"({"symbols": [["BTC/USDT"]]})", "symbols"},
      {R"({"symbols": true})", "symbols"},
      {R"({"symbols": {}})", "symbols"},
      {R"({"symbols": {"by": "quote_volume"}})", "symbols"},
      {R"({"symbols": {"top": 0}})", "symbols.top"},
      {R"({"symbols": {"top": -5}})", "symbols.top"},
      {R"({"symbols": {"top": 4097}})", "symbols.top"},
      {R"({"symbols": {"top": 1.5}})", "symbols.top"},
      {R"({"symbols": {"top": "5"}})", "symbols.top"},
      {R"({"symbols": {"top": 18446744073709551615}})", "symbols.top"},
      {R"({"symbols": {"top": 5, "by": "price"}})", "symbols.by"},
      {R"({"symbols": {"top": 5, "of": "x"}})", "symbols.of"},
      {R"({"exchanges": "binance"})", "exchanges"},
      {R"({"exchanges": []})", "exchanges"},
      {R"({"exchanges": [null]})", "exchanges"},
      {R"({"config": []})", "config"},
      {R"({"config": null})", "config"},
      {R"({"config": "{}"})", "config"}};
  for (const auto& [body, field] : cases) {
    auto request = parse_start_request(body);
    ASSERT_FALSE(request) << body;
    EXPECT_EQ(request.error().code, ErrorCode::invalid_argument) << body;
    EXPECT_EQ(detail(request.error(), "field"), field) << body;
    EXPECT_FALSE(detail(request.error(), "accepted").empty()) << body;
    EXPECT_LT(request.error().message.size(), 400) << body;
  }
}

TEST(ServerStartRequest, RefusesEveryTruncation) {
  const std::string body =
      R"({"symbols":["BTC/USDT"],"exchanges":["binance"],"config":{"momentum_bias":0.5}})";
  ASSERT_TRUE(parse_start_request(body));
  for (std::size_t size = 1; size < body.size(); ++size)
    EXPECT_FALSE(parse_start_request(body.substr(0, size))) << body.substr(0, size);
  for (const char* tail : {"x", "{}", "}", ",", "\"", "null"})
    EXPECT_FALSE(parse_start_request(body + tail)) << tail;
  EXPECT_TRUE(parse_start_request(body + " \n"));
}

TEST(ServerStartRequest, SurvivesDeepNesting) {
  auto nested = [](std::size_t depth) {
    return R"({"config":{"a":)" + std::string(depth, '[') + std::string(depth, ']') + "}}";
  };
  EXPECT_TRUE(parse_start_request(nested(20)));
  for (std::size_t depth : {40, 1'000, 30'000}) {
    auto request = parse_start_request(nested(depth));
    ASSERT_FALSE(request) << depth;
    EXPECT_THAT(request.error().message, HasSubstr("not valid JSON"));
  }
  EXPECT_FALSE(parse_start_request(std::string(60'000, '{')));
}

TEST(ServerStartRequest, RefusesTextThatIsNotJson) {
  for (const char* body : {"{symbols: []}", "{'symbols': 1}", "symbols=all", "{\"symbols\": NaN}",
                           "{\"symbols\": [\"\xff\"]}", "{\"a\":01}", "<xml/>", "{,}"}) {
    auto request = parse_start_request(body);
    ASSERT_FALSE(request) << body;
    EXPECT_EQ(request.error().code, ErrorCode::invalid_argument) << body;
  }
  EXPECT_FALSE(parse_start_request(std::string("{}\0", 3)));
}

TEST(ServerStartRequest, BoundsTheListOfSymbols) {
  auto with = [](std::size_t count) {
    std::string body = R"({"symbols":["A/B")";
    for (std::size_t i = 1; i < count; ++i)
      body += R"(,"A/B")";
    return body + "]}";
  };
  EXPECT_TRUE(parse_start_request(with(4'096)));
  EXPECT_FALSE(parse_start_request(with(4'097)));
}

}  // namespace
}  // namespace cscan
