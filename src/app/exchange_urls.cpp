#include "app/exchange_urls.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "net/url.hpp"
#include "runtime/known_exchanges.hpp"

namespace cscan {
namespace {

/// As much of what somebody typed as an error repeats.
constexpr std::size_t shown_bytes_max = 100;

std::unexpected<Error> refuse(std::string_view assignment, std::string_view why) {
  std::string shown(assignment.substr(0, shown_bytes_max));
  return fail(
      Error{ErrorCode::invalid_argument, fmt::format("--exchange-url {}: {}", shown, why), {}}
          .with("field", "exchange-url")
          .with("value", shown)
          .with("accepted", "NAME=http://HOST:PORT or NAME=https://HOST[:PORT]"));
}

}  // namespace

void add_exchange_url_option(CLI::App& command, std::vector<std::string>& assignments) {
  command
      .add_option("--exchange-url", assignments,
                  "reach an exchange at another address, for example "
                  "--exchange-url binance=http://127.0.0.1:9000; repeat for more")
      ->type_name("NAME=URL")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

Result<ExchangeUrls> parse_exchange_urls(std::span<const std::string> assignments) {
  ExchangeUrls urls;
  for (std::string_view assignment : assignments) {
    std::size_t equals = assignment.find('=');
    if (equals == std::string_view::npos)
      return refuse(assignment, "give NAME=URL, for example binance=http://127.0.0.1:9000");
    std::string name(assignment.substr(0, equals));
    std::string_view url = assignment.substr(equals + 1);
    if (std::ranges::find(known_exchanges(), name) == known_exchanges().end())
      return refuse(assignment, fmt::format("no such exchange; there are {}",
                                            fmt::join(known_exchanges(), ", ")));
    auto hosts = hosts_at(make_protocol(name)->table(), url);
    if (!hosts)
      return refuse(assignment, hosts.error().message);
    if (auto parsed = parse_url(hosts->rest); !parsed)
      return refuse(assignment, parsed.error().message);
    if (!urls.emplace(name, std::move(*hosts)).second)
      return refuse(assignment, fmt::format("{} has an address already: give one", name));
  }
  return urls;
}

ExchangeHosts hosts_of(const Protocol& protocol, const ExchangeUrls& urls) {
  auto found = urls.find(protocol.table().id);
  return found == urls.end() ? default_hosts(protocol.table()) : found->second;
}

}  // namespace cscan
