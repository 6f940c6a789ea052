#pragma once
// One simulated exchange's streams: who listens to what, and what is said when.

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/exchange_dialect.hpp"
#include "sim/fault_plan.hpp"

namespace cscan {

using SimStreamId = std::uint64_t;

/// What a stream's socket has to do.
struct SimFrame {
  enum class Kind : std::uint8_t {
    text,
    ping,
    close,  ///< with a close frame
    cut,    ///< write `bytes` of the text's frame, then end the socket
  };
  SimStreamId stream = 0;
  Kind kind = Kind::text;
  std::string text{};
  std::size_t bytes = 0;
};

/// A candle as it ended, of a series that somebody listens to.
struct LedgerEntry {
  std::size_t market = 0;
  Timeframe timeframe{};
  Candle candle{};
  std::optional<Timestamp> told_at{};  ///< when its final form is told; never: none
};

/// Single-threaded; the referenced objects outlive it.
class SimStreams {
 public:
  SimStreams(SimVenue& venue, const ExchangeDialect& dialect, FaultPlan& faults)
      : venue_(venue), dialect_(dialect), faults_(faults) {}

  void open(SimStreamId stream, StreamEndpoint endpoint, SimTime now);
  void on_text(SimStreamId stream, std::string_view text, SimTime now);
  void on_pong(SimStreamId stream, SimTime now, std::optional<std::string_view> payload);
  void on_ping(SimStreamId stream, SimTime now);
  void on_closed(SimStreamId stream);
  void step(SimTime now);

  [[nodiscard]] std::vector<SimFrame> take_frames() { return std::exchange(frames_, {}); }
  [[nodiscard]] std::vector<LedgerEntry> take_ledger() { return std::exchange(ledger_, {}); }
  [[nodiscard]] std::size_t open_streams() const { return clients_.size(); }
  [[nodiscard]] std::uint64_t frames_sent() const { return frames_sent_; }

 private:
  struct Client {
    StreamEndpoint endpoint{};
    std::vector<std::string> topics{};  ///< acknowledged
    std::deque<Timestamp> heard{};      ///< real times of its newest messages
    Timestamp last_text{};              ///< real
    Timestamp pinged_at{};
    std::string owes_pong{};  ///< of this payload; empty: none
    Timestamp opened_at{};
    std::size_t cut_after = SIZE_MAX;
    bool is_cut = false;             ///< gone at the end of this step
    std::string held{};              ///< a frame that waits for its neighbour to pass
    Timestamp closes_at{INT64_MAX};  ///< market
  };
  struct Closing {
    Candle candle{};
    Timestamp due{};
    bool holds_back = true;  ///< nothing is said of the next candle before
  };
  /// What is said on one topic.
  struct Channel {
    Topic topic{};
    std::vector<SimStreamId> listeners{};
    Candle told{};
    Timestamp told_at{INT64_MIN};
    Timestamp told_real{INT64_MIN};
    double told_price = 0;
    std::deque<Closing> closings{};
  };
  /// A market that somebody listens to.
  struct Watch {
    std::unique_ptr<CandleFollower> follower{};
    std::vector<Timeframe> timeframes{};
    Timestamp at{};                   ///< looked at until then
    Timestamp next_close{INT64_MAX};  ///< when the next closing is due
    Timestamp trades_at{};
    std::vector<std::string> channels{};
    bool is_stale = true;  ///< the follower lacks a timeframe
  };

  /// Whether it may go on; else it is closed.
  bool count_message(SimStreamId stream, Client& client, SimTime now);
  /// Why a subscription is refused; empty: it is not.
  [[nodiscard]] std::string objection(const Client& client, const ClientMessage& message) const;
  void subscribe(SimStreamId stream, Client& client, const ClientMessage& message, SimTime now);
  void add_topic(SimStreamId stream, Client& client, const std::string& text, SimTime now);
  void remove_topic(SimStreamId stream, Client& client, const std::string& text);
  void keep_alive(SimTime now);
  void apply_instants(SimTime now);
  void look(std::size_t market, Watch& watch, SimTime now);
  void close_candles(Watch& watch, std::size_t market, SimTime now);
  void end_candle(Channel& channel, const Candle& candle, Timestamp boundary, SimTime now);
  std::optional<Timestamp> plan_closing(Channel& channel, const Candle& candle, Timestamp boundary,
                                        SimTime now);
  /// When the next one is due.
  Timestamp tell_closings(Channel& channel, SimTime now);
  [[nodiscard]] bool withholds_last_word(const Channel& channel, const Candle& candle,
                                         SimTime now) const;
  void tell_forming(Channel& channel, const Candle& candle, SimTime now);
  void tell_ticker(Channel& channel, double price, SimTime now);
  void tell_trades(std::size_t market, Watch& watch, SimTime now);
  void tell_all_tickers(SimTime now);
  std::optional<FaultKind> breakage(const std::string& topic, SimTime now);
  void publish(const Channel& channel, const std::string& payload, SimTime now);
  void say(SimStreamId stream, Client& client, std::string text);
  void close(SimStreamId stream);
  void forget_cut_streams();
  static std::string wrapped(std::string_view topic, std::string_view payload);

  SimVenue& venue_;
  const ExchangeDialect& dialect_;
  FaultPlan& faults_;
  std::map<SimStreamId, Client> clients_;
  std::map<std::string, Channel, std::less<>> channels_;
  std::map<std::size_t, Watch> watches_;
  std::vector<double> told_prices_;  ///< to who listens to all of them, by market
  std::vector<SimFrame> frames_;
  std::vector<LedgerEntry> ledger_;
  std::uint64_t frames_sent_ = 0;
};

}  // namespace cscan
