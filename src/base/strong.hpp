#pragma once
// Typed ids: an index into one table cannot be passed where an index into another is meant.

#include <compare>
#include <cstdint>
#include <functional>

namespace cscan {

template <class Tag, class T = std::uint32_t>
struct Strong {
  T value{};
  constexpr Strong() = default;
  constexpr explicit Strong(T v) : value(v) {}
  constexpr auto operator<=>(const Strong&) const = default;
};

}  // namespace cscan
