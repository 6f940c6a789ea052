// The simulated exchanges over real sockets, with Beast's client. Time is set by hand.

#include "sim/exchange_server.hpp"

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <chrono>
#include <thread>

#include "sim/exchange_sim_test_support.hpp"

namespace cscan {
namespace {

using namespace sim_test;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;
using Response = http::response<http::string_body>;

/// A server with a thread of its own.
class ServerRig {
 public:
  explicit ServerRig(std::string_view faults = "") {
    const SimTime from{ten_o_clock, ten_o_clock};
    auto sim = std::make_unique<ExchangeSim>(truth(),
                                             ExchangeSimOptions{*parse_faults(faults), true}, from);
    auto made = ExchangeServer::listen(io_, std::move(sim),
                                       [this] {
                                         const Timestamp now{now_ms_ += flow_ms_};
                                         return SimTime{now, now};
                                       },
                                       {});
    EXPECT_TRUE(made) << made.error().message;
    server_ = std::move(*made);
    port_ = server_->port();
    thread_ = std::thread([this] { io_.run(); });
  }
  ~ServerRig() { stop(); }
  ServerRig(const ServerRig&) = delete;
  ServerRig& operator=(const ServerRig&) = delete;

  /// Returns when nothing of it runs any more.
  void stop() {
    if (!thread_.joinable())
      return;
    asio::post(io_, [this] { server_->stop(); });
    thread_.join();
  }
  void pass(Duration time) { now_ms_ += time.ms; }
  /// From now on time passes by itself, that much every time the server looks at the clock.
  void flow(Duration time) { flow_ms_ = time.ms; }
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  asio::io_context io_{1};
  std::atomic<std::int64_t> now_ms_{ten_o_clock.ms};
  std::atomic<std::int64_t> flow_ms_{0};
  std::unique_ptr<ExchangeServer> server_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

/// A client whose operations end after ten seconds at the latest.
class Client {
 public:
  explicit Client(std::uint16_t port) : port_(port), stream_(io_) {
    stream_.next_layer().socket().connect({asio::ip::make_address("127.0.0.1"), port}, error);
    EXPECT_FALSE(error) << error.message();
  }

  Response ask(http::verb verb, const std::string& target,
               std::chrono::milliseconds patience = 10s) {
    http::request<http::string_body> request(verb, target, 11);
    request.set(http::field::host, "127.0.0.1:" + std::to_string(port_));
    error_code ignored;
    http::write(stream_.next_layer(), request, ignored);
    Response response;
    wait(patience, [&](auto done) {
      http::async_read(stream_.next_layer(), buffer_, response, std::move(done));
    });
    return response;
  }
  Response get(const std::string& target) { return ask(http::verb::get, target); }

  /// Whether the server agreed to speak WebSocket; otherwise `error` says why not.
  bool upgrade(const std::string& target, std::chrono::milliseconds patience = 10s) {
    return wait(patience, [&](auto done) {
      stream_.async_handshake(answer_, "127.0.0.1", target,
                              [done](error_code failed) { done(failed, 0); });
    });
  }
  /// The next text; empty if none comes.
  std::string read() {
    beast::flat_buffer buffer;
    wait(10s, [&](auto done) { stream_.async_read(buffer, std::move(done)); });
    return beast::buffers_to_string(buffer.data());
  }
  /// What arrives until the connection ends, not as frames but as bytes.
  std::string read_bytes() {
    std::string bytes;
    wait(10s, [&](auto done) {
      asio::async_read(stream_.next_layer(), asio::dynamic_buffer(bytes), std::move(done));
    });
    return bytes;
  }
  void say(const std::string& text) {
    error_code ignored;
    stream_.text(true);
    stream_.write(asio::buffer(text), ignored);
  }
  void send_bytes(const std::string& bytes) {
    error_code ignored;
    asio::write(stream_.next_layer(), asio::buffer(bytes), ignored);
  }
  [[nodiscard]] websocket::stream<beast::tcp_stream>& stream() { return stream_; }
  [[nodiscard]] const websocket::response_type& answer() const { return answer_; }
  error_code error{};
  bool timed_out = false;

