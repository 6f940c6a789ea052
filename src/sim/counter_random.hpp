#pragma once
// Randomness without state: a draw is a pure function of a key (seed and stream) and a counter, so
// any draw can be made at any time, in any order, by any thread, and gives the same bits. Only
// integers, + - * / are used: the same bytes with every compiler and processor.
//
// The mixing is two xor-shift-multiply rounds (the idea of SplitMix64) with the second key word
// entering between them (the idea of Philox), so streams are not shifted copies of each other.

#include <bit>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace cscan {

/// A bijection of 64 bits in which each input bit moves about half of the output bits.
constexpr std::uint64_t mix_bits(std::uint64_t z) {
  z = (z ^ (z >> 32)) * 0xd6e8feb86659fd93ULL;
  z = (z ^ (z >> 29)) * 0xa0761d6478bd642fULL;
  return z ^ (z >> 32);
}

/// A stable number for a name (FNV-1a), so that a stream does not depend on a table's order.
constexpr std::uint64_t name_bits(std::string_view name) {
  std::uint64_t h = 0xcbf29ce484222325ULL;
  for (const char c : name)
    h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return h;
}

/// e^x for |x| <= 700 with a relative error below 1e-11, without libm: x = n ln 2 + r with
/// |r| <= ln 2 / 2, the Taylor polynomial of e^r, and n added to the exponent.
constexpr double exponential(double x) {
  const double scaled = x * 1.4426950408889634;
  const auto n = static_cast<std::int64_t>(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
  // ln 2 in two parts; the first has 21 bits, so that n times it is exact.
  const double whole = static_cast<double>(n);
  const double r = (x - whole * 0.693147182464599609375) + whole * 1.904654299957768e-9;
  constexpr double inverse_factorials[] = {1.0 / 362880, 1.0 / 40320, 1.0 / 5040, 1.0 / 720,
                                           1.0 / 120,    1.0 / 24,    1.0 / 6,    0.5,
                                           1.0,          1.0};
  double sum = 0;
  for (const double coefficient : inverse_factorials)
    sum = sum * r + coefficient;
  return sum * std::bit_cast<double>(static_cast<std::uint64_t>(n + 1023) << 52);
}

/// Shapes of one 64-bit draw.

/// Uniform in [0, 1), 53 bits.
constexpr double to_uniform(std::uint64_t bits) {
  return static_cast<double>(bits >> 11) * 0x1p-53;
}

/// Mean 0, variance 1, excess kurtosis -0.03: the number of ones among 64 bits is binomial, and a
/// uniform remainder makes it continuous. Bounded by ±8.2.
constexpr double to_normal(std::uint64_t bits) {
  const double ones = static_cast<double>(std::popcount(bits));
  const double rest = to_uniform(mix_bits(bits));
  return (ones - 32.5 + rest) * 0.24935149047701482;  // 1 / sqrt(16 + 1/12)
}

/// Mean 0, variance 1, excess kurtosis about 11: a normal whose scale is 0.7 mostly, 2.2 in 8 % of
/// draws and 4 in 1 %.
constexpr double to_fat_tailed(std::uint64_t bits) {
  const std::uint64_t chance = mix_bits(bits ^ 0x9e3779b97f4a7c15ULL) >> 48;
  const double scale = chance < 655 ? 4.0 : chance < 5898 ? 2.2 : 0.7054;
  return to_normal(bits) * scale;
}

/// A positive factor with median 1 whose logarithm has standard deviation `sigma`.
constexpr double to_lognormal(std::uint64_t bits, double sigma) {
  return exponential(sigma * to_normal(bits));
}

/// One stream of draws. Plain value; cheap to make and copy.
class CounterRandom {
 public:
  constexpr CounterRandom(std::uint64_t seed, std::initializer_list<std::uint64_t> stream) {
    first_ = mix_bits(seed + 0x9e3779b97f4a7c15ULL);
    for (const std::uint64_t part : stream)
      first_ = mix_bits(first_ * 0xbf58476d1ce4e5b9ULL + part);
    second_ = mix_bits(first_ ^ 0x94d049bb133111ebULL);
  }

  [[nodiscard]] constexpr std::uint64_t bits(std::uint64_t counter) const {
    std::uint64_t z = counter * 0x9e3779b97f4a7c15ULL + first_;
    z = (z ^ (z >> 32)) * 0xd6e8feb86659fd93ULL;
    z ^= second_;
    z = (z ^ (z >> 29)) * 0xa0761d6478bd642fULL;
    return z ^ (z >> 32);
  }
  [[nodiscard]] constexpr double uniform(std::uint64_t counter) const {
    return to_uniform(bits(counter));
  }
  [[nodiscard]] constexpr double normal(std::uint64_t counter) const {
    return to_normal(bits(counter));
  }
  [[nodiscard]] constexpr double fat_tailed(std::uint64_t counter) const {
    return to_fat_tailed(bits(counter));
  }
  [[nodiscard]] constexpr double lognormal(std::uint64_t counter, double sigma) const {
    return to_lognormal(bits(counter), sigma);
  }
  /// Uniform in [0, bound), bound in (0, 2^32].
  [[nodiscard]] constexpr std::uint64_t below(std::uint64_t counter, std::uint64_t bound) const {
    return ((bits(counter) >> 32) * bound) >> 32;
  }

 private:
  std::uint64_t first_ = 0;
  std::uint64_t second_ = 0;
};

}  // namespace cscan
