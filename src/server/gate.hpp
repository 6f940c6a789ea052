#pragma once
// Who may talk to the API at all, decided before any route is looked at. A web page the user
// happens to open can reach loopback, by its own name (DNS rebinding) or by a plain form: Host,
// Origin and Content-Type are what tells it from curl.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "net/http_message.hpp"

namespace cscan {

struct GateOptions {
  std::string bind_address = "127.0.0.1";
  std::uint16_t port = 5001;
  std::vector<std::string> allowed_hosts;  ///< further exact Host values, for a proxy's name
  std::string token;  ///< when set, every request but /health needs "Authorization: Bearer …"
};

class Gate {
 public:
  explicit Gate(const GateOptions& options);

  /// The refusal, or nothing when the request may pass. `changes_state` is true for every method
  /// but GET.
  [[nodiscard]] std::optional<HttpResponse> check(const HttpRequest& request,
                                                  std::string_view path) const;

 private:
  [[nodiscard]] bool host_allowed(std::string_view host) const;
  [[nodiscard]] bool origin_allowed(const HttpRequest& request) const;
  [[nodiscard]] bool token_matches(const HttpRequest& request) const;

  std::vector<std::string> hosts_;
  std::string token_;
};

/// Whether an address is this machine only.
[[nodiscard]] bool is_loopback(std::string_view bind_address);

}  // namespace cscan
