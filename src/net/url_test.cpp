#include "net/url.hpp"

#include <gtest/gtest.h>

namespace cscan {
namespace {

TEST(Url, Parts) {
  auto url = parse_url("https://api.example.com/v3/klines?symbol=A&limit=5");
  ASSERT_TRUE(url) << url.error().message;
  EXPECT_TRUE(url->is_secure);
  EXPECT_EQ(url->host, "api.example.com");
  EXPECT_EQ(url->port, "443");
  EXPECT_EQ(url->target, "/v3/klines?symbol=A&limit=5");
  EXPECT_EQ(url->authority(), "api.example.com");
}

TEST(Url, PortsAndAddresses) {
  EXPECT_EQ(parse_url("ws://127.0.0.1:9000")->authority(), "127.0.0.1:9000");
  EXPECT_EQ(parse_url("ws://127.0.0.1:9000")->target, "/");
  EXPECT_EQ(parse_url("wss://h:443/x")->authority(), "h");
  EXPECT_EQ(parse_url("http://h?q=1")->target, "/?q=1");
  auto six = parse_url("http://[::1]:81/a");
  ASSERT_TRUE(six);
  EXPECT_EQ(six->host, "::1");
  EXPECT_EQ(six->authority(), "[::1]:81");
}

TEST(Url, RefusesWhatItCannotReach) {
  for (const char* text :
       {"", "h", "ftp://h/", "http://", "http://:80", "http://h:", "http://h:0", "http://h:65536",
        "http://h:8a", "http://user@h/", "http://h/a b", "http://h/#x", "http://h/\r\nX: y",
        "http://[::1", "http://[]/", "http://[::1]x/", "http://h\xc3\xa4/", "http://h/\xc3\xa4"})
    EXPECT_FALSE(parse_url(text)) << text;
}

}  // namespace
}  // namespace cscan
