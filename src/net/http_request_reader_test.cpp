#include "net/http_request_reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace cscan {
namespace {

constexpr std::uint32_t header_max = 1024;
constexpr std::uint64_t body_max = 4096;

/// Moves as many bytes as fit at once, at most `piece`.
void feed(HttpRequestReader& reader, std::string_view& bytes, std::size_t piece) {
  const auto space = reader.space();
  ASSERT_FALSE(space.empty());
  const std::size_t count = std::min({piece, bytes.size(), space.size()});
  std::copy_n(bytes.data(), count, space.data());
  reader.received(count);
  bytes.remove_prefix(count);
}

/// Feeds `bytes` in pieces until a request is done or refused, or there are no more.
ReadStep read(HttpRequestReader& reader, std::string_view& bytes, std::size_t piece) {
  for (;;) {
    const ReadStep step = reader.step();
    if (step == ReadStep::request_done || step == ReadStep::refused)
      return step;
    if (step == ReadStep::need_bytes) {
      if (bytes.empty())
        return step;
      feed(reader, bytes, piece);
    }
  }
}

/// The status of the refusal of `bytes`, 200 for a request that is accepted, 0 for half a request.
int status_of(std::string_view bytes, std::size_t piece) {
  HttpRequestReader reader(header_max, body_max);
  const ReadStep step = read(reader, bytes, piece);
  if (step == ReadStep::refused)
    return reader.refusal().status;
  return step == ReadStep::request_done ? 200 : 0;
}

TEST(HttpRequestReader, ReadsTheSameInPiecesOfAnySize) {
  const std::string bytes =
      "POST /a%2Fb?x=1 HTTP/1.1\r\nHost: h\r\nX-Twice: 1\r\nx-twice: 2\r\n"
      "Transfer-Encoding: chunked\r\n\r\n5;ext=1\r\nhello\r\n1\r\n!\r\n0\r\nTrailer: t\r\n\r\n"
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
      "HEAD /h HTTP/1.0\r\n\r\n"
      "PUT /p HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc";
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    HttpRequestReader reader(header_max, body_max);
    std::string_view rest = bytes;
    ASSERT_EQ(read(reader, rest, piece), ReadStep::request_done);
    const HttpRequest first = reader.take_request();
    EXPECT_EQ(first.method, "POST");
    EXPECT_EQ(first.target, "/a%2Fb?x=1");
    EXPECT_EQ(first.body, "hello!");
    EXPECT_EQ(first.header("X-TWICE"), "1");
    EXPECT_EQ(first.header_count("x-Twice"), 2U);
    EXPECT_EQ(first.header("Trailer"), std::nullopt);
    EXPECT_TRUE(first.keep_alive);
    ASSERT_EQ(read(reader, rest, piece), ReadStep::request_done);
    EXPECT_EQ(reader.take_request().body, "");
    ASSERT_EQ(read(reader, rest, piece), ReadStep::request_done);
    const HttpRequest third = reader.take_request();
    EXPECT_EQ(third.method, "GET");
    EXPECT_TRUE(third.is_head);
    EXPECT_EQ(third.version, HttpVersion::http_1_0);
    EXPECT_FALSE(third.keep_alive);
    ASSERT_EQ(read(reader, rest, piece), ReadStep::request_done);
    const HttpRequest fourth = reader.take_request();
    EXPECT_EQ(fourth.body, "abc");
    EXPECT_FALSE(fourth.keep_alive);
    EXPECT_FALSE(reader.has_bytes());
    EXPECT_EQ(reader.step(), ReadStep::need_bytes);
  }
}

