#pragma once
// One connection to an exchange's streams, from the handshake until it is given up: greeting,
// paced and chunked subscriptions, acknowledgements by id, our pings, and the proof of life, which
// is data and nothing else.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "exchange/protocol.hpp"
#include "exchange/rate_limit.hpp"
#include "exchange/session_io.hpp"

namespace cscan {

enum class ConnectionState : std::uint8_t {
  opening,      ///< handshake
  greeting,     ///< waiting for the exchange's welcome
  subscribing,  ///< something is not acknowledged yet
  live,         ///< everything is, and data flow
  dead,         ///< why() says why; nothing more comes from it
};

/// Real time is an argument, except where market time is named. The protocol outlives it.
class StreamConnection {
 public:
  /// `canary` is subscribed first; it may be empty.
  StreamConnection(const Protocol& protocol, StreamId id, StreamAccess access, std::string canary,
                   std::vector<std::string> topics, Timestamp now);

  void on_open(Timestamp now);
  /// One decoded message. Data of any kind are a sign of life.
  void on_message(const StreamMessage& message, SessionOutput& out, Timestamp now);
  /// Sends what is due, notices what is late.
  void step(SessionOutput& out, Timestamp now);
  /// Subscribes a topic once more: its data do not come.
  void subscribe_again(std::string topic);
  /// A connection that the other side closed, or that is no longer wanted.
  void die(std::string why);

  [[nodiscard]] StreamId id() const { return id_; }
  [[nodiscard]] ConnectionState state() const { return state_; }
  [[nodiscard]] const std::string& why() const { return why_; }
  [[nodiscard]] Timestamp opened_at() const { return opened_at_; }
  /// Since when it is live; empty before.
  [[nodiscard]] std::optional<Timestamp> live_since() const { return live_since_; }
  /// Whether the exchange said that it is about to close it.
  [[nodiscard]] bool is_leaving() const { return leaving_; }
  /// Topics the exchange would not have.
  [[nodiscard]] const std::vector<std::string>& refused() const { return refused_; }

 private:
  struct Chunk {
    std::vector<std::string> topics;
    int tries = 0;
    std::int64_t id = 0;  ///< of the request that waits for its acknowledgement
    Timestamp sent_at{};
  };

  void queue(std::vector<std::string> topics);
  void send_next(SessionOutput& out, Timestamp now);
  void on_ack(std::string_view id);
  void on_refusal(const RefusalMessage& refusal, SessionOutput& out);
  void check_late(SessionOutput& out, Timestamp now);
  void check_live(Timestamp now);

  const Protocol& protocol_;
  StreamId id_;
  StreamAccess access_;
  ConnectionState state_ = ConnectionState::opening;
  std::string why_;
  RateLimit messages_;
  std::deque<Chunk> waiting_;  ///< to be sent
  std::vector<Chunk> sent_;    ///< not acknowledged yet
  std::vector<std::string> refused_;
  std::int64_t next_id_ = 1;
  Timestamp opened_at_;
  Timestamp ping_at_{};
  Timestamp data_at_;  ///< newest sign of life
  std::optional<Timestamp> live_since_;
  bool has_data_ = false;
  bool leaving_ = false;
};

}  // namespace cscan
