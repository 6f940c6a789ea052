// What counts as JSON that can be believed: forms, missing and doubled fields, cuts at every byte.

#include "exchange/json_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace cscan {
namespace {

using testing::HasSubstr;

constexpr Timestamp received{1'700'000'000'000};

/// The outcome of reading one field "x" of `text` into `target`.
Status read_x(std::string_view text, JsonTarget target, bool is_required = true) {
  JsonReader reader(1'000'000);
  return reader.read(text, [&](JsonDocument& document) {
    return read_object(document, {JsonField{"x", target, is_required}});
  });
}

std::string problem_of(const Status& status) { return status ? "" : status.error().message; }

TEST(JsonReader, DecimalsAreReadInTheFormTheFieldHas) {
  double value = 0;
  EXPECT_TRUE(read_x(R"({"x":"0.00012"})", json::DecimalText{value}));
  EXPECT_EQ(value, 0.00012);
  EXPECT_TRUE(read_x(R"({"x": 2.0E-4 })", json::DecimalNumber{value}));
  EXPECT_EQ(value, 0.0002);
  EXPECT_TRUE(read_x(R"({"x":-17})", json::Decimal{value}));
  EXPECT_EQ(value, -17);
  EXPECT_TRUE(read_x(R"({"x":"5"})", json::Decimal{value}));
  EXPECT_EQ(value, 5);
  EXPECT_THAT(problem_of(read_x(R"({"x":1.5})", json::DecimalText{value})), HasSubstr("'x'"));
  EXPECT_FALSE(read_x(R"({"x":"1.5"})", json::DecimalNumber{value}));
}

TEST(JsonReader, NoNumberThatIsNotOne) {
  double value = 1;
  for (const char* bad : {"nan", "inf", "-inf", "1e999", "1.5abc", "0x10", " 1", "1 ", "+1", "",
                          "1.", ".5", "--1", "1,5"}) {
    std::string text = std::string(R"({"x":")") + bad + "\"}";
    EXPECT_FALSE(read_x(text, json::DecimalText{value})) << text;
    text = std::string(R"({"x":)") + bad + "}";
    bool is_json = std::string_view(bad) == " 1" || std::string_view(bad) == "1 ";
    EXPECT_EQ(read_x(text, json::DecimalNumber{value}).has_value(), is_json) << text;
  }
  for (const char* bad : {"null", "true", "[]", "{}", "[1]"})
    EXPECT_FALSE(read_x(std::string(R"({"x":)") + bad + "}", json::Decimal{value})) << bad;
  EXPECT_EQ(value, 1) << "a refused value must not arrive";
}

TEST(JsonReader, WholeNumbersAreWhole) {
  std::int64_t value = 0;
  EXPECT_TRUE(read_x(R"({"x":9223372036854775807})", json::WholeNumber{value}));
  EXPECT_EQ(value, INT64_MAX);
  for (const char* bad : {"9223372036854775808", "1.0", "1e3", "\"1\"", "true"})
    EXPECT_FALSE(read_x(std::string(R"({"x":)") + bad + "}", json::WholeNumber{value})) << bad;
}

TEST(JsonReader, FlagsTextsLabelsAndDates) {
  bool flag = false;
  EXPECT_TRUE(read_x(R"({"x":true})", json::Flag{flag}));
  EXPECT_TRUE(flag);
  EXPECT_FALSE(read_x(R"({"x":1})", json::Flag{flag}));
  EXPECT_FALSE(read_x(R"({"x":tru})", json::Flag{flag}));

  JsonReader reader(1'000);
  std::string_view text;
  auto read_text = [&](std::string_view body, JsonTarget target) {
    return reader.read(body, [&](JsonDocument& d) { return read_object(d, {{"x", target}}); });
  };
  EXPECT_TRUE(read_text("{\"x\":\"a\\u00e4\\n\"}", json::Text{text}));
  EXPECT_EQ(text, "a\xc3\xa4\n");
  EXPECT_FALSE(read_text(R"({"x":5})", json::Text{text}));
  EXPECT_TRUE(read_text(R"({"x":5})", json::Label{text}));
  EXPECT_EQ(text, "5");
  EXPECT_TRUE(read_text(R"({"x":"p28"})", json::Label{text}));
  EXPECT_EQ(text, "p28");
  EXPECT_TRUE(read_text(R"({"x":null})", json::Label{text}));
  EXPECT_EQ(text, "");
  EXPECT_FALSE(read_text(R"({"x":[5]})", json::Label{text}));

  std::optional<Timestamp> date;
  EXPECT_TRUE(read_text(R"({"x":""})", json::Date{date}));
  EXPECT_FALSE(date);
  EXPECT_TRUE(read_text(R"({"x":4133404800000})", json::Date{date}));
  EXPECT_EQ(date, Timestamp{4'133'404'800'000});
  EXPECT_FALSE(read_text(R"({"x":"2100"})", json::Date{date}));
}

TEST(JsonReader, TimesAreCheckedAgainstTheirUnit) {
  Timestamp time;
  json::Time target{time, TimeUnit::ms, received};
  EXPECT_TRUE(read_x(R"({"x":1699999999123})", target));
  EXPECT_EQ(time.ms, 1'699'999'999'123);
  EXPECT_THAT(problem_of(read_x(R"({"x":1699999999123000})", target)), HasSubstr("microseconds"));
  EXPECT_FALSE(read_x(R"({"x":"1699999999123"})", target));
  target.as_text = true;
  EXPECT_TRUE(read_x(R"({"x":"1699999999124"})", target));
  EXPECT_EQ(time.ms, 1'699'999'999'124);
}

TEST(JsonReader, MissingDoubledAndNullFields) {
  double value = 3;
  EXPECT_THAT(problem_of(read_x("{}", json::Decimal{value})), HasSubstr("'x' is missing"));
  EXPECT_THAT(problem_of(read_x(R"({"x":1,"x":2})", json::Decimal{value})), HasSubstr("twice"));
  value = 3;
  EXPECT_TRUE(read_x("{}", json::Decimal{value}, false));
  EXPECT_TRUE(read_x(R"({"x":null})", json::Decimal{value}, false));
  EXPECT_EQ(value, 3);
  EXPECT_FALSE(read_x(R"({"x":true})", json::Decimal{value}, false));
}

TEST(JsonReader, UnknownFieldsAreSkippedWhateverTheyHold) {
  double value = 0;
  EXPECT_TRUE(read_x(R"({"a":{"x":"9","b":[1,[2,{"c":null}]]},"d":[],"x":"4","e":"}]"})",
                     json::Decimal{value}));
  EXPECT_EQ(value, 4);
}

