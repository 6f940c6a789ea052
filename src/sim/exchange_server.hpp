#pragma once
// The simulated exchanges on a port of this machine: plain HTTP and WebSocket, all three on one
// port, since their paths do not collide.

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "sim/exchange_sim.hpp"

namespace cscan {

struct ExchangeServerOptions {
  std::string bind_address = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0: a free one
};

/// Runs on the context's one thread, which it must not outlive.
class ExchangeServer {
 public:
  /// io: the port is taken, the address is not of this machine, or no permission.
  [[nodiscard]] static Result<std::unique_ptr<ExchangeServer>> listen(
      boost::asio::io_context& io, std::unique_ptr<ExchangeSim> sim, std::function<SimTime()> clock,
      const ExchangeServerOptions& options);
  ~ExchangeServer();
  ExchangeServer(const ExchangeServer&) = delete;
  ExchangeServer& operator=(const ExchangeServer&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  /// Ends every connection; the context then runs out of work. On its thread.
  void stop();

 private:
  class Impl;
  explicit ExchangeServer(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace cscan
