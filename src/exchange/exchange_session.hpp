#pragma once
// One exchange, watched: its listing and its clock, the streams of every series, the candles that
// streams did not bring. Without a socket, a clock or a thread: whoever has those carries out the
// actions, tells what came of them, and passes the events on.
//
// Streams are subscribed first and their candles go out at once, as the exchange claims them;
// history follows, oldest page first. What a stream did not bring is asked for by whoever misses it
// (request_history). A candle from a query is final if the question was put after its close and the
// settle delay; what a good answer lacks had no trades.

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "exchange/backoff.hpp"
#include "exchange/protocol.hpp"
#include "exchange/query_desk.hpp"
#include "exchange/session_io.hpp"
#include "exchange/stream_connection.hpp"
#include "exchange/watch_plan.hpp"

namespace cscan {

struct SessionOptions {
  ExchangeHosts hosts{};
  Duration settle_delay = seconds(2);  ///< market time
  std::uint64_t seed = 1;              ///< of all jitter
  double speed = 1;                    ///< market time per real time
  bool has_limits = true;              ///< false: of requests and connections, none apply
};

enum class SessionState : std::uint8_t {
  connecting,    ///< no listing yet, or not every stream is live for the first time
  idle,          ///< listing known, nothing watched
  live,          ///< every stream is live
  degraded,      ///< some streams are not
  maintenance,   ///< the exchange says that it is down
  rate_limited,  ///< it wants silence
  unreachable,   ///< it does not answer
  blocked,       ///< it does not serve this address: final
};
[[nodiscard]] std::string_view to_string(SessionState state);

struct SessionHealth {
  SessionState state{};
  std::string words;                      ///< for people: what is wrong, and what to do about it
  std::size_t live_streams = 0;           ///< connections that bring data
  std::optional<Timestamp> last_message;  ///< market time
  std::uint64_t messages = 0;
  std::uint64_t rejects = 0;  ///< messages and rows that could not be read
  std::uint64_t reconnects = 0;
  std::uint64_t repairs = 0;  ///< candles asked for because no stream brought them
  std::uint64_t queries_waiting = 0;
  std::uint32_t weight_used = 0;  ///< in the current window
  std::uint32_t weight_allowed = 0;
  std::optional<Duration> clock_offset;  ///< the exchange's clock ahead of market time
  Timestamp quiet_until;                 ///< real time; a ban to be kept over a restart
};

/// Single-threaded. After each call but the reading ones, take output().
class ExchangeSession {
 public:
  ExchangeSession(std::unique_ptr<Protocol> protocol, SessionOptions options);

  /// Asks for the listing and the time. `quiet_until`: a ban that a former run was given.
  void start(SessionTime now, Timestamp quiet_until = {});
  /// Watches these markets (ids of the listing, which must be there). Once.
  [[nodiscard]] Result<WatchPlan> watch(const std::vector<std::string>& ids,
                                        std::vector<Timeframe> timeframes, std::size_t history,
                                        SessionTime now);
  /// Settled candles of a series from `from` on are missed. Answered by SessionHistory, if there
  /// are any.
  void request_history(std::size_t market, Timeframe timeframe, Timestamp from, SessionTime now);

  void on_stream_open(StreamId stream, SessionTime now);
  void on_stream_text(StreamId stream, std::string_view text, SessionTime now);
  /// `refusal`: the HTTP status when the handshake was refused, else 0.
  void on_stream_closed(StreamId stream, int refusal, std::string_view reason, SessionTime now);
  void on_response(std::uint64_t id, const RestResponse& response, SessionTime now);
  /// At least ten times a second of real time.
  void step(SessionTime now);
  /// Market time was set forward by `by`.
  void clock_moved(Duration by);

  /// What is to be done and told since the last call.
  [[nodiscard]] SessionOutput take_output() { return std::exchange(out_, {}); }

  /// Null before it came.
  [[nodiscard]] const MarketListing* listing() const { return listing_ ? &*listing_ : nullptr; }
  [[nodiscard]] const ExchangeTable& table() const { return protocol_->table(); }
  [[nodiscard]] SessionHealth health(SessionTime now) const;

 private:
  /// What a query's answer is for.
  struct Purpose {
    enum class Kind : std::uint8_t { time, listing, turnovers, token, page, probe };
    Kind kind{};
    std::size_t index = 0;  ///< series or lane
    Timestamp from{};
    std::uint32_t rows = 0;
  };
  using Desk = QueryDesk<Purpose>;

