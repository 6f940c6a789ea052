#pragma once
// Finds the instruments a person means. Exact and case-insensitive: BTC/USDT, BTC-USDT,
// BTC/USDT:USDT, and BTCUSDT where that is one pair only.

#include <span>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "model/instrument.hpp"

namespace cscan {

/// Indexes into `instruments`, ascending. On an exchange that lists the very symbol, that is
/// meant; where it lists only the linear swap of the pair, the swap is. Errors: invalid_argument
/// for text that is no symbol, or for one that could be several pairs (which are named); an
/// unknown symbol is an empty result.
[[nodiscard]] Result<std::vector<std::size_t>> match_symbol(
    std::string_view text, std::span<const Instrument> instruments);

/// ASCII case only: symbols may hold other scripts, which compare as they are.
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b);

/// Shell-like pattern with * and ?, case-insensitive, over unified symbols.
[[nodiscard]] bool matches_pattern(std::string_view pattern, std::string_view symbol);

}  // namespace cscan
