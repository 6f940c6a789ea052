// What a well-behaved client gets, over loopback sockets.
#include "net/http_server.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <future>
#include <stdexcept>

#include "net/http_test_support.hpp"

namespace cscan {
namespace {

using testing::always;
using testing::Client;
using testing::ClientResponse;
using testing::echo;
using ::testing::HasSubstr;
using testing::ReplyTo;
using testing::TestServer;

SharedBytes share(std::string text) { return std::make_shared<const std::string>(std::move(text)); }

HttpResponse text(std::string body) {
  HttpResponse response;
  response.body = std::move(body);
  return response;
}

/// A stream of `count` equal pieces.
BodyStream repeat(std::string piece, int count) {
  auto left = std::make_shared<std::atomic<int>>(count);
  return [piece, left]() -> Result<std::optional<std::string>> {
    if (left->fetch_sub(1) <= 0)
      return std::nullopt;
    return piece;
  };
}

TEST(HttpServer, KeepsTheConnection) {
  TestServer server(echo());
  Client client(server.port());
  for (int i = 0; i < 3; ++i) {
    const ClientResponse response = client.fetch("/" + std::to_string(i));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "GET /" + std::to_string(i) + " ");
    EXPECT_FALSE(response.has("Connection:"));
  }
  client.send("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody");
  EXPECT_EQ(client.read().body, "POST /p body");
}

TEST(HttpServer, ClosesWhenAsked) {
  TestServer server(echo());
  Client client(server.port());
  client.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(client.read().has("Connection: close"));
  EXPECT_TRUE(client.is_at_end());

  Client old(server.port());
  old.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_TRUE(old.read().has("Connection: keep-alive"));
  old.send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_EQ(old.read().status, 200);
  EXPECT_TRUE(old.is_at_end());
}

TEST(HttpServer, AnswersPipelinedRequestsInOrder) {
  TestServer server(echo());
  Client client(server.port());
  std::string requests;
  for (int i = 0; i < 500; ++i)
    requests += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\n\r\n";
  ASSERT_TRUE(client.send(requests));
  for (int i = 0; i < 500; ++i)
    ASSERT_EQ(client.read().body, "GET /" + std::to_string(i) + " ");
}

TEST(HttpServer, HeadHasTheHeadersOfGet) {
  TestServer server([](const HttpRequest& request) -> asio::awaitable<HttpResponse> {
    EXPECT_EQ(request.method, "GET");
    HttpResponse response = text(request.is_head ? "a head" : "a text");
    if (request.target == "/stream")
      response.body = repeat("piece", 3);
    co_return response;
  });
  Client client(server.port());
  client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
  const std::string head = client.read(ReplyTo::head).head;
  EXPECT_THAT(head, HasSubstr("Content-Length: 6"));
  client.send("HEAD /stream HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(client.read(ReplyTo::head).has("Transfer-Encoding: chunked"));
  const ClientResponse get = client.fetch("/");
  EXPECT_EQ(get.head, head);
  EXPECT_EQ(get.body, "a text");
}

TEST(HttpServer, SendsSharedBytesAndFragments) {
  const SharedBytes large = share(std::string(3'000'000, 'x'));
  std::vector<SharedBytes> fragments;
  std::string joined;
  for (int i = 0; i < 300; ++i) {
    fragments.push_back(share(std::string(static_cast<std::size_t>(i) * 37 % 5'000, 'a' + i % 26)));
    joined += *fragments.back();
  }
  TestServer server([&](const HttpRequest& request) -> asio::awaitable<HttpResponse> {
    HttpResponse response;
    if (request.target == "/large")
      response.body = large;
    if (request.target == "/fragments")
      response.body = fragments;
    if (request.target == "/nothing")
      response.body = std::vector<SharedBytes>{};
    co_return response;
  });
  Client client(server.port());
  EXPECT_EQ(client.fetch("/large").body, *large);
  EXPECT_EQ(client.fetch("/fragments").body, joined);
  EXPECT_EQ(client.fetch("/nothing").status, 200);
  EXPECT_EQ(client.fetch("/empty").body, "");
}

TEST(HttpServer, SendsPagesAgainAndAgain) {
  std::string bytes;
  for (int i = 0; bytes.size() < 3'000'000; ++i)
    bytes += std::to_string(i);
  const SharedPages large = PageFile::make(bytes), small = PageFile::make("12345"),
                    nothing = PageFile::make("");
  ASSERT_TRUE(large && small && nothing);
  TestServer server([&](const HttpRequest& request) -> asio::awaitable<HttpResponse> {
    HttpResponse response;
    response.body = request.target == "/large"   ? large
                    : request.target == "/small" ? small
                                                 : nothing;
    co_return response;
  });
  Client client(server.port());
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(client.fetch("/large").body, bytes);
    EXPECT_EQ(client.fetch("/small").body, "12345");
    EXPECT_EQ(client.fetch("/nothing").body, "");
  }
}

TEST(PageFile, IsSealed) {
  const SharedPages pages = PageFile::make("12345");
  ASSERT_TRUE(pages);
  EXPECT_EQ(pages->size(), 5u);
  EXPECT_LT(::pwrite(pages->descriptor(), "x", 1, 0), 0);
}

TEST(HttpServer, OwnsTheFramingHeaders) {
  TestServer server([](const HttpRequest& request) -> asio::awaitable<HttpResponse> {
    HttpResponse response = text("12345");
    response.headers = {{"content-length", "99"}, {"Connection", "close"}, {"ETag", "\"1\""}};
    if (request.target == "/304")
      response.status = 304;
    if (request.target == "/forged")
      response.headers.push_back({"X", "a\r\nSet-Cookie: b"});
    co_return response;
  });
  Client client(server.port());
  const ClientResponse response = client.fetch("/");
  EXPECT_TRUE(response.has("Content-Length: 5\r\n") && response.has("ETag: \"1\"\r\n"));
  EXPECT_FALSE(response.has("99") || response.has("Connection"));
  const ClientResponse unchanged = client.fetch("/304");
  EXPECT_EQ(unchanged.status, 304);
  EXPECT_FALSE(unchanged.has("Content-Length"));
  EXPECT_EQ(client.fetch("/forged").status, 500);
  EXPECT_EQ(client.fetch("/").status, 200);
}

TEST(HttpServer, StreamsInChunks) {
  TestServer server([](const HttpRequest&) -> asio::awaitable<HttpResponse> {
    HttpResponse response;
    response.body = repeat("0123456789", 1'000);
    co_return response;
  });
  Client client(server.port());
  for (int i = 0; i < 2; ++i) {
    const ClientResponse response = client.fetch("/");
    EXPECT_TRUE(response.has("Transfer-Encoding: chunked") && !response.has("Content-Length"));
    EXPECT_EQ(response.body.size(), 10'000U);
  }
  Client old(server.port());
  old.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const std::string all = old.read_to_end();
  EXPECT_THAT(all, HasSubstr("Connection: close"));
  EXPECT_EQ(all.size() - all.find("\r\n\r\n") - 4, 10'000U);
}

TEST(HttpServer, StreamWaitsForItsReader) {
  constexpr int pieces = 1'000;  // of 64 KiB: far more than the sockets hold
  std::atomic<int> produced = 0;
  auto stream = [&produced]() -> Result<std::optional<std::string>> {
    if (produced == pieces)
      return std::nullopt;
    ++produced;
    return std::string(64 * 1024, 's');
  };
  TestServer server(always(BodyStream(stream)));
  Client client(server.port());
  client.get("/");
  int before = -1;
  while (before != produced || before == 0) {  // until the producer stands still
    before = produced;
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  EXPECT_LT(produced, 300) << "the server keeps what its client does not take";
  EXPECT_EQ(client.read().body.size(), std::size_t{pieces} * 64 * 1024);
}

TEST(HttpServer, BlockedStreamBlocksNobodyElse) {
  std::promise<void> release;
  auto released = release.get_future().share();
  TestServer server([released](const HttpRequest& request) -> asio::awaitable<HttpResponse> {
    HttpResponse response = text("quick");
    if (request.target == "/blocked")
      response.body =
          BodyStream([released, done = false]() mutable -> Result<std::optional<std::string>> {
            released.wait();
            return std::exchange(done, true) ? std::nullopt : std::optional<std::string>("slow");
          });
    co_return response;
  });
  Client blocked(server.port());
  blocked.get("/blocked");
  Client quick(server.port());
  EXPECT_EQ(quick.fetch("/").body, "quick");
  release.set_value();
  EXPECT_EQ(blocked.read().body, "slow");
}

TEST(HttpServer, StreamErrorCutsTheConnection) {
  TestServer server([](const HttpRequest& request) -> asio::awaitable<HttpResponse> {
    const int good = request.target == "/first" ? 0 : 2;
    const bool throws = request.target == "/throws";
    HttpResponse response;
    response.body =
        BodyStream([good, throws, i = 0]() mutable -> Result<std::optional<std::string>> {
          if (i++ < good)
            return "good";
          if (throws)
            throw std::runtime_error("disk on fire");
          return fail(ErrorCode::io, "disk on fire");
        });
    co_return response;
  });
  for (const char* target : {"/", "/throws"}) {
    Client client(server.port());
    client.get(target);
    const ClientResponse response = client.read();
    EXPECT_EQ(response.status, 0) << "a part must not pass for the whole";
    EXPECT_TRUE(client.is_at_end());
  }
  Client client(server.port());
  EXPECT_EQ(client.fetch("/first").status, 500);
  EXPECT_EQ(server.errors().size(), 3U);
  EXPECT_THAT(server.errors()[0], HasSubstr("disk on fire"));
}

TEST(HttpServer, HandlerExceptionsBecome500) {
  TestServer server([](const HttpRequest& request) -> asio::awaitable<HttpResponse> {
    if (request.target == "/int")
      throw 5;
    if (request.target == "/secret")
      throw std::runtime_error("the password is 1234");
    co_return text("fine");
  });
  Client client(server.port());
  const ClientResponse response = client.fetch("/secret");
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.body,
            R"({"error":{"code":"internal","message":"the server failed to answer this request",)"
            R"("details":{}},"schema_version":1})");
  EXPECT_EQ(client.fetch("/int").status, 500);
  EXPECT_EQ(client.fetch("/").body, "fine");
  EXPECT_THAT(server.errors().at(0), HasSubstr("GET /secret threw: the password is 1234"));
}

TEST(HttpServer, AnswersExpectContinue) {
  TestServer server(echo());
  Client client(server.port());
  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read(ReplyTo::head).status, 100);
  client.send("ab");
  EXPECT_EQ(client.read().body, "POST / ab");
  client.send(
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read().status, 413);
}

TEST(HttpServer, TellsTheRemoteAddress) {
  TestServer server([](const HttpRequest& request) -> asio::awaitable<HttpResponse> {
    co_return text(request.remote_address);
  });
  Client client(server.port(), "127.0.0.3");
  EXPECT_EQ(client.fetch("/").body, "127.0.0.3");
}

TEST(HttpServer, TenThousandRequests) {
  TestServer server(echo());
  Client client(server.port());
  for (int i = 0; i < 10'000; ++i)
    ASSERT_EQ(client.fetch("/x").body, "GET /x ");
}

TEST(HttpServer, ManyClientsAtOnce) {
  TestServer server(echo());
  std::atomic<int> good = 0;
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i)
    clients.emplace_back([&] {
      for (int j = 0; j < 20; ++j) {
        Client client(server.port());
        for (int k = 0; k < 10; ++k)
          good += client.fetch("/").status == 200;
      }
    });
  for (std::thread& client : clients)
    client.join();
  EXPECT_EQ(good, 8 * 20 * 10);
}

TEST(HttpServer, SurvivesClientsThatVanish) {
  TestServer server(always(share(std::string(2'000'000, 'x'))));
  for (int i = 0; i < 50; ++i) {
    Client client(server.port());
    client.get("/");
    client.get("/");
    client.reset();
  }
  Client client(server.port());
  EXPECT_EQ(client.fetch("/").status, 200);
}

TEST(HttpServerListen, ExplainsWhyItCannot) {
  TestServer server(echo());
  asio::io_context io;
  const auto listen = [&io](std::string address, std::uint16_t port) {
    HttpServerOptions options;
    options.bind_address = std::move(address);
    options.port = port;
    const auto result = HttpServer::listen(io, options, echo());
    return result ? Error{} : result.error();
  };
  const Error taken = listen("127.0.0.1", server.port());
  EXPECT_EQ(taken.code, ErrorCode::io);
  EXPECT_EQ(taken.message, "port " + std::to_string(server.port()) +
                               " is already in use on 127.0.0.1: stop the other program or "
                               "choose --port");
  EXPECT_THAT(listen("192.0.2.1", 0).message, HasSubstr("192.0.2.1 is not an address of this"));
  EXPECT_EQ(listen("localhost", 0).code, ErrorCode::invalid_argument);
  const Error privileged = listen("127.0.0.1", 1);
  if (!privileged.message.empty()) {  // root may
    EXPECT_THAT(privileged.message, HasSubstr("no permission to listen on port 1"));
  }
}

}  // namespace
}  // namespace cscan
