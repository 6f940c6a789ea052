// Any text as an address: refused, or parts that can stand in a request.

#include "net/url.hpp"

#include <cstdint>

#include "base/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cscan;
  auto url = parse_url({reinterpret_cast<const char*>(data), size});
  if (!url)
    return 0;
  CHECK(!url->host.empty() && !url->port.empty() && url->target.starts_with('/'));
  for (const std::string& part : {url->authority(), url->target})
    for (char c : part)
      CHECK(c > ' ' && c < '\x7f');
  auto again =
      parse_url((url->is_secure ? "https://" : "http://") + url->authority() + url->target);
  CHECK(again && again->host == url->host && again->port == url->port &&
        again->target == url->target);
  return 0;
}
