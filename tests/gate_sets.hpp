#pragma once
// The recordings the gate replays: two made here, and parts of the recorded sets.
//
//   walk          three series of random walks with silence; depends on nothing but this folder
//   synthetic     the demo's market: a liquid and a thin symbol on three exchanges
//   outage_2021   recorded, whole: eight markets with two halts of the exchange
//   binance_2024  recorded, two markets that were listed in mid-range, one in time for a crash

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "replay/candle_recording.hpp"

namespace cscan::gate {

struct SetInfo {
  std::string_view name;
  bool recorded = false;  ///< needs CSCAN_MARKET_DATA
  bool golden = false;    ///< its digests are committed
  bool small = false;     ///< small enough to be played as a live feed too
};

[[nodiscard]] const std::vector<SetInfo>& all_sets();
[[nodiscard]] const SetInfo* find_set(std::string_view name);

/// Where recorded sets lie, or nothing when there are none.
[[nodiscard]] std::optional<std::filesystem::path> recorded_root();

/// Errors: those of load_recording.
[[nodiscard]] Result<CandleRecording> load_set(const SetInfo& set,
                                               const std::filesystem::path& root);

}  // namespace cscan::gate