TEST(HttpRequestReader, StatusTable) {
  const std::string get = "GET / HTTP/1.1\r\nHost: h\r\n";
  const std::string post = "POST / HTTP/1.1\r\nHost: h\r\n";
  const std::string chunked = post + "Transfer-Encoding: chunked\r\n\r\n";
  const std::pair<std::string, int> cases[] = {
      {get + "\r\n", 200},
      {post + "\r\n", 200},
      {"GET / HTTP/1.0\r\n\r\n", 200},
      {"OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", 200},
      {get, 0},
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {get + "Host: h\r\n\r\n", 400},
      {get + "hOST: other\r\n\r\n", 400},
      {"GET / HTTP/2.0\r\nHost: h\r\n\r\n", 400},
      {"GET / HTTP/1.2\r\nHost: h\r\n\r\n", 400},
      {"GET / HTTP/0.9\r\nHost: h\r\n\r\n", 400},
      {"GET / http/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET /\r\n\r\n", 400},
      {"GET  / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET /a b HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {std::string("GET /\0 HTTP/1.1\r\nHost: h\r\n\r\n", 29), 400},
      {"G@T / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {" GET / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 TLS hello", 400},
      {get + "Bad Name: 1\r\n\r\n", 400},
      {get + "Name : 1\r\n\r\n", 400},
      {get + ": 1\r\n\r\n", 400},
      {get + "NoColon\r\n\r\n", 400},
      {get + "A: \x01\r\n\r\n", 400},
      {get + "A: b\rc\r\n\r\n", 400},
      {get + "Expect: 200-ok\r\n\r\n", 417},
      {post + "Content-Length: 2\r\n\r\nab", 200},
      {post + "Content-Length: 2\r\n\r\na", 0},
      {post + "Content-Length: -2\r\n\r\n", 400},
      {post + "Content-Length: +2\r\n\r\nab", 400},
      {post + "Content-Length: 2x\r\n\r\nab", 400},
      {post + "Content-Length: 0x2\r\n\r\nab", 400},
      {post + "Content-Length:\r\n\r\n", 400},
      {post + "Content-Length: 2, 2\r\n\r\nab", 400},
      {post + "Content-Length: 2\r\nContent-Length: 2\r\n\r\nab", 400},
      {post + "Content-Length: 2\r\nContent-Length: 3\r\n\r\nab", 400},
      {post + "Content-Length: 99999999999999999999999\r\n\r\n", 400},
      {post + "Content-Length: 5000\r\n\r\n", 413},
      {post + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {post + "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n", 400},
      {post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400},
      {post + "Transfer-Encoding: identity\r\n\r\n", 400},
      {post + "Transfer-Encoding: chunked, identity\r\n\r\n", 400},
      {post + "Transfer-Encoding: xchunked\r\n\r\n", 400},
      {post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {chunked + "0\r\n\r\n", 200},
      {chunked + "0\r\n\r", 0},
      {chunked + "x\r\n\r\n", 400},
      {chunked + "-1\r\n\r\n", 400},
      {chunked + "3\r\nabcdef\r\n", 400},
      {chunked + "ffffffffffffffffff\r\n", 400},
      {chunked + "1388\r\n", 413},
      {chunked + "0\r\nContent-Length: 1\r\n\r\n", 400},
      {chunked + "1;" + std::string(8000, 'e') + "\r\n", 431},
      {get + "A: " + std::string(900, 'a') + "\r\n\r\n", 200},
      {get + "A: " + std::string(1100, 'a') + "\r\n\r\n", 431},
      {"GET /" + std::string(1100, 'a'), 431},
      {"GET /" + std::string(600, 'a') + " HTTP/1.1\r\nHost: " + std::string(600, 'h') + "\r\n\r\n",
       431},
  };
  for (const auto& [bytes, expected] : cases)
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{100'000}})
      EXPECT_EQ(status_of(bytes, piece), expected) << bytes << "\nin pieces of " << piece;
}

TEST(HttpRequestReader, HeaderLimitIsExact) {
  const std::string start = "GET / HTTP/1.1\r\nHost: h\r\nA: ";
  for (const int excess : {0, 1}) {
    const std::string fill(header_max - start.size() - 4 + static_cast<std::size_t>(excess), 'a');
    for (const std::size_t piece : {1, 50, 10'000})
      EXPECT_EQ(status_of(start + fill + "\r\n\r\n", piece), excess ? 431 : 200) << piece;
  }
}

TEST(HttpRequestReader, BodyLimitIsExact) {
  for (const std::size_t excess : {0, 1}) {
    const std::string body(body_max + excess, 'b');
    const std::string declared =
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) +
        "\r\n\r\n" + body;
    std::string chunked = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (std::size_t i = 0; i < body.size(); ++i)
      chunked += "1\r\nb\r\n";
    chunked += "0\r\n\r\n";
    EXPECT_EQ(status_of(declared, 1'000), excess ? 413 : 200);
    EXPECT_EQ(status_of(chunked, 1'000), excess ? 413 : 200);
  }
}

TEST(HttpRequestReader, SaysWhenTheClientWaits) {
  HttpRequestReader reader(header_max, body_max);
  std::string_view bytes =
      "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\n";
  feed(reader, bytes, bytes.size());
  EXPECT_EQ(reader.step(), ReadStep::header_done);
  EXPECT_TRUE(reader.expects_continue());
  EXPECT_EQ(reader.step(), ReadStep::need_bytes);
}

}  // namespace
}  // namespace cscan