TEST(JsonReader, RowsMayGrowButNotShrink) {
  JsonReader reader(1'000);
  double a = 0, b = 0;
  auto read_rows = [&](std::string_view text) {
    return reader.read(text, [&](JsonDocument& document) {
      auto each = [&](JsonValue row) {
        return read_row(row, {json::DecimalText{a}, json::Skip{}, json::DecimalNumber{b}});
      };
      return read_array(document, JsonVisitor(each));
    });
  };
  EXPECT_TRUE(read_rows(R"([["1",null,2,"more",{}]])"));
  EXPECT_EQ(a, 1);
  EXPECT_EQ(b, 2);
  EXPECT_THAT(problem_of(read_rows(R"([["1",null]])")), HasSubstr("fewer than 3"));
  EXPECT_FALSE(read_rows(R"([{"0":"1"}])"));
  EXPECT_FALSE(read_rows(R"([7])"));
  EXPECT_TRUE(read_rows("[]"));
  EXPECT_FALSE(read_rows("{}"));
}

TEST(JsonReader, ATextCutAtAnyByteIsRefused) {
  std::string text =
      R"({"stream":"btcusdt@kline_1m","data":{"e":"kline","k":{"t":1,"o":"1","x":true}},"x":"4"})";
  double value = 0;
  ASSERT_TRUE(read_x(text, json::Decimal{value}));
  for (std::size_t n = 0; n < text.size(); ++n)
    EXPECT_FALSE(read_x(text.substr(0, n), json::Decimal{value})) << text.substr(0, n);
  std::string rows = R"([["1",[2],3],{"a":"]"},"x"])";
  JsonReader reader(1'000);
  auto each = [](JsonValue) -> Status { return {}; };
  auto read_all = [&](std::string_view part) {
    return reader.read(part, [&](JsonDocument& d) { return read_array(d, JsonVisitor(each)); });
  };
  ASSERT_TRUE(read_all(rows));
  for (std::size_t n = 0; n < rows.size(); ++n)
    EXPECT_FALSE(read_all(rows.substr(0, n))) << rows.substr(0, n);
}

TEST(JsonReader, NothingMayFollowTheEnd) {
  double value = 0;
  EXPECT_TRUE(read_x("{\"x\":1} \n\t", json::Decimal{value}));
  for (const char* tail : {"x", "{}", "]", "}", ",", "1"})
    EXPECT_FALSE(read_x(std::string(R"({"x":1})") + tail, json::Decimal{value})) << tail;
}

TEST(JsonReader, OtherTextsThatAreNotJson) {
  double value = 0;
  for (const char* bad : {"", " ", "\0", "null", "17", "\"x\"", "[]", "<html>429</html>", "{x:1}",
                          "{\"x\" 1}", "{\"x\":1,}", "{\"x\":1\xff}", "{\"x\":\"\xc3\"}",
                          "{\"x\":", "{,}", "{\"x\":1 \"y\":2}", "}{"})
    EXPECT_FALSE(read_x(bad, json::Decimal{value})) << bad;
  EXPECT_FALSE(read_x(std::string_view("{\"x\":1\0}", 8), json::Decimal{value}));
}

TEST(JsonReader, SizeAndDepthAreBounded) {
  double value = 0;
  JsonReader small(10);
  auto read = [&](std::string_view text) {
    return small.read(text, [&](JsonDocument& d) {
      return read_object(d, {required("x", json::Decimal{value})});
    });
  };
  EXPECT_TRUE(read(R"({"x":12})"));
  EXPECT_THAT(problem_of(read(R"({"x":12345})")), HasSubstr("at most 10"));
  EXPECT_TRUE(read(R"({"x":13})")) << "the reader goes on after a refusal";
  std::string deep =
      R"({"y":)" + std::string(100'000, '[') + std::string(100'000, ']') + R"(,"x":1})";
  EXPECT_TRUE(read_x(deep, json::Decimal{value})) << "depth costs nothing where nobody looks";
}

TEST(JsonReader, LogsGetOnlyPrintableBytes) {
  EXPECT_EQ(printable("a\x1b[31m\xff\n\\", 99), "a\\x1b[31m\\xff\\x0a\\x5c");
  EXPECT_EQ(printable("abcdef", 3), "abc... (6 bytes)");
}

RC_GTEST_PROP(JsonReader, AnyBytesAreReadOrRefused, (const std::string& bytes)) {
  double value = 1;
  (void)read_x(bytes, json::Decimal{value});
  (void)read_x("{\"x\":" + bytes + "}", json::Decimal{value});
  RC_ASSERT(value - value == 0);
}

}  // namespace
}  // namespace cscan
