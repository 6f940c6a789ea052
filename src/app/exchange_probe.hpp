#pragma once
// Asks an exchange what exchange_checks judges.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <memory>

#include "app/exchange_checks.hpp"
#include "base/result.hpp"
#include "exchange/protocol.hpp"

namespace cscan {

/// How long each step may take. What fails ends what follows from it, so that without a network
/// one lookup and one connection are the whole of it.
struct ProbeOptions {
  Duration lookup_timeout = seconds(4);
  Duration connect_timeout = seconds(4);   ///< and for the TLS handshake as long again
  Duration answer_timeout = seconds(4);    ///< to small questions
  Duration listing_timeout = seconds(12);  ///< some megabytes
  int time_questions = 3;
  std::string ca_file{};  ///< certificates to trust instead of the system's
};

/// Everything runs on one executor, which has one thread; the prober outlives what it began there.
class ExchangeProber {
 public:
  /// io: the certificates cannot be read.
  [[nodiscard]] static Result<std::unique_ptr<ExchangeProber>> make(
      boost::asio::any_io_executor executor, ProbeOptions options = {});
  ~ExchangeProber();
  ExchangeProber(const ExchangeProber&) = delete;
  ExchangeProber& operator=(const ExchangeProber&) = delete;

  /// `protocol` outlives it. Opens no stream, only the way to one.
  boost::asio::awaitable<ExchangeAnswers> probe(Protocol& protocol, ExchangeHosts hosts);

 private:
  struct State;
  explicit ExchangeProber(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace cscan
