#pragma once
// Percent-encoded text of request targets, decoded once and strictly. What decodes here is valid
// UTF-8 without NUL, so that no later stage sees another text than the one that was checked.
// Pure functions, any thread.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace cscan {

/// Decodes %XX once ("%2541" becomes "%41"); '+' stays '+'. invalid_argument for an incomplete or
/// non-hexadecimal escape, a NUL, or bytes that are not UTF-8 (overlong forms, surrogates and
/// values above U+10FFFF included).
[[nodiscard]] Result<std::string> percent_decode(std::string_view text);

/// The two parts of a target, still encoded; views into the text given.
struct SplitTarget {
  std::string_view path;   ///< begins with '/'
  std::string_view query;  ///< without the '?'; empty if there is none
};

/// Splits at the first '?'. invalid_argument unless the target begins with '/' and has no '#':
/// the absolute form and "*" are for proxies, which this is not.
[[nodiscard]] Result<SplitTarget> split_target(std::string_view target);

/// Names and values in the order sent, repeats kept.
using QueryParameters = std::vector<std::pair<std::string, std::string>>;

/// The decoded query of a target: '&' separates, '=' divides name from value (a name alone has an
/// empty value), '+' is a space. Empty pieces ("a=1&&b=2") are skipped. Fails as percent_decode
/// and split_target do, naming the piece.
[[nodiscard]] Result<QueryParameters> parse_query(std::string_view target);

}  // namespace cscan
