// The client against Beast's server side, and against peers that do not play along.

#include "net/websocket_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <chrono>
#include <functional>
#include <thread>

namespace cscan {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;
using ServerStream = websocket::stream<tcp::socket>;

/// One connection, served by a function on a thread of its own.
class Peer {
 public:
  explicit Peer(std::function<void(tcp::socket)> serve)
      : acceptor_(io_, {asio::ip::make_address("127.0.0.1"), 0}),
        thread_([this, serve = std::move(serve)] {
          error_code error;
          tcp::socket socket(io_);
          acceptor_.accept(socket, error);
          if (!error)
            serve(std::move(socket));
        }) {}
  ~Peer() { thread_.join(); }
  [[nodiscard]] std::string url() const {
    return "ws://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + "/ws/x?y=1";
  }

 private:
  asio::io_context io_;
  tcp::acceptor acceptor_;
  std::thread thread_;
};

/// A peer that speaks WebSocket.
std::function<void(tcp::socket)> accepting(std::function<void(ServerStream&)> talk) {
  return [talk = std::move(talk)](tcp::socket socket) {
    ServerStream stream(std::move(socket));
    websocket::permessage_deflate deflate;
    deflate.server_enable = true;
    stream.set_option(deflate);
    error_code error;
    stream.accept(error);
    if (!error)
      talk(stream);
  };
}

std::string read(ServerStream& stream) {
  boost::beast::flat_buffer buffer;
  error_code error;
  stream.read(buffer, error);
  return error ? "error: " + error.message() : boost::beast::buffers_to_string(buffer.data());
}
void write(ServerStream& stream, const std::string& text) {
  error_code ignored;
  stream.text(true);
  stream.write(asio::buffer(text), ignored);
}
void close(ServerStream& stream) {
  error_code ignored;
  stream.close({websocket::close_code::going_away, "bye"}, ignored);
}

/// A client and what it was told. Gives up after ten seconds.
class Talk {
 private:
  asio::io_context io_;  // outlives the client

 public:
  explicit Talk(const std::string& url, WebSocketOptions options = {}) {
    WebSocketHandlers handlers;
    handlers.on_open = [this] {
      ++opened;
      if (on_open)
        on_open(*client);
    };
    handlers.on_message = [this](std::string_view text) {
      messages.emplace_back(text);
      if (on_message)
        on_message(*client);
    };
    handlers.on_closed = [this](int status, const std::string& why) {
      refusal = status;
      reason = why;
      ++closed;
    };
    client = WebSocketClient::open(io_.get_executor(), nullptr, url, std::move(options),
                                   std::move(handlers));
  }
  void run() {
    asio::steady_timer patience(io_, std::chrono::seconds(10));
    patience.async_wait([this](const error_code& error) {
      if (!error)
        client->close();
    });
    while (closed == 0 && !ended)
      if (io_.run_one() == 0)
        break;
    patience.cancel();
    client->close();
    io_.restart();
    io_.run();
  }

