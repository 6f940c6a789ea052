#pragma once
// The ways in which one recording can reach the scanner, and what each says: a body for every id.
// The contract (architecture.md, "Determinism") is that they all say the same.

#include <functional>
#include <map>
#include <string>

#include "model/settings.hpp"
#include "replay/candle_recording.hpp"

namespace cscan::gate {

/// A body that was made, as the bytes that are stored and served.
struct MadeBody {
  const Signal& signal;
  const std::string& id;
  const std::string& text;
};
using BodySink = std::function<void(const MadeBody&)>;
/// Something that makes bodies, any number of times the same.
using Run = std::function<void(const BodySink&)>;

/// `cscan replay`: all series together, one clock step per close instant.
[[nodiscard]] Run replayed(const CandleRecording& recording, const Settings& settings);
/// Each series by itself and whole at once: whoever looks ahead finds something there.
[[nodiscard]] Run batched(const CandleRecording& recording, const Settings& settings);
/// The newest candles first, but for one; then everything before them; then the missing one.
/// Makes bodies of windows with the hole, too.
[[nodiscard]] Run late(const CandleRecording& recording, const Settings& settings);
/// A live feed: closed flags that settle by the clock, all streams running.
[[nodiscard]] Run live(const CandleRecording& recording, const Settings& settings);

/// The recording as it would be had each series begun later: by about this share of its candles, no
/// two series by the same.
[[nodiscard]] CandleRecording begun_later(const CandleRecording& recording, double share);

/// What a run said. Bodies themselves are large, so their digests stand for them.
struct Bodies {
  struct Entry {
    InstrumentId instrument;
    Timeframe timeframe{};
    Timestamp open_time;
    std::string digest;
  };
  std::map<std::string, Entry> by_id;
  std::size_t twice_different = 0;  ///< ids that got two bodies: never
  std::string digest;               ///< of all bodies in the order they were made
};
[[nodiscard]] Bodies bodies_of(const Run& run);
/// The text of one body; empty when the run does not make it.
[[nodiscard]] std::string body_of(const Run& run, const std::string& id);

/// Only those whose whole window of `window` candles lies in `recording`.
[[nodiscard]] Bodies within(const Bodies& bodies, const CandleRecording& recording,
                            std::size_t window);

/// What two runs have in common. `first` is an id at which they differ.
struct Comparison {
  std::size_t common = 0;
  std::size_t different = 0;
  std::size_t only_left = 0;
  std::size_t only_right = 0;
  std::string first;
};
[[nodiscard]] Comparison compare(const Bodies& left, const Bodies& right);

}  // namespace cscan::gate
