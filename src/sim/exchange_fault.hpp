#pragma once
// What the simulated exchanges do wrong, and when: one fault a line, in words.
//
//   # kind       where                              when          how
//   disconnect   exchange=binance                   at=30s
//   withhold     exchange=kucoinfutures topic=XBT   at=1m for=2m
//   status       exchange=*                         at=2m for=20s code=429 retry-after=10s
//   malformed    exchange=binanceusdm               at=3m for=1m  every=7
//
// Times are market time since the simulator's start. `topic` is a part of a topic's text as the
// exchange spells it; without it all are meant. Faults of an instant (disconnect, cut, shutdown,
// delist, rename) happen once, at `at`; the others last from `at` for `for`, or for ever.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace cscan {

enum class FaultKind : std::uint8_t {
  // Instants.
  disconnect,  ///< every stream is closed
  cut,         ///< the sockets end in the midst of the next frame, after `bytes` of it
  shutdown,    ///< the exchange announces its going down, and closes `by` later
  delist,      ///< the market `topic` stops trading
  rename,      ///< the market `topic` is called `to` from now on
  // Streams, while they last.
  stall,          ///< no data; pings are answered and sent
  deaf,           ///< subscriptions are acknowledged and never served
  partial_ack,    ///< of each subscription the second half is refused
  withhold,       ///< nothing is said on the topics meant
  duplicate,      ///< everything is said twice
  reorder,        ///< neighbours change places
  late_close,     ///< final messages of candles come `by` later
  missing_close,  ///< final messages of candles do not come
  revise,         ///< the final message is wrong, and put right `by` later
  huge,           ///< every n-th frame is followed by one of `bytes`
  malformed,      ///< every n-th frame is no JSON
  truncated,      ///< every n-th frame ends in its middle
  not_a_number,   ///< every n-th frame has NaN for its prices
  absurd,         ///< every n-th frame has prices that cannot be
  // Connections and queries, while they last.
  handshake_stall,  ///< streams are not opened and not refused
  token_expired,    ///< no token is good
  status,           ///< everything is answered with `code`
  html,             ///< queries are answered with a page for people and `code`
  error_body,       ///< queries are answered with 200 and an error
  empty_body,       ///< queries are answered with nothing
  no_answer,        ///< queries are not answered
  skew,             ///< the exchange's clock is `by` ahead
};

[[nodiscard]] std::string_view to_string(FaultKind kind);
[[nodiscard]] bool is_instant(FaultKind kind);

struct Fault {
  FaultKind kind{};
  std::string exchange{};  ///< empty: all
  std::string topic{};     ///< part of a topic or market id; empty: all
  Duration at{};
  std::optional<Duration> lasts{};
  int code = 0;
  std::optional<Duration> retry_after{};
  Duration by = seconds(5);
  std::uint64_t bytes = 5;  ///< a script's `huge` has 5,000,000
  std::uint64_t every = 5;
  std::string to{};

  [[nodiscard]] bool concerns(std::string_view of_exchange) const {
    return exchange.empty() || exchange == of_exchange;
  }
  [[nodiscard]] bool is_active(Duration since_start) const {
    return since_start >= at && (!lasts || since_start < at + *lasts);
  }
};

/// invalid_argument names the line and what is accepted.
[[nodiscard]] Result<std::vector<Fault>> parse_faults(std::string_view script);

}  // namespace cscan
