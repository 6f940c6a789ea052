#include "exchange/decimal_product.hpp"

#include <charconv>
#include <cmath>
#include <string>

#include "base/check.hpp"
#include "base/decimal.hpp"

namespace cscan {
namespace {

/// mantissa × 10^exponent; at most 17 digits, which is what a shortest decimal needs.
struct DecimalParts {
  std::int64_t mantissa = 0;
  int exponent = 0;
};

DecimalParts split(double value) {
  char text[40];
  auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific).ptr;
  DecimalParts parts;
  bool negative = false;
  bool behind_point = false;
  const char* at = text;
  for (; *at != 'e'; ++at) {
    if (*at == '-') {
      negative = true;
    } else if (*at == '.') {
      behind_point = true;
    } else {
      parts.mantissa = parts.mantissa * 10 + (*at - '0');
      parts.exponent -= behind_point;
    }
  }
  int exponent = 0;
  ++at;
  if (*at == '+')
    ++at;
  std::from_chars(at, end, exponent);
  parts.exponent += exponent;
  if (negative)
    parts.mantissa = -parts.mantissa;
  return parts;
}

__extension__ using Wide = __int128;
__extension__ using Magnitude = unsigned __int128;

/// Decimal digits of a magnitude below 10^38.
std::string digits_of(Magnitude magnitude) {
  std::string digits;
  do {
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(magnitude % 10)));
    magnitude /= 10;
  } while (magnitude != 0);
  return digits;
}

}  // namespace

Result<double> decimal_product(double a, double b) {
  CHECK(std::isfinite(a) && std::isfinite(b));
  DecimalParts x = split(a), y = split(b);
  Wide product = static_cast<Wide>(x.mantissa) * y.mantissa;
  bool negative = product < 0;
  auto magnitude = static_cast<Magnitude>(negative ? -product : product);
  std::string text = negative ? "-" : "";
  text += digits_of(magnitude) + "e" + std::to_string(x.exponent + y.exponent);
  auto value = parse_decimal(text);
  // An underflow is refused as text; the product of the doubles is then the answer (zero or
  // nearly).
  if (!value && std::isfinite(a * b))
    return a * b;
  return value;
}

}  // namespace cscan