  std::shared_ptr<WebSocketClient> client;
  std::function<void(WebSocketClient&)> on_open, on_message;
  bool ended = false;
  int opened = 0, closed = 0, refusal = 0;
  std::string reason;
  std::vector<std::string> messages;
};

TEST(WebSocketClient, SendsInOrderAndReceivesWhole) {
  std::vector<std::string> heard;
  {
    Peer peer(accepting([&](ServerStream& stream) {
      for (int i = 0; i < 3; ++i)
        heard.push_back(read(stream));
      write(stream, "a");
      stream.auto_fragment(true);
      stream.write_buffer_bytes(1'024);
      write(stream, std::string(1'000'000, 'b'));
      close(stream);
    }));
    Talk talk(peer.url());
    talk.on_open = [](WebSocketClient& client) {
      for (const char* text : {"1", "2", "3"})
        client.send(text);
    };
    talk.run();
    ASSERT_EQ(talk.messages.size(), 2u);
    EXPECT_EQ(talk.messages[0], "a");
    EXPECT_EQ(talk.messages[1], std::string(1'000'000, 'b'));
    EXPECT_EQ(talk.opened, 1);
    EXPECT_EQ(talk.closed, 1);
    EXPECT_THAT(talk.reason, HasSubstr("code 1001 bye"));
  }
  EXPECT_THAT(heard, ElementsAre("1", "2", "3"));
}

TEST(WebSocketClient, AnswersPings) {
  std::string ponged;
  {
    Peer peer(accepting([&](ServerStream& stream) {
      stream.control_callback([&](websocket::frame_type type, boost::beast::string_view payload) {
        if (type == websocket::frame_type::pong)
          ponged = std::string(payload);
      });
      error_code ignored;
      stream.ping("are you there", ignored);
      write(stream, "go on");
      (void)read(stream);
      close(stream);
    }));
    Talk talk(peer.url());
    talk.on_message = [](WebSocketClient& client) { client.send("later"); };
    talk.run();
  }
  EXPECT_EQ(ponged, "are you there");
}

TEST(WebSocketClient, TellsARefusal) {
  Peer peer([](tcp::socket socket) {
    std::string request;
    error_code error;
    asio::read_until(socket, asio::dynamic_buffer(request), "\r\n\r\n", error);
    EXPECT_THAT(request, HasSubstr("GET /ws/x?y=1 HTTP/1.1"));
    asio::write(socket,
                asio::buffer(std::string("HTTP/1.1 451 No\r\nContent-Length: 6\r\n\r\nregion")),
                error);
  });
  Talk talk(peer.url());
  talk.run();
  EXPECT_EQ(talk.refusal, 451);
  EXPECT_THAT(talk.reason, HasSubstr("451"));
  EXPECT_EQ(talk.opened, 0);
}

TEST(WebSocketClient, AFrameGluedToTheHandshakeIsDelivered) {
  Peer peer([](tcp::socket socket) {
    std::string request;
    error_code error;
    asio::read_until(socket, asio::dynamic_buffer(request), "\r\n\r\n", error);
    std::size_t at = request.find("Sec-WebSocket-Key: ") + 19;
    std::string key = request.substr(at, request.find("\r\n", at) - at);
    websocket::detail::sec_ws_accept_type accept;
    websocket::detail::make_sec_ws_accept(accept, key);
    std::string answer =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: "
        "Upgrade\r\nSec-WebSocket-Accept: " +
        std::string(accept.data(), accept.size()) + "\r\n\r\n";
    answer += std::string("\x81\x05hello", 7);
    asio::write(socket, asio::buffer(answer), error);
    std::string rest;
    asio::read_until(socket, asio::dynamic_buffer(rest), "never", error);
  });
  Talk talk(peer.url());
  talk.on_message = [&](WebSocketClient&) { talk.ended = true; };
  talk.run();
  EXPECT_THAT(talk.messages, ElementsAre("hello"));
}

TEST(WebSocketClient, GivesUpOnAHandshakeThatDoesNotEnd) {
  std::atomic<bool> done = false;
  Peer peer([&](tcp::socket socket) {
    while (!done)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    (void)socket;
  });
  WebSocketOptions options;
  options.handshake_timeout = seconds(1);
  Talk talk(peer.url(), options);
  talk.run();
  done = true;
  EXPECT_THAT(talk.reason, HasSubstr("no upgrade within 1 s"));
}

TEST(WebSocketClient, RefusesAMessageThatIsTooLong) {
  Peer peer(accepting([](ServerStream& stream) {
    write(stream, std::string(5'000, 'x'));
    (void)read(stream);
  }));
  WebSocketOptions options;
  options.message_bytes_max = 4'000;
  Talk talk(peer.url(), options);
  talk.run();
  EXPECT_THAT(talk.messages, IsEmpty());
  EXPECT_THAT(talk.reason, HasSubstr("more than 4000 bytes"));
}

TEST(WebSocketClient, AConnectionThatBreaksIsToldOnce) {
  Peer peer(accepting([](ServerStream& stream) { stream.next_layer().close(); }));
  Talk talk(peer.url());
  talk.run();
  EXPECT_EQ(talk.closed, 1);
  EXPECT_THAT(talk.reason, HasSubstr("broke"));
}

TEST(WebSocketClient, CloseIsSilent) {
  Peer peer(accepting([](ServerStream& stream) {
    write(stream, "one");
    write(stream, "two");
    (void)read(stream);
  }));
  Talk talk(peer.url());
  talk.on_message = [&](WebSocketClient& client) {
    client.close();
    talk.ended = true;
  };
  talk.run();
  EXPECT_THAT(talk.messages, ElementsAre("one"));
  EXPECT_EQ(talk.closed, 0);
}

TEST(WebSocketClient, CloseWhileConnectingIsSilentToo) {
  Peer peer([](tcp::socket socket) {
    std::string rest;
    error_code error;
    asio::read_until(socket, asio::dynamic_buffer(rest), "never", error);
  });
  Talk talk(peer.url());
  talk.ended = true;
  talk.run();
  EXPECT_EQ(talk.closed, 0);
}

TEST(WebSocketClient, SaysWhereNothingIs) {
  Talk talk("ws://127.0.0.1:1/");
  talk.run();
  EXPECT_THAT(talk.reason, HasSubstr("Connection refused"));
  Talk nonsense("http//x");
  nonsense.run();
  EXPECT_THAT(nonsense.reason, HasSubstr("not an address"));
}

}  // namespace
}  // namespace cscan
