#pragma once
// A scanner with many full series: what memory, and passes over all of them, are measured on.

#include <array>
#include <cstddef>

#include "core/scanner.hpp"

namespace cscan::bench {

inline constexpr std::array bench_timeframes = {Timeframe::m5, Timeframe::h1, Timeframe::h4,
                                                Timeframe::d1};
/// Synthetic markets whose candles there are; market i has those of the (i mod this)th.
inline constexpr std::size_t bench_templates = 10;
/// Settled candles of each series.
inline constexpr std::size_t bench_history = 500;

/// Midnight: here every history ends, every forming candle opens and the clock begins.
[[nodiscard]] Timestamp bench_start();

/// One input; its effects are counted and dropped.
std::size_t step(Scanner& scanner, const Input& input);

/// Makes the scanner watch `instruments` markets, each with a history on every timeframe. The
/// candles are those of ten synthetic markets, again and again under other names, which the scanner
/// cannot know. With `forming`, every series gets its forming candle too.
void fill(Scanner& scanner, std::size_t instruments, bool forming);

}  // namespace cscan::bench
