#pragma once
// Requests that a session wants sent and the answers it gets. No sockets here: whoever runs the
// session sends one and brings the other.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.hpp"

namespace cscan {

enum class RestMethod : std::uint8_t { get, post };

/// One request; its body is empty.
struct RestRequest {
  RestMethod method = RestMethod::get;
  std::string url;
  std::uint32_t weight = 0;
};

/// What came back. `status` 0: nothing did (refused, reset, timed out); `body` then says why.
struct RestResponse {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

/// The value of the first header of that name, whatever its case; empty when absent.
[[nodiscard]] std::string_view find_header(const RestResponse& response, std::string_view name);

/// `text` for use in a query: everything but [A-Za-z0-9._~-] as %XX.
[[nodiscard]] std::string percent_encode(std::string_view text);

/// `text` as a JSON string with its quotes.
void append_json_text(std::string& out, std::string_view text);

/// What an answer means for what comes next.
enum class Verdict : std::uint8_t {
  ok,
  rate_limited,    ///< wait, then go on
  banned,          ///< the address is shut out for `wait`
  region_blocked,  ///< not from here, ever
  forbidden,       ///< a firewall or a missing right
  maintenance,     ///< the exchange is down as a whole
  refused,         ///< this request is wrong (no such market); others are fine
  failed,          ///< no answer, overload, a state nobody knows: try again
  malformed,       ///< a success that cannot be read
};

[[nodiscard]] std::string_view to_string(Verdict verdict);

struct ResponseVerdict {
  Verdict verdict = Verdict::ok;
  Duration wait;     ///< for rate_limited and banned; 0 when the exchange did not say
  std::string text;  ///< the exchange's own words, fit for a log
};

}  // namespace cscan
