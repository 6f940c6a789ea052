#pragma once
// Number text, strictly. Prices arrive as text from exchanges and people; std::from_chars alone
// accepts "nan", "inf" and the front of "1.5abc", so every such text goes through here.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace cscan {

/// A finite decimal number: the whole text must match -?digits[.digits][(e|E)[+-]digits].
/// Rejects empty text, leading '+' or spaces, hex, "nan", "inf", trailing bytes and overflow.
[[nodiscard]] Result<double> parse_decimal(std::string_view text);

/// A whole number that fits 64 bits; the whole text must be -?digits.
[[nodiscard]] Result<std::int64_t> parse_integer(std::string_view text);

/// The shortest text that reads back as exactly `value`, in plain notation where it is not longer
/// than 24 characters ("0.1", "67123.5", "1e-30"). Precondition: value is finite.
void append_decimal(std::string& out, double value);
[[nodiscard]] std::string format_decimal(double value);

}  // namespace cscan
