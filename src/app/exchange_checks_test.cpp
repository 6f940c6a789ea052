#include "app/exchange_checks.hpp"

#include <gtest/gtest.h>

#include <map>

#include "app/exchange_answers_test_support.hpp"
#include "runtime/known_exchanges.hpp"

namespace cscan {
namespace {

using enum FindingVerdict;
using namespace testing;

constexpr Timestamp sent{1'800'000'000'000};

FindingVerdict verdict_of(const Finding& finding) {
  EXPECT_EQ(finding.fix.empty(), finding.verdict == ok) << finding.words;
  return finding.verdict;
}

const ExchangeTable& binance_table() {
  static const auto protocol = make_protocol("binance");
  return protocol->table();
}

TimedAnswer answered(int status, std::string body, std::int64_t after_ms = 40) {
  return {{status, {}, std::move(body)},
          sent,
          sent + milliseconds(after_ms),
          static_cast<double>(after_ms)};
}

/// By name.
std::map<std::string, Finding> examine(std::string_view id, const ExchangeAnswers& answers) {
  auto protocol = make_protocol(id);
  std::map<std::string, Finding> found;
  for (Finding& finding : examine_answers(*protocol, default_hosts(protocol->table()), answers)) {
    (void)verdict_of(finding);
    std::string name = finding.name;
    EXPECT_TRUE(found.emplace(name, std::move(finding)).second) << name << " twice";
  }
  return found;
}

TEST(AppExchangeChecks, NamesResolveOrTheMissingOnesAreNamed) {
  std::vector<HostLookup> lookups = {{"rest.example", {"192.0.2.7", "192.0.2.8"}, ""},
                                     {"127.0.0.1", {"127.0.0.1"}, ""}};
  Finding both = host_names_finding(lookups);
  EXPECT_EQ(verdict_of(both), ok);
  EXPECT_EQ(both.words, "rest.example is 192.0.2.7, 127.0.0.1");
  lookups.push_back({"stream.example", {}, "Name or service not known"});
  lookups.push_back({"other.example", {}, "no answer within 4 s"});
  Finding missed = host_names_finding(lookups);
  EXPECT_EQ(verdict_of(missed), failure);
  EXPECT_EQ(missed.words,
            "stream.example cannot be resolved: Name or service not known; other.example cannot "
            "be resolved: no answer within 4 s");
  EXPECT_TRUE(missed.fix.contains("'getent hosts stream.example'"));
}

TEST(AppExchangeChecks, ABrokenConnectionAndBrokenTlsHaveDifferentFixes) {
  using enum HostContact::Stage;
  HostContact rest{"rest.example", done, 12.4, 30.6, ""};
  HostContact plain{"127.0.0.1:9000", done, 0.2, {}, ""};
  Finding made = connection_finding(std::vector{rest, plain}, false);
  EXPECT_EQ(verdict_of(made), ok);
  EXPECT_EQ(made.words, "rest.example in 12 ms, TLS in 31 ms; 127.0.0.1:9000 in 0 ms, without TLS");
  HostContact refused{"s.example:9443", connecting, 3, {}, "s.example:9443: connecting failed"};
  Finding firewall = connection_finding(std::vector{rest, refused}, false);
  EXPECT_EQ(verdict_of(firewall), failure);
  EXPECT_EQ(firewall.words, "s.example:9443: connecting failed");
  EXPECT_TRUE(firewall.fix.contains("firewall"));
  EXPECT_TRUE(connection_finding(std::vector{refused}, true).fix.contains("--exchange-url"));
  HostContact opened{"rest.example", tls, 3, 9, "rest.example: the TLS handshake failed"};
  EXPECT_TRUE(connection_finding(std::vector{opened}, false).fix.contains("certificates"));
}

TEST(AppExchangeChecks, WhatARefusalMeansAndWhatCanBeDone) {
  auto access = [](Verdict verdict, Duration wait = {}) {
    return access_finding(binance_table(), {verdict, wait, "HTTP 4xx: no"}, "question");
  };
  EXPECT_EQ(verdict_of(access(Verdict::ok)), ok);
  EXPECT_EQ(verdict_of(access(Verdict::region_blocked)), failure);
  EXPECT_EQ(access(Verdict::region_blocked).fix, binance_table().blocked_advice);
  EXPECT_EQ(verdict_of(access(Verdict::forbidden)), failure);
  EXPECT_TRUE(access(Verdict::forbidden).fix.contains("data-api.binance.vision"));
  EXPECT_EQ(verdict_of(access(Verdict::rate_limited)), warning);
  EXPECT_EQ(access(Verdict::rate_limited).words, "it wants silence: HTTP 4xx: no");
  EXPECT_EQ(access(Verdict::banned, milliseconds(119'001)).words,
            "it has banned this address for 120 s: HTTP 4xx: no");
  EXPECT_EQ(verdict_of(access(Verdict::banned)), failure);
  EXPECT_EQ(verdict_of(access(Verdict::maintenance)), failure);
  for (Verdict other : {Verdict::refused, Verdict::failed, Verdict::malformed}) {
    EXPECT_EQ(verdict_of(access(other)), failure);
    EXPECT_TRUE(access(other).words.contains("the question was not answered: HTTP 4xx: no"));
  }
}

TEST(AppExchangeChecks, LatencyIsTheMedian) {
  EXPECT_EQ(latency_finding({400, 30, 50}).words, "50 ms, the median of 3");
  EXPECT_EQ(latency_finding({20}).words, "20 ms, the median of 1");
  EXPECT_EQ(verdict_of(latency_finding({3'000, 1'000, 10})), ok);
  EXPECT_EQ(verdict_of(latency_finding({3'000, 1'001, 10})), warning);
}

TEST(AppExchangeChecks, AClockMayBeHalfASecondOff) {
  auto clock = [](std::int64_t offset, std::int64_t uncertainty = 0) {
    return clock_finding("binance", milliseconds(offset), milliseconds(uncertainty));
  };
  EXPECT_EQ(clock(0, 7).words, "this clock agrees with binance's, to within 7 ms");
  EXPECT_EQ(clock(120, 7).words, "this clock is 120 ms behind binance's, to within 7 ms");
  EXPECT_EQ(clock(-120, 7).words, "this clock is 120 ms ahead of binance's, to within 7 ms");
  EXPECT_EQ(verdict_of(clock(500)), ok);
  EXPECT_EQ(verdict_of(clock(-501)), warning);
  EXPECT_EQ(verdict_of(clock(2'000)), warning);
  EXPECT_EQ(verdict_of(clock(-2'001)), failure);
  // A slow answer proves less.
  EXPECT_EQ(verdict_of(clock(2'001, 10)), warning);
  EXPECT_EQ(verdict_of(clock(900, 400)), ok);
}

TEST(AppExchangeChecks, LimitsAreTheExchangesOwnWhereItSaysThem) {
  EXPECT_EQ(limits_finding(binance_table(), 5'000, 31).words,
            "5000 request weight in 60 s (as it says), 31 used");
  EXPECT_EQ(limits_finding(binance_table(), std::nullopt, std::nullopt).words,
            "6000 request weight in 60 s (as documented); it does not say how much is used");
  EXPECT_EQ(verdict_of(limits_finding(binance_table(), 1'000, 800)), ok);
  EXPECT_EQ(verdict_of(limits_finding(binance_table(), 1'000, 801)), warning);
}

TEST(AppExchangeChecks, AListingWithoutWatchableMarketsIsNone) {
  EXPECT_EQ(verdict_of(markets_finding(fail(ErrorCode::corrupt, "no 'symbols'"))), failure);
  EXPECT_EQ(verdict_of(markets_finding(MarketListing{})), failure);
  MarketListing listing;
  listing.contracts.resize(3);
  listing.contracts[1].is_trading = true;
  EXPECT_EQ(markets_finding(listing).words, "1 of 3 listed can be watched");
  EXPECT_EQ(verdict_of(markets_finding(listing)), ok);
  listing.rejects.push_back({ErrorCode::corrupt, "XYZ: a lot of 0", {}});
  EXPECT_EQ(verdict_of(markets_finding(listing)), warning);
  EXPECT_TRUE(markets_finding(listing).words.ends_with("the first: XYZ: a lot of 0"));
}

/// All that a healthy Binance says. Its clock is 1,300 ms ahead.
ExchangeAnswers healthy_binance() {
  ExchangeAnswers answers;
  answers.lookups = {{"api.binance.com", {"192.0.2.1"}, ""}};
  answers.contacts = {{"api.binance.com", HostContact::Stage::done, 5, 9, ""}};
  answers.times = {answered(200, binance_time(sent.ms + 1'300 + 150), 300),
                   answered(200, binance_time(sent.ms + 1'300 + 20), 40),
                   answered(200, binance_time(sent.ms + 1'300 + 30), 60)};
  answers.listing = answered(200, binance_listing(binance_symbol("AAA", "TRADING") + "," +
                                                  binance_symbol("BBB", "BREAK")));
  answers.listing->response.headers = {{"x-mbx-used-weight-1m", "24"}};
  return answers;
}

TEST(AppExchangeAnswers, AHealthyExchange) {
  auto found = examine("binance", healthy_binance());
  EXPECT_EQ(found.size(), 7);
  EXPECT_EQ(found["access"].words, "it serves this address");
  EXPECT_EQ(found["latency"].words, "60 ms, the median of 3");
  EXPECT_EQ(found["clock"].verdict, warning);
  EXPECT_EQ(found["clock"].words, "this clock is 1300 ms behind binance's, to within 20 ms");
  EXPECT_EQ(found["limits"].words, "5000 request weight in 60 s (as it says), 24 used");
  EXPECT_EQ(found["markets"].words, "1 of 2 listed can be watched");
  EXPECT_EQ(found["host names"].verdict, ok);
  EXPECT_EQ(found["connection"].verdict, ok);
}

TEST(AppExchangeAnswers, AClockThatIsDaysOffIsToldAndNotDoubted) {
  ExchangeAnswers answers = healthy_binance();
  answers.times = {answered(200, binance_time(sent.ms + days(400).ms))};
  auto found = examine("binance", answers);
  EXPECT_EQ(found["clock"].verdict, failure);
  EXPECT_TRUE(found["clock"].words.starts_with("this clock is 34559999980 ms behind"));
}

TEST(AppExchangeAnswers, ABlockedRegionIsToldOnceWithItsAdvice) {
  ExchangeAnswers answers = healthy_binance();
  answers.listing.reset();
  answers.times = {
      answered(451, R"({"code":0,"msg":"Service unavailable from a restricted location"})")};
  auto found = examine("binance", answers);
  EXPECT_EQ(found.size(), 3);
  EXPECT_EQ(found["access"].verdict, failure);
  EXPECT_TRUE(found["access"].words.contains("HTTP 451: Service unavailable from a restricted"));
  EXPECT_TRUE(found["access"].fix.contains("data-stream.binance.vision"));
  answers.times = {answered(403, "<html>denied</html>")};
  EXPECT_TRUE(examine("binanceusdm", answers)["access"].words.contains("refuses this address"));
}

TEST(AppExchangeAnswers, BansAndSilenceAreTold) {
  ExchangeAnswers answers = healthy_binance();
  answers.listing.reset();
  answers.times = {
      answered(418, fmt::format(R"({{"code":-1003,"msg":"Way too many; IP banned until {}."}})",
                                (sent + seconds(90)).ms))};
  EXPECT_TRUE(examine("binance", answers)["access"].words.contains("banned this address for 90 s"));
  answers.times = {answered(429, R"({"code":"429000","msg":"Too many requests"})")};
  EXPECT_EQ(examine("kucoinfutures", answers)["access"].verdict, warning);
}

TEST(AppExchangeAnswers, NothingHeardIsNotHealthy) {
  EXPECT_TRUE(examine("binance", {}).empty());
  ExchangeAnswers answers;
  answers.lookups = {{"api.binance.com", {}, "Name or service not known"}};
  EXPECT_EQ(examine("binance", answers).size(), 1);
  answers = healthy_binance();
  answers.times = {answered(0, "api.binance.com: no answer within 4 s")};
  answers.listing.reset();
  auto found = examine("binance", answers);
  EXPECT_EQ(found["access"].verdict, failure);
  EXPECT_TRUE(found["access"].words.contains("no answer within 4 s"));
  EXPECT_FALSE(found.contains("latency"));
}

TEST(AppExchangeAnswers, ALoginPageIsNoExchange) {
  ExchangeAnswers answers = healthy_binance();
  answers.times = {answered(200, "<html>Welcome to the hotel</html>")};
  answers.listing = answered(200, "<html>Welcome to the hotel</html>");
  auto found = examine("binance", answers);
  EXPECT_EQ(found["clock"].verdict, failure);
  EXPECT_EQ(found["markets"].verdict, failure);
  EXPECT_TRUE(found["clock"].fix.contains("login page"));
  EXPECT_EQ(examine("kucoinfutures", answers)["access"].verdict, failure);
}

TEST(AppExchangeAnswers, KucoinHasItsOwnShapes) {
  ExchangeAnswers answers;
  answers.times = {answered(200, kucoin_time(sent.ms + 20))};
  answers.listing = answered(200, kucoin_listing());
  answers.listing->response.headers = {{"gw-ratelimit-limit", "2000"},
                                       {"gw-ratelimit-remaining", "1990"}};
  answers.token = answered(200, kucoin_token("wss://ws-api-futures.kucoin.com/"));
  auto found = examine("kucoinfutures", answers);
  EXPECT_EQ(found.size(), 5);
  EXPECT_EQ(found["clock"].words, "this clock agrees with kucoinfutures's, to within 20 ms");
  EXPECT_EQ(found["limits"].words, "2000 request weight in 30 s (as documented), 10 used");
  EXPECT_EQ(found["markets"].words, "1 of 2 listed can be watched");
  answers.token = answered(200, kucoin_token("wss://elsewhere.example/"));
  EXPECT_EQ(examine("kucoinfutures", answers)["streams"].verdict, failure);
}

}  // namespace
}  // namespace cscan
