#pragma once
// Everything that can happen to the core. The one way in: whatever is not here cannot influence a
// result, so a log of inputs replays a run.

#include <cstdint>
#include <variant>
#include <vector>

#include "model/instrument.hpp"
#include "model/market_event.hpp"
#include "model/settings.hpp"

namespace cscan {

/// Market time moved. Timers run, candles settle. Never goes back: an earlier time is ignored.
struct ClockAdvanced {
  Timestamp now;
};

/// Settled candles of one series, ascending, as an exchange or a recording gave them. A stretch
/// without candles is a hole (unknown) unless filled with no_trade candles by whoever asked.
struct HistoryLoaded {
  InstrumentId instrument;
  Timeframe timeframe{};
  std::vector<Candle> candles;
  bool from_listing = false;  ///< candles.front() is the first the instrument ever had
};

/// What to watch. Starts from nothing: all series are emptied.
struct UniverseChanged {
  std::vector<Instrument> instruments;        ///< InstrumentId is the index
  std::vector<std::string> exchange_ranking;  ///< first speaks first for a base asset
};

/// How to score and when. Starts from nothing, like UniverseChanged.
struct SettingsChanged {
  Settings settings;
};

/// The queue before the core was full; `count` forming updates never arrived.
struct InputsDropped {
  std::uint64_t count = 0;
};

using Input = std::variant<ClockAdvanced, MarketEvent, HistoryLoaded, UniverseChanged,
                           SettingsChanged, InputsDropped>;

}  // namespace cscan
