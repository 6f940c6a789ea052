#pragma once
// The parts of an address that a client needs.

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace cscan {

struct Url {
  bool is_secure = false;  ///< https, wss
  std::string host{};      ///< a name or an IP address, an IPv6 one without its brackets
  std::string port{};      ///< in digits, the scheme's own where none was given
  std::string target{};    ///< path and query, "/" at least; as given

  /// For the Host header: with the port unless it is the scheme's own, IPv6 in brackets.
  [[nodiscard]] std::string authority() const;
};

/// http, https, ws and wss. invalid_argument for anything else, for a user name, a fragment, or
/// bytes that cannot stand in a request line.
[[nodiscard]] Result<Url> parse_url(std::string_view text);

}  // namespace cscan
