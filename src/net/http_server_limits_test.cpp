// What happens at each bound, and how the server ends.
#include <gmock/gmock.h>
#include <sys/resource.h>

#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <fstream>

#include "net/http_server.hpp"
#include "net/http_test_support.hpp"

namespace cscan {
namespace {

using testing::always;
using testing::Client;
using testing::ClientResponse;
using testing::echo;
using ::testing::HasSubstr;
using testing::TestServer;

void sleep(Duration duration) {
  std::this_thread::sleep_for(std::chrono::milliseconds(duration.ms));
}

/// Answers after a while without blocking; counts the requests that have begun.
HttpHandler answer_after(Duration duration, std::atomic<int>& begun) {
  return [duration, &begun](const HttpRequest&) -> asio::awaitable<HttpResponse> {
    ++begun;
    asio::steady_timer timer(co_await asio::this_coro::executor);
    timer.expires_after(std::chrono::milliseconds(duration.ms));
    co_await timer.async_wait(asio::use_awaitable);
    HttpResponse response;
    response.body = std::string("late");
    co_return response;
  };
}

void wait_for(const std::atomic<int>& count, int value) {
  while (count < value)
    sleep(milliseconds(5));
}

TEST(HttpServerLimits, RefusalsAreJsonAndClose) {
  TestServer server(echo());
  const std::string post = "POST / HTTP/1.1\r\nHost: h\r\n";
  const std::tuple<std::string, int, const char*> cases[] = {
      {"nonsense\r\n\r\n", 400, "invalid_argument"},
      {"GET / HTTP/1.1\r\n\r\n", 400, "invalid_argument"},
      {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "invalid_argument"},
      {post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400,
       "invalid_argument"},
      {post + "X: " + std::string(17 * 1024, 'x') + "\r\n\r\n", 431, "header_too_large"},
      {post + "Content-Length: 65537\r\n\r\n" + std::string(65'537, 'b'), 413, "body_too_large"},
      {post + "Transfer-Encoding: chunked\r\n\r\n10001\r\n" + std::string(65'537, 'b') +
           "\r\n0\r\n\r\n",
       413, "body_too_large"},
      {post + "Expect: miracles\r\n\r\n", 417, "expectation_failed"},
  };
  for (const auto& [bytes, status, code] : cases) {
    Client client(server.port());
    client.send(bytes);
    const ClientResponse response = client.read();
    EXPECT_EQ(response.status, status) << bytes.substr(0, 100);
    EXPECT_THAT(response.body, HasSubstr("{\"error\":{\"code\":\"" + std::string(code) + "\""));
    EXPECT_THAT(response.body, HasSubstr("\"details\":{}},\"schema_version\":1}"));
    EXPECT_TRUE(response.has("application/json") && response.has("Connection: close"));
    EXPECT_TRUE(client.is_at_end());
  }
}

TEST(HttpServerLimits, DeclaredBodyIsRefusedBeforeItIsRead) {
  TestServer server(echo());
  Client client(server.port());
  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999\r\n\r\n");
  EXPECT_EQ(client.read().status, 413);
}

TEST(HttpServerLimits, AcceptsBodiesAtTheLimit) {
  TestServer server(echo());
  Client client(server.port());
  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 65536\r\n\r\n");
  client.send(std::string(65'536, 'b'));
  EXPECT_EQ(client.read().body.size(), 65'536U + 7U);
}

TEST(HttpServerLimits, SlowHeaderIsCutAsAWhole) {
  HttpServerOptions options;
  options.header_timeout = milliseconds(500);
  TestServer server(echo(), options);
  Client client(server.port());
  // One byte every 50 ms: no single wait is long, only the sum of them.
  const std::string request = "GET / HTTP/1.1\r\nHost: h\r\nA: " + std::string(200, 'a');
  std::thread writer([&] {
    for (const char c : request) {
      if (!client.send({&c, 1}))
        break;
      sleep(milliseconds(50));
    }
  });
  const ClientResponse response = client.read();
  EXPECT_EQ(response.status, 408);
  EXPECT_THAT(response.body, HasSubstr("request_timeout"));
  EXPECT_TRUE(client.is_at_end());
  writer.join();
}

TEST(HttpServerLimits, SlowBodyIsCut) {
  HttpServerOptions options;
  options.body_timeout = milliseconds(300);
  TestServer server(echo(), options);
  Client client(server.port());
  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
  EXPECT_EQ(client.read().status, 408);
  EXPECT_TRUE(client.is_at_end());
}

TEST(HttpServerLimits, IdleConnectionsAreClosed) {
  HttpServerOptions options;
  options.header_timeout = milliseconds(200);
  options.idle_timeout = milliseconds(600);
  TestServer server(echo(), options);
  Client silent(server.port());
  EXPECT_TRUE(silent.is_at_end()) << "nothing was asked, so nothing is answered";
  Client idle(server.port());
  EXPECT_EQ(idle.fetch("/").status, 200);
  sleep(milliseconds(400));
  EXPECT_EQ(idle.fetch("/").status, 200) << "idle for less than the timeout";
  EXPECT_TRUE(idle.is_at_end());
}

TEST(HttpServerLimits, ReadersThatStandStillAreCut) {
  HttpServerOptions options;
  options.write_timeout = milliseconds(300);
  constexpr std::size_t size = 64 * 1024 * 1024;
  TestServer server(always(std::make_shared<const std::string>(size, 'x')), options);
  Client client(server.port());
  client.get("/");
  sleep(milliseconds(1'000));
  EXPECT_LT(client.read_to_end().size(), size);
}

TEST(HttpServerLimits, SlowHandlersHaveNoDeadline) {
  HttpServerOptions options;
  options.header_timeout = options.idle_timeout = options.write_timeout = milliseconds(100);
  std::atomic<int> begun = 0;
  TestServer server(answer_after(milliseconds(600), begun), options);
  Client client(server.port());
  EXPECT_EQ(client.fetch("/").body, "late");
}

TEST(HttpServerLimits, ConnectionsInAll) {
  HttpServerOptions options;
  options.connections_max = 2;
  TestServer server(echo(), options);
  Client first(server.port(), "127.0.0.1");
  Client second(server.port(), "127.0.0.2");
  EXPECT_EQ(first.fetch("/").status, 200);
  EXPECT_EQ(second.fetch("/").status, 200);
  Client third(server.port(), "127.0.0.3");
  third.get("/");
  const ClientResponse refused = third.read();
  EXPECT_EQ(refused.status, 503);
  EXPECT_TRUE(refused.has("Retry-After: 1\r\n"));
  EXPECT_THAT(refused.body, HasSubstr("too_many_connections"));
  EXPECT_TRUE(third.is_at_end());
  EXPECT_EQ(first.fetch("/").status, 200);
  first.close();
  int status = 0;
  while (status != 200) {  // the server needs a moment to see that the first has gone
    Client fourth(server.port(), "127.0.0.3");
    status = fourth.fetch("/").status;
    ASSERT_TRUE(status == 200 || status == 503);
  }
}

TEST(HttpServerLimits, ConnectionsOfOneAddress) {
  HttpServerOptions options;
  options.connections_per_address_max = 1;
  TestServer server(echo(), options);
  Client first(server.port(), "127.0.0.1");
  EXPECT_EQ(first.fetch("/").status, 200);
  Client second(server.port(), "127.0.0.1");
  EXPECT_EQ(second.fetch("/").status, 503);
  Client other(server.port(), "127.0.0.2");
  EXPECT_EQ(other.fetch("/").status, 200);
}

TEST(HttpServerLimits, FloodIsDroppedAndForgotten) {
  HttpServerOptions options;
  options.connections_max = 1;
  TestServer server(echo(), options);
  std::vector<std::unique_ptr<Client>> flood;
  for (int i = 0; i < 200; ++i)
    flood.push_back(std::make_unique<Client>(server.port()));
  EXPECT_EQ(flood[0]->fetch("/").status, 200);
  EXPECT_EQ(flood[1]->read().status, 503);
  EXPECT_TRUE(flood[199]->is_at_end());
  flood.clear();
  int status = 0;
  while (status != 200)
    status = Client(server.port()).fetch("/").status;
}

TEST(HttpServerLimits, SurvivesRunningOutOfDescriptors) {
  TestServer server(echo());
  Client client;  // has its descriptor before they run out
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  rlimit tight = before;
  tight.rlim_cur = 64;
  setrlimit(RLIMIT_NOFILE, &tight);
  std::vector<int> hoard;
  for (int fd = ::dup(0); fd >= 0; fd = ::dup(0))
    hoard.push_back(fd);
  ASSERT_TRUE(client.connect(server.port()));
  while (server.errors().empty())
    sleep(milliseconds(5));
  EXPECT_THAT(server.errors()[0], HasSubstr("cannot accept connections"));
  for (const int fd : hoard)
    ::close(fd);
  setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(client.fetch("/").status, 200);
}

TEST(HttpServerStop, LetsRunningRequestsFinish) {
  std::atomic<int> begun = 0;
  TestServer server(answer_after(milliseconds(400), begun));
  Client running(server.port());
  running.get("/");
  Client idle(server.port());
  wait_for(begun, 1);
  std::thread other([&] { server.server().stop(); });
  server.server().stop();
  other.join();
  EXPECT_TRUE(idle.is_at_end());
  const ClientResponse response = running.read();
  EXPECT_EQ(response.body, "late");
  EXPECT_TRUE(response.has("Connection: close"));
  EXPECT_TRUE(running.is_at_end());
  running.close();
  server.join();
  EXPECT_FALSE(Client().connect(server.port()));
  server.server().stop();
}

TEST(HttpServerStop, ClosesIdleConnectionsThatHaveBeenUsed) {
  TestServer server(echo());
  Client client(server.port());
  EXPECT_EQ(client.fetch("/").status, 200);
  server.server().stop();
  EXPECT_TRUE(client.is_at_end());
  server.join();
}

TEST(HttpServerStop, HasADeadline) {
  HttpServerOptions options;
  options.stop_timeout = milliseconds(300);
  std::atomic<int> begun = 0;
  TestServer server(answer_after(seconds(60), begun), options);
  Client stuck(server.port());
  stuck.get("/");
  Client half(server.port());
  half.send("GET / HT");
  wait_for(begun, 1);
  server.server().stop();
  EXPECT_TRUE(stuck.is_at_end());
  EXPECT_TRUE(half.is_at_end());
  server.io().stop();  // the handler would keep it for a minute
}

TEST(HttpServerStop, MayBeDestroyedAfterTheContextHasStopped) {
  std::atomic<int> begun = 0;
  asio::io_context io;
  auto server = HttpServer::listen(io, {}, answer_after(seconds(60), begun));
  ASSERT_TRUE(server.has_value());
  std::thread thread([&io] { io.run(); });
  Client running((*server)->port());
  running.get("/");
  Client idle((*server)->port());
  wait_for(begun, 1);
  io.stop();
  thread.join();
  server->reset();
}

TEST(HttpServerStop, DestructorClosesEverythingAtOnce) {
  asio::io_context io;
  auto server = HttpServer::listen(io, {}, echo());
  ASSERT_TRUE(server.has_value());
  std::thread thread([&io] { io.run(); });
  Client client((*server)->port());
  EXPECT_EQ(client.fetch("/").status, 200);
  server->reset();
  EXPECT_TRUE(client.is_at_end());
  thread.join();
}

}  // namespace
}  // namespace cscan
