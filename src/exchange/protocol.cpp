#include "exchange/protocol.hpp"

#include <fmt/format.h>

namespace cscan {

ExchangeHosts default_hosts(const ExchangeTable& table) {
  return {std::string(table.rest_host), std::string(table.stream_host), false};
}

Result<ExchangeHosts> local_hosts(std::string_view url) {
  while (url.ends_with('/'))
    url.remove_suffix(1);
  for (auto [rest, stream] :
       {std::pair{std::string_view("http://"), "ws://"}, {std::string_view("https://"), "wss://"}})
    if (url.starts_with(rest) && url.size() > rest.size() &&
        url.find_first_of("/?# ", rest.size()) == std::string_view::npos)
      return ExchangeHosts{std::string(url), stream + std::string(url.substr(rest.size())), true};
  return fail(ErrorCode::invalid_argument,
              fmt::format("'{}' is no address of an exchange: give http://HOST:PORT or "
                          "https://HOST[:PORT], without a path",
                          url.substr(0, 100)));
}

Result<ExchangeHosts> hosts_at(const ExchangeTable& table, std::string_view url) {
  auto hosts = local_hosts(url);
  if (hosts && !table.mirror_rest_host.empty() && hosts->rest == table.mirror_rest_host)
    return ExchangeHosts{hosts->rest, std::string(table.mirror_stream_host), false};
  return hosts;
}

}  // namespace cscan