 private:
  template <class Start>
  bool wait(std::chrono::milliseconds patience, Start start) {
    bool over = false;
    start([this, &over](error_code failed, std::size_t) {
      error = failed;
      over = true;
    });
    io_.restart();
    io_.run_for(patience);
    timed_out = !over;
    if (timed_out) {  // what was begun has to end before its variables do
      stream_.next_layer().socket().close();
      io_.restart();
      io_.run();
    }
    return !timed_out && !error;
  }

  asio::io_context io_;
  std::uint16_t port_;
  websocket::stream<beast::tcp_stream> stream_;
  beast::flat_buffer buffer_;
  websocket::response_type answer_;
};

TEST(ExchangeServer, AnswersQueriesOfAllThreeOnOneConnection) {
  ServerRig server;
  Client client(server.port());
  const Response time = client.get("/api/v3/time");
  EXPECT_EQ(time.result_int(), 200u);
  EXPECT_EQ(time.body(), R"({"serverTime":1741168800000})");
  EXPECT_EQ(time["x-mbx-used-weight-1m"], "1");
  EXPECT_THAT(std::string(time[http::field::content_type]), HasSubstr("application/json"));
  EXPECT_EQ(client.get("/fapi/v1/ping").body(), "{}");
  EXPECT_EQ(client.get("/api/v1/timestamp").body(), R"({"code":"200000","data":1741168800000})");
  EXPECT_EQ(client.get("/api/v3/ping")["x-mbx-used-weight-1m"], "2");
  const json::value token =
      json::parse(client.ask(http::verb::post, "/api/v1/bullet-public").body());
  EXPECT_EQ(token.at("data").at("instanceServers").at(0).at("endpoint").as_string(),
            "ws://127.0.0.1:" + std::to_string(server.port()) + "/");
}

TEST(ExchangeServer, ErrorsKeepTheirStatusAndTheConnection) {
  ServerRig server("status exchange=kucoinfutures at=0s code=429 retry-after=3s");
  Client client(server.port());
  EXPECT_EQ(client.get("/api/v3/klines?symbol=NOPE&interval=1m").result_int(), 400u);
  EXPECT_EQ(client.get("/nowhere").result_int(), 404u);
  const Response limited = client.get("/api/v1/status");
  EXPECT_EQ(limited.result_int(), 429u);
  EXPECT_EQ(limited["gw-ratelimit-reset"], "3000");
  EXPECT_EQ(client.get("/api/v3/ping").result_int(), 200u);
}

TEST(ExchangeServer, AStreamOfTrades) {
  ServerRig server;
  Client client(server.port());
  ASSERT_TRUE(client.upgrade("/ws")) << client.error.message();
  client.say(R"({"method":"SUBSCRIBE","params":["btcusdt@aggTrade"],"id":5})");
  EXPECT_EQ(client.read(), R"({"result":null,"id":5})");
  server.flow(milliseconds(200));
  for (int i = 0; i < 3; ++i) {
    const std::string text = client.read();
    ASSERT_TRUE(is_json(text)) << text << client.error.message();
    EXPECT_EQ(word(json::parse(text).as_object(), "e"), "aggTrade");
  }
}

TEST(ExchangeServer, KuCoinsWelcomeComesFirst) {
  ServerRig server;
  Client client(server.port());
  ASSERT_TRUE(client.upgrade("/?token=sim%2F1%3D%3D&connectId=abc"));
  EXPECT_EQ(client.read(), R"({"id":"abc","type":"welcome"})");
  client.say(R"({"id":"1","type":"ping"})");
  EXPECT_EQ(client.read(), R"({"id":"1","type":"pong","timestamp":1741168800000000})");
  Client stranger(server.port());
  ASSERT_TRUE(stranger.upgrade("/?token=guess&connectId=abc"));
  EXPECT_THAT(stranger.read(), HasSubstr(R"("code":401)"));
  EXPECT_EQ(stranger.read(), "");
  EXPECT_EQ(stranger.error, websocket::error::closed);
}

TEST(ExchangeServer, PingsArriveAndPongsCount) {
  ServerRig server;
  Client client(server.port());
  std::string payload;
  client.stream().control_callback([&](websocket::frame_type kind, beast::string_view text) {
    if (kind == websocket::frame_type::ping)
      payload = text;
  });
  ASSERT_TRUE(client.upgrade("/ws"));
  const auto is_answered = [&] {
    client.say(R"({"method":"LIST_SUBSCRIPTIONS","id":1})");
    return client.read() == R"({"result":[],"id":1})";
  };
  for (int i = 0; i < 1'000 && payload.empty(); ++i) {
    server.pass(seconds(1));
    std::this_thread::sleep_for(5ms);
    ASSERT_TRUE(is_answered()) << client.error.message();
  }
  EXPECT_FALSE(payload.empty());
  ASSERT_TRUE(is_answered()) << "the pong went before";
  server.pass(seconds(61));
  std::this_thread::sleep_for(100ms);
  EXPECT_TRUE(is_answered()) << "and was heard: the stream lives";
}

TEST(ExchangeServer, ADisconnectIsACloseFrame) {
  ServerRig server("disconnect at=5s");
  Client client(server.port());
  ASSERT_TRUE(client.upgrade("/ws"));
  server.pass(seconds(5));
  EXPECT_EQ(client.read(), "");
  EXPECT_EQ(client.error, websocket::error::closed);
  EXPECT_EQ(client.stream().reason().code, websocket::close_code::normal);
  EXPECT_EQ(client.stream().reason().reason, "Bye");
}

TEST(ExchangeServer, ACutEndsInTheMidstOfAFrame) {
  struct Case {
    const char* address;
    std::size_t bytes;
  };
  for (const Case& one : {Case{"/ws/btcusdt@aggTrade", 5}, Case{"/ws/!miniTicker@arr", 20},
                          Case{"/ws/btcusdt@aggTrade", 0}}) {
    ServerRig server("stall at=0s for=2s\ncut at=2s bytes=" + std::to_string(one.bytes));
    Client client(server.port());
    ASSERT_TRUE(client.upgrade(one.address));
    server.flow(milliseconds(200));
    const std::string bytes = client.read_bytes();
    EXPECT_FALSE(client.timed_out);
    EXPECT_EQ(bytes.size(), one.bytes);
    if (one.bytes == 0)
      continue;
    EXPECT_EQ(bytes[0], '\x81') << "a text, whole in one frame";
    EXPECT_EQ(bytes[1], '\x7e') << "of more than 125 bytes";
    if (one.bytes > 10) {
      EXPECT_EQ(bytes.substr(4, 10), R"([{"e":"24h)");
    }
  }
}

TEST(ExchangeServer, AHandshakeThatStallsHindersNobody) {
  ServerRig server("handshake-stall exchange=binance at=0s");
  Client stalled(server.port());
  EXPECT_FALSE(stalled.upgrade("/ws", 300ms));
  EXPECT_TRUE(stalled.timed_out);
  Client other(server.port());
  EXPECT_TRUE(other.upgrade("/market/ws"));
  EXPECT_EQ(other.error, error_code());
}

TEST(ExchangeServer, RefusedHandshakesHaveAStatus) {
  ServerRig server("status exchange=binanceusdm at=0s code=503");
  Client lost(server.port());
  EXPECT_FALSE(lost.upgrade("/elsewhere"));
  EXPECT_EQ(lost.error, websocket::error::upgrade_declined);
  EXPECT_EQ(lost.answer().result_int(), 404u);
  Client early(server.port());
  EXPECT_FALSE(early.upgrade("/market/ws"));
  EXPECT_EQ(early.answer().result_int(), 503u);
}

TEST(ExchangeServer, AWithheldAnswerLeavesTheClientWaiting) {
  ServerRig server("no-answer exchange=binance at=0s");
  Client client(server.port());
  client.ask(http::verb::get, "/api/v3/ping", 300ms);
  EXPECT_TRUE(client.timed_out);
  Client other(server.port());
  EXPECT_EQ(other.get("/fapi/v1/ping").result_int(), 200u);
}

TEST(ExchangeServer, WhoLeavesIsForgotten) {
  ServerRig server;
  Client asks(server.port());
  const auto streams = [&] {
    const json::value report = json::parse(asks.get("/sim/report").body());
    return report.at("exchanges").at(0).at("streams").as_int64();
  };
  {
    Client leaves(server.port());
    ASSERT_TRUE(leaves.upgrade("/ws/btcusdt@aggTrade"));
    Client says_goodbye(server.port());
    ASSERT_TRUE(says_goodbye.upgrade("/ws"));
    EXPECT_EQ(streams(), 2);
    error_code ignored;
    says_goodbye.stream().close(websocket::close_code::normal, ignored);
  }
  for (int i = 0; i < 200 && streams() > 0; ++i)
    std::this_thread::sleep_for(10ms);
  EXPECT_EQ(streams(), 0);
}

TEST(ExchangeServer, NonsenseEndsTheConnectionAndNothingElse) {
  ServerRig server;
  for (const char* nonsense : {"what?\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\x16\x03\x01\x02"}) {
    Client client(server.port());
    client.send_bytes(nonsense);
    error_code ignored;
    client.stream().next_layer().socket().shutdown(tcp::socket::shutdown_send, ignored);
    EXPECT_THAT(client.read_bytes(), IsEmpty());
    EXPECT_FALSE(client.timed_out);
  }
  Client client(server.port());
  EXPECT_EQ(client.get("/api/v3/ping").result_int(), 200u);
}

TEST(ExchangeServer, StopsWhateverIsOpen) {
  ServerRig server(
      "handshake-stall exchange=binanceusdm at=0s\nno-answer exchange=kucoinfutures at=0s");
  Client idle(server.port()), asked(server.port()), listens(server.port()), stalled(server.port()),
      waits(server.port());
  EXPECT_EQ(asked.get("/api/v3/ping").result_int(), 200u);
  ASSERT_TRUE(listens.upgrade("/ws/btcusdt@aggTrade"));
  stalled.send_bytes(
      "GET /market/ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
  waits.send_bytes("GET /api/v1/status HTTP/1.1\r\nHost: x\r\n\r\n");
  std::this_thread::sleep_for(100ms);
  server.stop();
  for (Client* client : {&idle, &asked, &listens, &stalled, &waits}) {
    client->read_bytes();
    EXPECT_FALSE(client->timed_out);
    EXPECT_TRUE(client->error);
  }
}

TEST(ExchangeServer, WhoDoesNotAnswerACloseFrameIsCutOff) {
  ServerRig server("disconnect at=5s");
  Client mute(server.port());
  ASSERT_TRUE(mute.upgrade("/ws"));
  server.pass(seconds(5));
  EXPECT_THAT(mute.read_bytes(), StartsWith("\x88")) << "the close frame, and then the end";
  EXPECT_FALSE(mute.timed_out);
}

TEST(ExchangeServer, APortThatIsTakenAnAddressThatIsNone) {
  ServerRig server;
  asio::io_context io;
  const auto listen = [&](const ExchangeServerOptions& options) {
    auto sim = std::make_unique<ExchangeSim>(truth(), ExchangeSimOptions{},
                                             SimTime{ten_o_clock, ten_o_clock});
    return ExchangeServer::listen(
        io, std::move(sim), [] { return SimTime{ten_o_clock, ten_o_clock}; }, options);
  };
  const auto taken = listen({"127.0.0.1", server.port()});
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, ErrorCode::io);
  EXPECT_THAT(taken.error().message, HasSubstr("port " + std::to_string(server.port())));
  const auto foreign = listen({"192.0.2.1", 0});
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error().code, ErrorCode::io);
  const auto wrong = listen({"everywhere", 0});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, ErrorCode::invalid_argument);
  EXPECT_THAT(wrong.error().message, HasSubstr("'everywhere'"));
}

}  // namespace
}  // namespace cscan
