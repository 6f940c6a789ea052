#pragma once
// For tests only: which recorded payload is read by which check.

#include <span>

namespace cscan::fixture {

struct FixtureCase {
  const char* file;  ///< beneath the fixtures' root
  void (*check)();
};

[[nodiscard]] std::span<const FixtureCase> binance_cases();
[[nodiscard]] std::span<const FixtureCase> kucoin_cases();

}  // namespace cscan::fixture
