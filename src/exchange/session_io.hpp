#pragma once
// What a session wants done by whoever has sockets, and what it has to tell. Plain values.

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "exchange/rest_message.hpp"
#include "model/candle.hpp"
#include "model/timeframe.hpp"

namespace cscan {

/// Market time drives candles; real time drives sockets, limits and waits. They run at the same
/// pace but in a simulation. Neither goes back.
struct SessionTime {
  Timestamp market;
  Timestamp real;
  Duration ahead{};  ///< market time stands still and is that much too late; 0 while it runs
};

/// One stream connection, ever: a new attempt has a new id.
using StreamId = std::uint64_t;

struct OpenStream {
  StreamId stream = 0;
  std::string url{};
};
struct SendText {
  StreamId stream = 0;
  std::string text{};
};
/// Nothing more is wanted from it; on_stream_closed may come or not.
struct CloseStream {
  StreamId stream = 0;
};
/// Answered once, by on_response with that id; within half a minute, if only with "timed out".
struct SendRequest {
  std::uint64_t id = 0;
  RestRequest request{};
};
using SessionAction = std::variant<OpenStream, SendText, CloseStream, SendRequest>;

/// A candle as a stream tells it. `market` is the index in what is watched.
struct SessionCandle {
  std::size_t market = 0;
  Timeframe timeframe{};
  Candle candle{};
  Timestamp event_time{};
};
struct SessionPrice {
  std::size_t market = 0;
  double price = 0;
  double quote_volume_24h = 0;  ///< 0: not said
  Timestamp event_time{};
};
/// Settled candles of one series, ascending.
struct SessionHistory {
  std::size_t market = 0;
  Timeframe timeframe{};
  std::vector<Candle> candles{};
  bool from_listing = false;  ///< the first is the first there ever was
};
/// listing() is there, or is another one.
struct SessionListing {};
/// How far the exchange's clock is ahead of market time.
struct SessionClock {
  Duration offset{};
};
/// For the log.
struct SessionNote {
  bool warning = false;
  std::string text{};
};
using SessionEvent = std::variant<SessionCandle, SessionPrice, SessionHistory, SessionListing,
                                  SessionClock, SessionNote>;

struct SessionOutput {
  std::vector<SessionAction> actions;
  std::vector<SessionEvent> events;

  void note(std::string text) { events.emplace_back(SessionNote{false, std::move(text)}); }
  void warn(std::string text) { events.emplace_back(SessionNote{true, std::move(text)}); }
};

}  // namespace cscan
