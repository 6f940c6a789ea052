#include "base/exact_decimal.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "base/check.hpp"
#include "base/decimal.hpp"

namespace cscan {
namespace {

/// Writes the number with a smaller exponent; false when the mantissa would not fit.
bool lower_exponent(ExactDecimal& decimal, int exponent) {
  if (decimal.mantissa == 0)
    decimal.exponent = exponent;
  for (; decimal.exponent > exponent; --decimal.exponent)
    if (__builtin_mul_overflow(decimal.mantissa, Wide{10}, &decimal.mantissa))
      return false;
  return true;
}

}  // namespace

ExactDecimal shortest_decimal(double value) {
  CHECK(std::isfinite(value));
  char text[40];
  auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific).ptr;
  ExactDecimal decimal;
  bool behind_point = false;
  const char* at = text;
  for (; *at != 'e'; ++at) {
    if (*at == '.') {
      behind_point = true;
    } else if (*at != '-') {
      decimal.mantissa = decimal.mantissa * 10 + (*at - '0');
      decimal.exponent -= behind_point;
    }
  }
  int exponent = 0;
  ++at;
  if (*at == '+')
    ++at;
  std::from_chars(at, end, exponent);
  decimal.exponent += exponent;
  if (std::signbit(value))
    decimal.mantissa = -decimal.mantissa;
  return decimal;
}

Result<double> nearest_double(const ExactDecimal& decimal) {
  return parse_decimal(fmt::format("{}e{}", decimal.mantissa, decimal.exponent));
}

void DecimalSum::add(double value) {
  rounded_ += value;
  if (!is_exact_)
    return;
  ExactDecimal term = shortest_decimal(value);
  is_exact_ = lower_exponent(term, exact_.exponent) && lower_exponent(exact_, term.exponent) &&
              !__builtin_add_overflow(exact_.mantissa, term.mantissa, &exact_.mantissa);
}

double DecimalSum::value() const {
  auto nearest = is_exact_ ? nearest_double(exact_) : Result<double>(rounded_);
  return nearest ? *nearest : rounded_;
}

}  // namespace cscan
