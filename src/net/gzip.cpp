#include "net/gzip.hpp"

#include <zlib.h>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>

#include "base/check.hpp"
#include "net/http_message.hpp"

namespace cscan {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Cuts the piece before the first `separator` off `rest`.
std::string_view take_piece(std::string_view& rest, char separator) {
  const std::string_view piece = rest.substr(0, rest.find(separator));
  rest.remove_prefix(std::min(piece.size() + 1, rest.size()));
  return trimmed(piece);
}

/// Whether a weight is positive: "0.001" to "1.000" are, "0", "0.000" and other text are not.
bool is_positive_weight(std::string_view q) {
  if (q.empty() || q.size() > 5 || (q[0] != '0' && q[0] != '1') || (q.size() > 1 && q[1] != '.'))
    return false;
  const std::string_view digits = q.size() > 2 ? q.substr(2) : std::string_view{};
  if (digits.find_first_not_of("0123456789") != std::string_view::npos)
    return false;
  return q[0] == '1' || digits.find_first_not_of('0') != std::string_view::npos;
}

}  // namespace

std::string gzip(std::string_view text, int level) {
  CHECK(level >= 1 && level <= 9, "level {}", level);
  CHECK(text.size() <= std::numeric_limits<uInt>::max(), "{} bytes", text.size());
  constexpr int window_bits_gzip = 15 + 16;
  constexpr int memory_level = 8;
  z_stream stream{};
  CHECK(deflateInit2(&stream, level, Z_DEFLATED, window_bits_gzip, memory_level,
                     Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
  // zlib does not write through next_in; its type is older than const.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int outcome = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  CHECK(outcome == Z_STREAM_END, "deflate {}", outcome);
  return out;
}

Result<std::string> gunzip(std::string_view packed, std::size_t bytes_max) {
  constexpr int window_bits_either = 15 + 32;
  constexpr std::size_t piece = 64 * 1024;
  z_stream stream{};
  CHECK(inflateInit2(&stream, window_bits_either) == Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string out;
  int outcome = Z_OK;
  while (outcome == Z_OK && out.size() <= bytes_max) {
    const std::size_t before = out.size();
    out.resize(before + piece);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + before);
    stream.avail_out = static_cast<uInt>(piece);
    outcome = inflate(&stream, Z_NO_FLUSH);
    out.resize(before + piece - stream.avail_out);
  }
  inflateEnd(&stream);
  if (out.size() > bytes_max)
    return fail(ErrorCode::unsupported, "it is larger than allowed");
  if (outcome != Z_STREAM_END)
    return fail(ErrorCode::corrupt, "it is damaged or cut");
  return out;
}

bool accepts_gzip(std::string_view accept_encoding_header) {
  std::optional<bool> gzip_accepted;
  bool star_accepted = false;
  std::string_view rest = accept_encoding_header;
  while (!rest.empty()) {
    std::string_view parameters = take_piece(rest, ',');
    const std::string_view coding = take_piece(parameters, ';');
    bool accepted = true;
    while (!parameters.empty()) {
      const std::string_view parameter = take_piece(parameters, ';');
      if (parameter.size() >= 2 && equals_ignoring_case(parameter.substr(0, 2), "q="))
        accepted = is_positive_weight(parameter.substr(2));
    }
    if (equals_ignoring_case(coding, "gzip") || equals_ignoring_case(coding, "x-gzip"))
      gzip_accepted = accepted;
    else if (coding == "*")
      star_accepted = accepted;
  }
  return gzip_accepted.value_or(star_accepted);
}

}  // namespace cscan
