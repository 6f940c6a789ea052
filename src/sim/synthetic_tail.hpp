#pragma once
// The long tail of the synthetic market: made-up bases with made-up tickers, which differ from the
// liquid ones as a real tail does.
//
//   turnover    follows a power law: the r-th base trades about r^-1.5 of the first
//   silence     grows as turnover falls, up to six candles in ten
//   listings    160 bases come after genesis: the k-th at 2025 + 15 y (k/160)², some 60 of them by
//               the end of 2026, so that a run nearly always knows freshly listed ones; an
//               exchange follows another within four months or never
//
// All of it follows from counters with a fixed key: the universe is the same for every seed.

#include <string>
#include <vector>

#include "sim/synthetic_universe.hpp"

namespace cscan {

struct TailBase {
  std::string name;     ///< 3 to 7 letters and digits; none is a base of the table
  BaseProfile profile;  ///< its `name` is empty: whoever keeps the text sets it
};

/// The bases that were there from the beginning, by turnover, then the listed ones by time.
[[nodiscard]] std::vector<TailBase> make_synthetic_tail();

}  // namespace cscan
