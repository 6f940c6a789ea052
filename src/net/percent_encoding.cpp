#include "net/percent_encoding.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace cscan {
namespace {

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9')
    return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f')
    return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F')
    return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

bool is_continuation(unsigned char byte) { return (byte & 0xC0) == 0x80; }

/// The length of the well-formed UTF-8 sequence that `text` begins with, or 0 (RFC 3629).
std::size_t utf8_sequence_length(std::string_view text) {
  auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80)
    return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length)
    return 0;
  for (std::size_t i = 1; i < length; ++i)
    if (!is_continuation(byte(i)))
      return 0;
  // The second byte tells overlong forms, surrogates and values beyond U+10FFFF.
  const bool well_formed = !(lead == 0xE0 && byte(1) < 0xA0) && !(lead == 0xED && byte(1) > 0x9F) &&
                           !(lead == 0xF0 && byte(1) < 0x90) && !(lead == 0xF4 && byte(1) > 0x8F);
  return well_formed ? length : 0;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_sequence_length(text);
    if (length == 0)
      return false;
    text.remove_prefix(length);
  }
  return true;
}

/// A query writes a space as '+'; a path does not.
enum class Plus { is_plus, is_space };

Result<std::string> decode(std::string_view text, Plus plus) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus == Plus::is_space) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      const auto high = i + 2 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
      const auto low = i + 2 < text.size() ? hex_digit(text[i + 2]) : std::nullopt;
      if (!high || !low)
        return fail(ErrorCode::invalid_argument,
                    "a '%' must be followed by two hexadecimal digits ('%25' is a percent sign)");
      out += static_cast<char>(*high * 16 + *low);
      i += 2;
    }
  }
  if (out.contains('\0'))
    return fail(ErrorCode::invalid_argument, "a NUL character (%00) is not accepted");
  if (!is_utf8(out))
    return fail(ErrorCode::invalid_argument, "the percent-encoded text is not valid UTF-8");
  return out;
}

}  // namespace

Result<std::string> percent_decode(std::string_view text) { return decode(text, Plus::is_plus); }

Result<SplitTarget> split_target(std::string_view target) {
  if (!target.starts_with('/'))
    return fail(ErrorCode::invalid_argument, "the request target must begin with '/'");
  if (target.contains('#'))
    return fail(ErrorCode::invalid_argument, "the request target must not have a fragment ('#')");
  const std::size_t mark = target.find('?');
  if (mark == std::string_view::npos)
    return SplitTarget{target, {}};
  return SplitTarget{target.substr(0, mark), target.substr(mark + 1)};
}

Result<QueryParameters> parse_query(std::string_view target) {
  const Result<SplitTarget> split = split_target(target);
  if (!split)
    return fail(split.error());
  QueryParameters parameters;
  std::string_view rest = split->query;
  while (!rest.empty()) {
    const std::string_view piece = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(piece.size() + 1, rest.size()));
    if (piece.empty())
      continue;
    const std::size_t equals = piece.find('=');
    const bool has_value = equals != std::string_view::npos;
    Result<std::string> name = decode(piece.substr(0, equals), Plus::is_space);
    Result<std::string> value =
        decode(has_value ? piece.substr(equals + 1) : std::string_view{}, Plus::is_space);
    if (!name)
      return fail(std::move(name.error()).with("parameter", std::string(piece)));
    if (!value)
      return fail(std::move(value.error()).with("parameter", std::string(piece)));
    parameters.emplace_back(std::move(*name), std::move(*value));
  }
  return parameters;
}

}  // namespace cscan
