#pragma once
// One simulated exchange's streams: who listens to what, and what is said when.

#include <deque>
#include <map>
#include <memory>
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
};

/// Single-threaded; the referenced objects outlive it.
class SimStreams {
 public:
  SimStreams(SimVenue& venue, const ExchangeDialect& dialect, FaultPlan& faults)
      : venue_(venue), dialect_(dialect), faults_(faults) {}

  void open(SimStreamId stream, StreamEndpoint endpoint, SimTime now);
  void on_text(SimStreamId stream, std::string_view text, SimTime now);
  void on_pong(SimStreamId stream, SimTime now);
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
    bool owes_pong = false;
    Timestamp opened_at{};
    std::size_t cut_after = SIZE_MAX;
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
    Timestamp at{};  ///< looked at until then
    Timestamp trades_at{};
    std::vector<std::string> channels{};
    bool is_stale = true;  ///< the follower lacks a timeframe
  };

  void subscribe(SimStreamId stream, Client& client, const ClientMessage& message, SimTime now);
  void add_topic(SimStreamId stream, Client& client, const std::string& text, SimTime now);
  void remove_topic(SimStreamId stream, Client& client, const std::string& text);
  void keep_alive(SimTime now);
  void apply_instants(SimTime now);
  void look(std::size_t market, Watch& watch, SimTime now);
  void close_candles(Watch& watch, std::size_t market, Timestamp now);
  void end_candle(Channel& channel, const Candle& candle, Timestamp boundary, Timestamp now);
  void tell_closings(Channel& channel, Timestamp now);
  void tell_forming(Channel& channel, const Candle& candle, SimTime now);
  void tell_ticker(Channel& channel, double price, SimTime now);
  void tell_trades(std::size_t market, Watch& watch, Timestamp now);
  void tell_all_tickers(SimTime now);
  void publish(const Channel& channel, const std::string& payload, Timestamp now);
  void send(SimStreamId stream, Client& client, std::string text);
  void say(SimStreamId stream, std::string text);
  void close(SimStreamId stream);

  SimVenue& venue_;
  const ExchangeDialect& dialect_;
  FaultPlan& faults_;
  std::map<SimStreamId, Client> clients_;
  std::map<std::string, Channel, std::less<>> channels_;
  std::map<std::size_t, Watch> watches_;
  std::vector<SimFrame> frames_;
  std::vector<SimStreamId> gone_;  ///< cut in this step; forgotten when nobody walks over topics
  std::vector<LedgerEntry> ledger_;
  std::uint64_t frames_sent_ = 0;
};

}  // namespace cscan
