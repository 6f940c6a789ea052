#pragma once
// Invariants that stay on in release builds. A CHECK that fails prints the expression, the values
// and the place, then aborts: a scanner of record prefers stopping to writing something wrong.

#include <fmt/format.h>

#include <string>

namespace cscan {

[[noreturn]] void check_failed(const char* expression, const char* file, int line,
                               const std::string& values);

}  // namespace cscan

/// CHECK(condition) or CHECK(condition, "value {}", value).
#define CHECK(condition, ...)                                                               \
  do {                                                                                      \
    if (!(condition)) [[unlikely]]                                                          \
      ::cscan::check_failed(#condition, __FILE__, __LINE__, ::fmt::format("" __VA_ARGS__)); \
  } while (false)
