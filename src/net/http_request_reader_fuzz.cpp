// The same bytes must give the same requests in pieces of any size, and never stop the program.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.hpp"
#include "net/http_request_reader.hpp"

namespace {

struct Outcome {
  std::vector<std::string> requests;
  int refusal = 0;  ///< the status that ended the connection, or 0
};

/// What a connection that receives `bytes` makes of them.
Outcome read_all(std::string_view bytes, std::size_t piece) {
  cscan::HttpRequestReader reader(512, 256);
  Outcome outcome;
  for (;;) {
    switch (reader.step()) {
      case cscan::ReadStep::request_done: {
        const cscan::HttpRequest request = reader.take_request();
        CHECK(request.body.size() <= 256);
        outcome.requests.push_back(request.method + " " + request.target + "\n" + request.body);
        break;
      }
      case cscan::ReadStep::refused: outcome.refusal = reader.refusal().status; return outcome;
      case cscan::ReadStep::header_done: break;
      case cscan::ReadStep::need_bytes: {
        if (bytes.empty())
          return outcome;
        const auto space = reader.space();
        CHECK(!space.empty() && space.size() <= 512 + 4096);
        const std::size_t count = std::min({piece, bytes.size(), space.size()});
        std::copy_n(bytes.data(), count, space.data());
        reader.received(count);
        bytes.remove_prefix(count);
      }
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0)
    return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Outcome whole = read_all(bytes, bytes.size() + 1);
  const Outcome parts = read_all(bytes, std::size_t{1} + data[0] % 16);
  // A size limit may strike earlier in pieces, and a fault may show earlier in the whole; but no
  // way of cutting may turn the same bytes into other requests.
  const std::size_t common = std::min(whole.requests.size(), parts.requests.size());
  for (std::size_t i = 0; i < common; ++i)
    CHECK(whole.requests[i] == parts.requests[i]);
  const auto is_limit = [](int status) { return status == 413 || status == 431; };
  if (!is_limit(whole.refusal) && !is_limit(parts.refusal))
    CHECK(whole.requests.size() == parts.requests.size());
  return 0;
}
