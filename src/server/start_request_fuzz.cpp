// Whatever a body holds, it is a start request within the bounds or a refusal that says why.
#include <boost/json.hpp>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.hpp"
#include "base/limits.hpp"
#include "server/start_request.hpp"

namespace {

void check_names(const std::vector<std::string>& names) {
  CHECK(!names.empty() && names.size() <= cscan::limits::instruments_max);
  for (const std::string& name : names)
    CHECK(!name.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const auto request = cscan::parse_start_request(body);
  if (!request) {
    CHECK(request.error().code == cscan::ErrorCode::invalid_argument);
    CHECK(!request.error().message.empty() && request.error().message.size() < 1'000);
    return 0;
  }
  using Kind = cscan::SymbolSelection::Kind;
  const cscan::SymbolSelection& symbols = request->symbols;
  CHECK((symbols.kind == Kind::list) == !symbols.names.empty());
  if (symbols.kind == Kind::list)
    check_names(symbols.names);
  CHECK((symbols.kind == Kind::top) == (symbols.top > 0));
  CHECK(symbols.top <= static_cast<std::int64_t>(cscan::limits::instruments_max));
  if (request->exchanges)
    check_names(*request->exchanges);
  if (!request->config.empty()) {
    // Written by us, so it reads back; the same text must come out again.
    const auto config = boost::json::parse(request->config);
    CHECK(config.is_object());
    CHECK(boost::json::serialize(config) == request->config, "{}", request->config);
  }
  return 0;
}
