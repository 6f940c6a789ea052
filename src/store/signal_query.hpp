#pragma once
// Which stored signals a reader wants, in which order, and how the answer is cut into pages.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.hpp"
#include "base/result.hpp"
#include "store/stored_rows.hpp"

namespace cscan {

/// Both orders are total: (score desc, close time desc, id) and (close time desc, score desc, id);
/// between previews of one candle the newest comes first.
enum class SignalSort : std::uint8_t { score, time };
enum class Previews : std::uint8_t { exclude, include };
enum class Revisions : std::uint8_t { newest, all };

/// Empty lists mean all.
struct SignalQuery {
  std::vector<MarketName> markets;
  std::vector<Timeframe> timeframes;
  std::vector<SignalType> types;
  std::optional<Direction> direction;
  Score min_score;
  std::optional<Timestamp> since;  ///< close time at or after
  std::optional<Timestamp> until;  ///< close time before
  Previews previews = Previews::exclude;
  Revisions revisions = Revisions::newest;
  SignalSort sort = SignalSort::score;
  std::int64_t limit = 50;  ///< 1 … limits::signals_per_reply_max
  std::string cursor;       ///< next_cursor of the page before; empty for the first
};

struct SignalPage {
  std::vector<StoredSignal> signals;
  std::uint64_t total = 0;  ///< all that match, whatever the page
  std::string next_cursor;  ///< empty on the last page
};

/// The place behind one signal in one order.
struct SignalCursor {
  SignalSort sort{};
  Score combined;
  Timestamp close_time;
  Timestamp computed_at;
  std::string id;
  bool operator==(const SignalCursor&) const = default;
};
/// URL-safe text. Opaque to clients.
[[nodiscard]] std::string format_cursor(const SignalCursor& cursor);
/// Accepts exactly what format_cursor writes for the same order; invalid_argument otherwise.
[[nodiscard]] Result<SignalCursor> parse_cursor(std::string_view text, SignalSort sort);

}  // namespace cscan