  struct Market {
    ListedContract contract;
    bool is_trading = true;
  };

  struct Series {
    std::size_t market = 0;
    Timeframe timeframe{};
    std::string topic{};
    bool asking = false;  ///< a query is on its way
    bool first_load = true;
    std::optional<Timestamp> also_wanted{};  ///< asked for meanwhile
    Timestamp from{};                        ///< of what is being loaded
    Urgency urgency = Urgency::history;
    std::optional<double> close{};  ///< of the newest loaded candle
    std::vector<Candle> loaded{};
    std::array<Timestamp, 2> traded{};  ///< newest candles in which a stream told of trades
    Timestamp not_before{};             ///< real: the exchange refused it
    Timestamp again_at{};               ///< real: of the next subscription anew
  };

  /// The topics of one connection, and that connection, or two while one takes over.
  struct Lane {
    std::vector<std::string> topics{};
    std::unique_ptr<StreamConnection> current{};
    std::unique_ptr<StreamConnection> next{};
    bool asking = false;  ///< for a token
    Backoff backoff;
    Timestamp retry_at{};
    Duration life{};  ///< when to take over
  };

  // Queries.
  void ask_time(Timestamp not_before);
  void ask_listing(Timestamp not_before);
  void on_answer(Desk::Query query, const RestResponse& response, SessionTime now);
  void on_failure(Desk::Query query, std::string text, Duration wait, SessionTime now);
  void on_time(const Desk::Query& query, const RestResponse& response, SessionTime now);
  void on_listing(Desk::Query query, const RestResponse& response, SessionTime now);
  void on_turnovers(const RestResponse& response, SessionTime now);
  void compare_watched(const MarketListing& listing);
  void keep_turnovers();
  void publish_listing();
  /// Market time in which `real` passes.
  [[nodiscard]] Duration market_span(Duration real) const;
  /// 0 while nothing is known.
  [[nodiscard]] Duration median_offset() const;
  void block(std::string text);

  // Candles.
  void start_load(std::size_t series, Timestamp from, Urgency urgency, SessionTime now,
                  Timestamp not_before = {});
  void ask_page(std::size_t series, SessionTime now, Timestamp not_before = {});
  void load_what_closed(std::size_t series, Timestamp newest, SessionTime now);
  void on_page(Desk::Query query, const RestResponse& response, SessionTime now);
  void on_probe(const Desk::Query& query, const RestResponse& response, SessionTime now);
  void finish_load(std::size_t series, bool from_listing, SessionTime now);
  void abandon_load(std::size_t series, SessionTime now);
  [[nodiscard]] Timestamp settled_before(SessionTime asked, SessionTime now) const;

  // Streams.
  void open_connection(std::size_t lane, SessionTime now);
  void connect(std::size_t lane, StreamAccess access, SessionTime now);
  void step_lane(std::size_t lane, SessionTime now);
  void drop(std::size_t lane, std::unique_ptr<StreamConnection>& connection, SessionTime now);
  [[nodiscard]] std::pair<Lane*, StreamConnection*> find_stream(StreamId stream);
  void take_message(StreamMessage message, SessionTime now);
  void take_candle(CandleMessage message, SessionTime now);
  void count_reject(const Error& error);

  std::unique_ptr<Protocol> protocol_;
  SessionOptions options_;
  SessionOutput out_;
  Desk desk_;
  RateLimit connects_;
  std::optional<MarketListing> listing_;
  std::optional<MarketListing> incoming_;                      ///< without its turnovers yet
  std::map<std::string, std::size_t, std::less<>> market_of_;  ///< by the exchange's id
  std::vector<Market> markets_;
  std::vector<Timeframe> timeframes_;
  std::size_t history_ = 0;
  std::vector<Series> series_;  ///< market-major
  std::vector<Lane> lanes_;
  StreamId next_stream_ = 1;
  DecodedFrame frame_;
  std::vector<Duration> offsets_;  ///< newest samples
  bool blocked_ = false;
  bool maintenance_ = false;
  std::string trouble_;  ///< newest failure, empty after a success
  bool was_live_ = false;
  std::optional<Timestamp> last_message_;
  std::uint64_t messages_ = 0;
  std::uint64_t rejects_ = 0;
  std::uint64_t reconnects_ = 0;
  std::uint64_t repairs_ = 0;
};

}  // namespace cscan
