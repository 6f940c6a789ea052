#pragma once
// Three exchanges that exist only here: Binance spot, Binance USD-M futures and KuCoin Futures,
// with their queries, streams, limits and, on demand, faults. Without a socket and without a clock:
// sim/exchange_server.hpp puts it on a port, a test drives it in simulated time.
//
// Beside the exchanges' own paths it answers what only a simulator knows:
//   GET /sim/candles?exchange=&symbol=&timeframe=&from=&to=   the truth: [[open time, o,h,l,c,v],…]
//   GET /sim/report                                           what clients asked for and got
//   POST /sim/faults                                          a script of faults, from now on
//   DELETE /sim/faults?exchange=                              none from now on

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/exchange_dialect.hpp"
#include "sim/exchange_fault.hpp"
#include "sim/fault_plan.hpp"
#include "sim/request_meter.hpp"
#include "sim/sim_streams.hpp"

namespace cscan {

struct ExchangeSimOptions {
  std::vector<Fault> faults{};
  bool has_limits = true;            ///< of requests; a demonstration lifts them
  std::string source = "synthetic";  ///< what the report says prices are
};

/// What becomes of a stream's handshake.
struct StreamVerdict {
  enum class Kind : std::uint8_t { accepted, refused, stalled };
  Kind kind = Kind::refused;
  SimReply reply{};  ///< of a refusal
};

/// How an exchange was treated by its clients.
struct SimReport {
  std::string exchange{};
  std::uint64_t requests = 0;
  std::uint32_t weight_most = 0;  ///< in any window
  std::uint32_t weight_limit = 0;
  std::uint64_t asked_in_silence = 0;  ///< although told to be silent
  std::uint64_t frames = 0;
  std::size_t streams = 0;  ///< open now
  bool faults_over = true;
};

/// A candle's final form, of a series that a client listened to.
struct LedgerLine {
  std::string_view exchange{};
  const TradedMarket* market = nullptr;
  Timeframe timeframe{};
  Candle candle{};
  std::optional<Timestamp> told_at{};  ///< market time at which its final form is told, if it is
};

/// Single-threaded.
class ExchangeSim {
 public:
  ExchangeSim(std::shared_ptr<const MarketTruth> truth, const ExchangeSimOptions& options,
              SimTime start);

  [[nodiscard]] SimReply answer(const SimRequest& request, SimTime now);
  /// `stream` is new.
  StreamVerdict open(SimStreamId stream, const SimRequest& request, SimTime now);
  void on_text(SimStreamId stream, std::string_view text, SimTime now);
  /// Without a payload: that of our newest ping.
  void on_pong(SimStreamId stream, SimTime now,
               std::optional<std::string_view> payload = std::nullopt);
  /// A ping of the client's, which its socket answers.
  void on_ping(SimStreamId stream, SimTime now);
  void on_closed(SimStreamId stream);
  /// Often: 20 times a second of real time, or more.
  void step(SimTime now);
  [[nodiscard]] std::vector<SimFrame> take_frames();
  /// Called with every candle that ends, if a client listened to its series.
  void set_ledger(std::function<void(const LedgerLine&)> ledger) { ledger_ = std::move(ledger); }

  [[nodiscard]] std::vector<SimReport> report(SimTime now) const;

 private:
  struct Exchange {
    Exchange(const std::shared_ptr<const MarketTruth>& truth,
             std::unique_ptr<ExchangeDialect> its_dialect, const ExchangeSimOptions& options,
             SimTime start);
    /// Its own clock.
    [[nodiscard]] SimTime time(SimTime now) const;

    std::unique_ptr<ExchangeDialect> dialect;
    SimVenue venue;
    FaultPlan faults;
    RequestMeter meter;
    SimStreams streams;
  };

  [[nodiscard]] SimReply answer_of(Exchange& exchange, const SimRequest& request,
                                   std::uint32_t weight, SimTime now);
  /// nullopt: no fault stands in the way.
  [[nodiscard]] static std::optional<SimReply> fault_reply(Exchange& exchange, SimTime now);
  [[nodiscard]] static SimReply status_reply(Exchange& exchange, const Fault& fault, SimTime now);
  [[nodiscard]] SimReply true_candles(const SimRequest& request, SimTime now) const;
  [[nodiscard]] SimReply report_reply(SimTime now) const;
  [[nodiscard]] SimReply change_faults(const SimRequest& request, SimTime now);

  bool has_limits_;
  std::string source_;
  std::vector<std::unique_ptr<Exchange>> exchanges_;
  std::map<SimStreamId, Exchange*> stream_of_;
  std::function<void(const LedgerLine&)> ledger_;
};

}  // namespace cscan
