// Against exchanges that play one on a loopback port.

#include "app/exchange_probe.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "app/exchange_answers_test_support.hpp"
#include "app/host_lookup.hpp"
#include "net/http_test_support.hpp"
#include "runtime/clock.hpp"
#include "runtime/known_exchanges.hpp"

namespace cscan {
namespace {

using namespace testing;

/// Answers with `bodies` by the path, without its query.
HttpHandler exchange(std::map<std::string, std::string> bodies) {
  return [bodies = std::move(bodies)](const HttpRequest& request) -> asio::awaitable<HttpResponse> {
    HttpResponse response;
    auto found = bodies.find(request.target.substr(0, request.target.find('?')));
    response.status = found == bodies.end() ? 404 : 200;
    response.body = found == bodies.end() ? std::string("{}") : found->second;
    response.headers.push_back({"X-MBX-USED-WEIGHT-1M", "7"});
    co_return response;
  };
}

template <class T>
T run(asio::io_context& io, asio::awaitable<T> work) {
  T out{};
  asio::co_spawn(io, std::move(work), [&](const std::exception_ptr& thrown, T result) {
    EXPECT_FALSE(thrown);
    out = std::move(result);
  });
  io.run();
  return out;
}

ExchangeAnswers probe(std::string_view id, const ExchangeHosts& hosts) {
  asio::io_context io;
  ProbeOptions options;
  options.connect_timeout = seconds(1);
  options.answer_timeout = seconds(1);
  auto prober = ExchangeProber::make(io.get_executor(), options);
  EXPECT_TRUE(prober);
  auto protocol = make_protocol(id);
  return run(io, (*prober)->probe(*protocol, hosts));
}

ExchangeHosts at(std::uint16_t port) {
  return *local_hosts("http://127.0.0.1:" + std::to_string(port));
}

TEST(AppExchangeProbe, AsksEverythingOfAnExchangeThatAnswers) {
  TestServer server(exchange({{"/api/v3/time", binance_time(1'800'000'000'000)},
                              {"/api/v3/exchangeInfo", binance_listing("")}}));
  ExchangeAnswers answers = probe("binance", at(server.port()));
  ASSERT_EQ(answers.lookups.size(), 1);  // queries and streams share the address
  EXPECT_EQ(answers.lookups[0].addresses, std::vector<std::string>{"127.0.0.1"});
  ASSERT_EQ(answers.contacts.size(), 1);
  EXPECT_EQ(answers.contacts[0].reached, HostContact::Stage::done);
  EXPECT_FALSE(answers.contacts[0].tls_ms);
  ASSERT_EQ(answers.times.size(), 3);
  for (const TimedAnswer& answer : answers.times) {
    EXPECT_EQ(answer.response.status, 200);
    EXPECT_GT(answer.round_trip_ms, 0);
    EXPECT_LE(answer.sent, answer.received);
  }
  ASSERT_TRUE(answers.listing);
  EXPECT_EQ(answers.listing->response.body, binance_listing(""));
  EXPECT_EQ(find_header(answers.listing->response, "x-mbx-used-weight-1m"), "7");
  EXPECT_FALSE(answers.token);
}

TEST(AppExchangeProbe, FollowsATokenToItsServer) {
  TestServer streams(always(""));
  TestServer server(exchange({{"/api/v1/timestamp", kucoin_time(1'800'000'000'000)},
                              {"/api/v1/contracts/active", kucoin_listing()},
                              {"/api/v1/bullet-public", kucoin_token("wss://x.kucoin.com/e")}}));
  ExchangeHosts hosts = at(server.port());
  hosts.stream = "ws://127.0.0.1:" + std::to_string(streams.port());
  ExchangeAnswers answers = probe("kucoinfutures", hosts);
  ASSERT_TRUE(answers.token);
  EXPECT_EQ(answers.token->response.status, 200);
  ASSERT_EQ(answers.contacts.size(), 2);
  EXPECT_EQ(answers.contacts[1].authority, "127.0.0.1:" + std::to_string(streams.port()));
  EXPECT_EQ(answers.contacts[1].reached, HostContact::Stage::done);
}

TEST(AppExchangeProbe, StopsAtTheFirstRefusal) {
  TestServer server(exchange({}));
  ExchangeAnswers answers = probe("binance", at(server.port()));
  ASSERT_EQ(answers.times.size(), 1);
  EXPECT_EQ(answers.times[0].response.status, 404);
  EXPECT_FALSE(answers.listing);
}

TEST(AppExchangeProbe, AsksNothingWhereNobodyListens) {
  asio::io_context io;
  asio::ip::tcp::acceptor nobody(io, {asio::ip::address_v4::loopback(), 0});
  std::uint16_t port = nobody.local_endpoint().port();
  nobody.close();
  ExchangeAnswers answers = probe("binance", at(port));
  ASSERT_EQ(answers.contacts.size(), 1);
  EXPECT_EQ(answers.contacts[0].reached, HostContact::Stage::connecting);
  EXPECT_TRUE(answers.contacts[0].problem.contains("Connection refused"));
  EXPECT_TRUE(answers.times.empty());
}

TEST(AppExchangeProbe, SeesThatTlsIsBroken) {
  TestServer server(always(""));
  auto hosts = *local_hosts("https://127.0.0.1:" + std::to_string(server.port()));
  ExchangeAnswers answers = probe("binance", hosts);
  ASSERT_FALSE(answers.contacts.empty());
  EXPECT_EQ(answers.contacts[0].reached, HostContact::Stage::tls);
  EXPECT_TRUE(answers.times.empty());
}

TEST(AppExchangeProbe, ConnectsToNothingThatHasNoAddress) {
  ExchangeAnswers answers = probe("binance", *local_hosts("http://exchange.invalid"));
  ASSERT_EQ(answers.lookups.size(), 1);
  EXPECT_FALSE(answers.lookups[0].problem.empty());
  EXPECT_TRUE(answers.contacts.empty());
  EXPECT_TRUE(answers.times.empty());
}

TEST(AppHostLookup, AnswersInTheOrderAsked) {
  asio::io_context io;
  auto lookups = run(io, look_up_hosts({"127.0.0.1", "::1", "no.such.host.invalid"}, seconds(20)));
  ASSERT_EQ(lookups.size(), 3);
  EXPECT_EQ(lookups[0].addresses, std::vector<std::string>{"127.0.0.1"});
  EXPECT_EQ(lookups[1].addresses, std::vector<std::string>{"::1"});
  EXPECT_FALSE(lookups[2].problem.empty());
}

TEST(AppHostLookup, WaitsNoLongerThanItsDeadline) {
  asio::io_context io;
  Stopwatch watch;
  auto lookups = run(io, look_up_hosts({"no.such.host.invalid"}, milliseconds(0)));
  EXPECT_LT(watch.elapsed_ms(), 1'000);
  ASSERT_EQ(lookups.size(), 1);
  EXPECT_FALSE(lookups[0].problem.empty());
}

}  // namespace
}  // namespace cscan
