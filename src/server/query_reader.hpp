#pragma once
// Reads the query of one request, strictly: every value is checked, and a key nobody asked about is
// an error, because a mistyped filter must not widen a result.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "net/percent_encoding.hpp"

namespace cscan {

/// Take the values, then ask finish(). The first problem is kept; later takes return defaults.
class QueryReader {
 public:
  explicit QueryReader(QueryParameters parameters) : parameters_(std::move(parameters)) {}

  /// All values of a key that may repeat.
  [[nodiscard]] std::vector<std::string> all(std::string_view key);
  /// The value of a key that may stand once.
  [[nodiscard]] std::optional<std::string> text(std::string_view key);
  [[nodiscard]] std::int64_t integer(std::string_view key, std::int64_t fallback, std::int64_t min,
                                     std::int64_t max);
  [[nodiscard]] double number(std::string_view key, double fallback, double min, double max);
  [[nodiscard]] bool flag(std::string_view key, bool fallback);
  [[nodiscard]] std::optional<Timestamp> time(std::string_view key);
  /// One of `choices`; the first is the default.
  [[nodiscard]] std::string choice(std::string_view key, std::vector<std::string_view> choices);

  /// Notes a problem found by the caller.
  void reject(std::string_view key, std::string_view value, std::string_view accepted);
  void reject(Error error);

  /// The first problem, or an unknown key.
  [[nodiscard]] Status finish();

 private:
  QueryParameters parameters_;
  std::vector<std::string> known_;
  std::optional<Error> problem_;
};

}  // namespace cscan
