#pragma once
// What the recorded traffic of one exchange tells of its candles: listings say what markets are
// called, streams and pages of candles what became of them. The exchange's own Protocol reads every
// word, as it does live.

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "exchange/protocol.hpp"
#include "frames/frame_record.hpp"
#include "replay/candle_recording.hpp"
#include "replay/heard_candles.hpp"

namespace cscan {

/// The closed candles of one series; a hole is where there is none.
struct HeardSeries {
  Instrument instrument{};
  Timeframe timeframe{};
  std::vector<Candle> candles{};
};

/// Single-threaded.
class HeardExchange {
 public:
  /// `wanted`: symbols and timeframes; its exchange is not looked at. `settle_delay`: a page of
  /// candles proves what had closed so long before it was asked for, as live. The filter outlives
  /// the object.
  HeardExchange(std::unique_ptr<Protocol> protocol, const RecordingFilter& wanted,
                Duration settle_delay);

  /// Takes the record if it is a listing that can be read, and says whether it was. A recording may
  /// begin in the middle of a run: look for its first listing before anything is taken.
  [[nodiscard]] bool take_listing(const FrameRecord& record);
  /// Takes whatever it is. Candles of markets that no listing has named yet are not kept.
  void take(const FrameRecord& record);

  /// Of all series that have a candle which is known to have closed; by market id, then timeframe.
  [[nodiscard]] std::vector<HeardSeries> series() const;

  [[nodiscard]] bool knows_markets() const { return !contracts_.empty(); }
  /// Frames and answers that could not be read, and what was wrong with the first.
  [[nodiscard]] std::uint64_t rejects() const { return rejects_; }
  [[nodiscard]] const std::string& first_reject() const { return first_reject_; }

 private:
  void take_frame(const FrameRecord& record);
  void take_response(const FrameRecord& record);
  void take_candle(const CandleMessage& message);
  void take_page(const CandleQuestion& question, const FrameRecord& record);
  /// False when it is no listing, or one that only says what went wrong; corrupt when it cannot be
  /// read.
  [[nodiscard]] Result<bool> read_listing(const FrameRecord& record);
  [[nodiscard]] bool is_success(const FrameRecord& record);
  [[nodiscard]] const ListedContract* wanted_contract(std::string_view market,
                                                      Timeframe timeframe) const;
  void count_reject(const Error& error);

  std::unique_ptr<Protocol> protocol_;
  const RecordingFilter& wanted_;
  Duration settle_delay_;
  std::map<std::string, ListedContract, std::less<>> contracts_;  ///< newest, by market id
  std::map<std::pair<std::string, Timeframe>, HeardCandles> heard_;
  std::map<std::string, Timestamp, std::less<>> asked_at_;  ///< queries without an answer yet
  DecodedFrame frame_;                                      ///< scratch
  std::uint64_t rejects_ = 0;
  std::string first_reject_;
};

}  // namespace cscan
