#pragma once
// Recorded raw traffic (room frames) as the candles it tells, ready for the replay of candles. What
// live would only learn piece by piece is looked at as a whole: a candle is what the best and
// newest word about it says.

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "exchange/protocol.hpp"
#include "replay/candle_recording.hpp"

namespace cscan {

/// Null for an exchange that this program does not speak with.
using ProtocolMaker = std::function<std::unique_ptr<Protocol>(std::string_view exchange)>;

struct FrameReplayOptions {
  RecordingFilter filter{};
  Duration settle_delay = seconds(5);  ///< of Settings
};

struct FrameRecording {
  CandleRecording candles;
  /// For people: files that break off, what could not be read, exchanges that are left out.
  std::vector<std::string> notes;
};

/// Reads a folder of recorded traffic, or one file of it. Holes stay holes (the core counts them as
/// unknown), unlike in a recording of candles. `progress(done, total)` counts bytes. Errors:
/// not_found (no file, nothing passes the filter, no exchange with a listing), corrupt with file
/// and byte, unsupported (an exchange without protocol, more markets than limits::instruments_max).
[[nodiscard]] Result<FrameRecording> load_frame_recording(
    const std::filesystem::path& path, const FrameReplayOptions& options,
    const ProtocolMaker& make_protocol,
    const std::function<void(std::size_t, std::size_t)>& progress);

}  // namespace cscan
