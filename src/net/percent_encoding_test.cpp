#include "net/percent_encoding.hpp"

#include <gtest/gtest.h>

namespace cscan {
namespace {

TEST(PercentDecode, AcceptsAndDecodesOnce) {
  const std::pair<std::string, std::string> cases[] = {
      {"", ""},
      {"BTC%2FUSDT", "BTC/USDT"},
      {"BTC%2fUSDT%3AUSDT", "BTC/USDT:USDT"},
      {"a+b", "a+b"},
      {"%2541", "%41"},
      {"%25", "%"},
      {"%7F", "\x7F"},
      {"%C3%A9", "\xC3\xA9"},
      {"\xC3%A9", "\xC3\xA9"},
      {"%E2%82%AC", "\xE2\x82\xAC"},
      {"%F0%9F%90%82", "\xF0\x9F\x90\x82"},
      {"%ED%9F%BF", "\xED\x9F\xBF"},
      {"%F4%8F%BF%BF", "\xF4\x8F\xBF\xBF"},
  };
  for (const auto& [text, expected] : cases)
    EXPECT_EQ(percent_decode(text).value_or("(refused)"), expected) << text;
}

TEST(PercentDecode, RefusesWhatIsNotStrictlyValid) {
  const std::string cases[] = {
      "%",
      "%4",
      "100%",
      "%zz",
      "%4g",
      "%g4",
      "% 41",
      "%+1",
      "%%41",
      "%u0041",
      "%00",
      "a%00b",
      "%80",
      "%BF",
      "%C3",
      "%C3%28",
      "%C0%80",
      "%C0%AF",
      "%C1%BF",
      "%E0%80%AF",
      "%E0%9F%BF",
      "%ED%A0%80",
      "%ED%BF%BF",
      "%F0%80%80%AF",
      "%F0%8F%BF%BF",
      "%F4%90%80%80",
      "%F5%80%80%80",
      "%FF",
      "%E2%82",
      "%F0%9F%90",
      "\xFF",
      std::string("a\0b", 3),
  };
  for (const std::string& text : cases) {
    const Result<std::string> decoded = percent_decode(text);
    ASSERT_FALSE(decoded.has_value()) << text;
    EXPECT_EQ(decoded.error().code, ErrorCode::invalid_argument);
  }
}

TEST(SplitTarget, CutsAtTheFirstQuestionMark) {
  const auto split = split_target("/a%3Fb?c=1?d");
  ASSERT_TRUE(split.has_value());
  EXPECT_EQ(split->path, "/a%3Fb");
  EXPECT_EQ(split->query, "c=1?d");
  EXPECT_EQ(split_target("/")->query, "");
  EXPECT_EQ(split_target("/?")->path, "/");
}

TEST(SplitTarget, RefusesOtherForms) {
  for (const char* target : {"", "*", "http://host/", "host:80", "?a=1", "/a#b", "/a?b#c"})
    EXPECT_FALSE(split_target(target).has_value()) << target;
}

TEST(ParseQuery, KeepsOrderAndRepeats) {
  const std::pair<std::string, QueryParameters> cases[] = {
      {"/", {}},
      {"/?", {}},
      {"/?&&", {}},
      {"/p?tf=4h&tf=1h&limit=5", {{"tf", "4h"}, {"tf", "1h"}, {"limit", "5"}}},
      {"/p?a", {{"a", ""}}},
      {"/p?a=", {{"a", ""}}},
      {"/p?=v", {{"", "v"}}},
      {"/p?a=b=c", {{"a", "b=c"}}},
      {"/p?q=a+b%2Bc", {{"q", "a b+c"}}},
      {"/p?a%26b=%3D&", {{"a&b", "="}}},
      {"/p?s=BTC%2FUSDT", {{"s", "BTC/USDT"}}},
  };
  for (const auto& [target, expected] : cases) {
    const auto parameters = parse_query(target);
    ASSERT_TRUE(parameters.has_value()) << target;
    EXPECT_EQ(*parameters, expected) << target;
  }
}

TEST(ParseQuery, NamesThePieceItRefuses) {
  const auto parameters = parse_query("/p?good=1&symbol=%ZZ");
  ASSERT_FALSE(parameters.has_value());
  EXPECT_EQ(parameters.error().context.at(0).second, "symbol=%ZZ");
  EXPECT_FALSE(parse_query("/p?%00=1").has_value());
  EXPECT_FALSE(parse_query("p?a=1").has_value());
}

}  // namespace
}  // namespace cscan
