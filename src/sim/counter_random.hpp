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

/// e^x by a Taylor polynomial: error below 1e-7 for |x| <= 0.2, below 1e-13 for |x| <= 0.01.
constexpr double exponential_of_small(double x) {
  return 1 + x * (1 + x * (1.0 / 2 + x * (1.0 / 6 + x * (1.0 / 24 + x * (1.0 / 120)))));
}

/// Shapes of one 64-bit draw.

/// Uniform in [0, 1), 53 bits.
constexpr double to_uniform(std::uint64_t bits) {
  return static_cast<double>(bits >> 11) * 0x1p-53;
}

/// How many bits are set. Spelled out because std::popcount is a library call where the processor's
/// own instruction cannot be assumed.
constexpr int count_ones(std::uint64_t bits) {
  bits -= (bits >> 1) & 0x5555555555555555ULL;
  bits = (bits & 0x3333333333333333ULL) + ((bits >> 2) & 0x3333333333333333ULL);
  bits = (bits + (bits >> 4)) & 0x0f0f0f0f0f0f0f0fULL;
  return static_cast<int>((bits * 0x0101010101010101ULL) >> 56);
}

/// Mean 0, variance 1, excess kurtosis -0.03: the number of ones among 64 bits is binomial, and a
/// uniform remainder makes it continuous. Bounded by ±8.2.
constexpr double to_normal(std::uint64_t bits) {
  const double ones = static_cast<double>(count_ones(bits));
  const double rest = to_uniform(mix_bits(bits));
  return (ones - 32.5 + rest) * 0.24935149047701482;  // 1 / sqrt(16 + 1/12)
}

/// Mean 0, variance 1, excess kurtosis -0.3, in a handful of operations: the sum of four uniform
/// lanes of 14 bits. Bounded by ±3.5. Uses bits 0 to 55.
constexpr double to_rough_normal(std::uint64_t bits) {
  constexpr std::uint64_t lane = 0x3fff;
  const std::uint64_t sum =
      (bits & lane) + (bits >> 14 & lane) + (bits >> 28 & lane) + (bits >> 42 & lane);
  // Mean 2 (2^14 - 1); variance 4 (2^28 - 1) / 12.
  return (static_cast<double>(static_cast<std::int64_t>(sum)) - 32766.0) * 1.0571599186981649e-4;
}

/// Mean 0, variance 1, excess kurtosis about 11: a rough normal whose scale is 0.68 mostly, 2.2 in
/// 21 of 256 draws and 4 in 3 of them.
constexpr double to_fat_tailed(std::uint64_t bits) {
  const std::uint64_t chance = bits >> 56;
  const double scale = chance < 3 ? 4.0 : chance < 24 ? 2.2 : 0.67711;
  return to_rough_normal(bits) * scale;
}

/// A positive factor with median 1 whose logarithm has standard deviation `sigma`.
constexpr double to_lognormal(std::uint64_t bits, double sigma) {
  return exponential(sigma * to_normal(bits));
}

/// The same in a handful of operations, for sigma <= 0.5: log-normal within 3 %.
constexpr double to_rough_lognormal(std::uint64_t bits, double sigma) {
  const double eighth = to_rough_normal(bits) * (sigma / 8);
  double power = 1 + eighth + eighth * eighth * 0.5;
  for (int squared = 0; squared < 3; ++squared)
    power *= power;
  return power;
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
