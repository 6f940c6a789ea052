#pragma once
// How far a mistyped word is from a known one, for "did you mean".

#include <cstddef>
#include <string_view>

namespace cscan {

/// Insertions, deletions and replacements of bytes that turn one text into the other
/// (Levenshtein). O(a × b) time, O(b) memory: for words, not documents.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace cscan
