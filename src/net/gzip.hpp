#pragma once
// gzip content encoding. Pure functions, any thread.

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace cscan {

/// `text` as a gzip member (RFC 1952), without time or name, so that equal text gives equal bytes.
/// `level` is zlib's, 1 (fast) to 9 (small).
[[nodiscard]] std::string gzip(std::string_view text, int level);

/// The text of a whole gzip body (RFC 1952), or of a zlib one. corrupt: something else, or cut;
/// unsupported: more than `bytes_max` bytes.
[[nodiscard]] Result<std::string> gunzip(std::string_view packed, std::size_t bytes_max);

/// Whether a client with this Accept-Encoding header takes gzip: "gzip" (or "x-gzip") or, where
/// that is not named, "*", unless its q is 0. An empty header means no. Of a malformed q, no.
[[nodiscard]] bool accepts_gzip(std::string_view accept_encoding_header);

}  // namespace cscan
