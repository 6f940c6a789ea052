#pragma once
// What `cscan exchange-sim` plays: the synthetic market, or recorded candles.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"

namespace cscan {

class MarketTruth;

struct ExchangePlay {
  std::shared_ptr<const MarketTruth> truth{};
  std::optional<Timestamp> start{};  ///< of market time; without it, now
  std::string words{};               ///< what it is, for people
  std::size_t left_out = 0;          ///< recorded markets that no local exchange trades
};

[[nodiscard]] ExchangePlay play_synthetic(std::uint64_t seed);

/// A folder as load_recording() reads it. `start` as people write times, inside what can be played;
/// empty: 70 % into it. Errors as load_recording(); not_found when nothing there can be played;
/// invalid_argument for the start.
[[nodiscard]] Result<ExchangePlay> play_recording(
    const std::string& dir, const std::string& start,
    const std::function<void(std::size_t, std::size_t)>& progress);

/// The same with every market `copies` times.
[[nodiscard]] ExchangePlay copied(ExchangePlay play, int copies);

}  // namespace cscan
