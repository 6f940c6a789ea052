#pragma once
// Plays recorded candles through the very same core that runs live: one clock step per close
// instant, candles in the order (close time, timeframe, exchange, symbol).

#include <cstdint>
#include <functional>

#include "core/effect.hpp"
#include "model/settings.hpp"
#include "replay/candle_recording.hpp"

namespace cscan {

/// What the start of a file means. A recording rarely begins with a listing; taking it for one
/// would let signals depend on where the file starts.
enum class FileStart : std::uint8_t { somewhere, listing };

struct ReplayOptions {
  Settings settings;  ///< its timeframes are replaced by those of the recording, styles kept
  FileStart file_start = FileStart::somewhere;
};

/// The settings a replay really uses: the recording's timeframes, with configured style names.
[[nodiscard]] Settings replay_settings(const Settings& settings, const CandleRecording& recording);

/// Feeds everything; `sink` gets the effects of each close instant and may keep nothing of the
/// buffer. It returns false to stop early (Ctrl-C). `candles_done` is what has been fed so far.
void replay_candles(
    const CandleRecording& recording, const ReplayOptions& options,
    const std::function<bool(const EffectBuffer&, std::uint64_t candles_done)>& sink);

}  // namespace cscan
