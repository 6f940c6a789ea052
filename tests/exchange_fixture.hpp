#pragma once
// For tests only: recorded payloads of real exchanges (INDEX.md beside them), read where they lie.
// Boost.JSON, which the program's own parsers do not use, says what a payload holds.

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace cscan::fixture {

namespace json = boost::json;

inline std::filesystem::path root() {
  const char* given = std::getenv("CSCAN_FIXTURES");
  return given != nullptr ? given : CSCAN_FIXTURES_DEFAULT;
}

/// Skips the test, aloud, where there are no fixtures.
#define REQUIRE_FIXTURES()                                                            \
  do {                                                                                \
    if (!std::filesystem::is_directory(::cscan::fixture::root()))                     \
      GTEST_SKIP() << "no recorded payloads in " << ::cscan::fixture::root().string() \
                   << " (set CSCAN_FIXTURES)";                                        \
  } while (false)

inline std::string text(const std::string& name) {
  std::ifstream file(root() / name, std::ios::binary);
  EXPECT_TRUE(file) << name;
  std::stringstream all;
  all << file.rdbuf();
  return all.str();
}

/// One line of a .jsonl file.
struct Line {
  json::object wrapper;
  std::string raw;  ///< the frame, byte for byte; empty for lines that are none
};

inline std::vector<Line> lines(const std::string& name) {
  std::vector<Line> all;
  std::istringstream file(text(name));
  for (std::string line; std::getline(file, line);) {
    json::object wrapper = json::parse(line).as_object();
    const json::value* raw = wrapper.if_contains("raw");
    all.push_back({wrapper, raw != nullptr ? std::string(raw->as_string()) : ""});
  }
  return all;
}

/// A number, or the number a text spells: by the C library, which the program does not use for it.
inline double number(const json::value& value) {
  if (value.is_string())
    return std::strtod(value.as_string().c_str(), nullptr);
  return value.to_number<double>();
}
inline double number(const json::object& object, std::string_view key) {
  return number(object.at(key));
}
inline std::int64_t whole(const json::value& value) {
  return value.is_string() ? std::stoll(std::string(value.as_string()))
                           : value.to_number<std::int64_t>();
}
inline std::int64_t whole(const json::object& object, std::string_view key) {
  return whole(object.at(key));
}
inline std::string word(const json::object& object, std::string_view key) {
  return std::string(object.at(key).as_string());
}

}  // namespace cscan::fixture
