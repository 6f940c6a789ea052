#pragma once
// --exchange-url NAME=URL: an exchange reached at another address than its own, which may be a
// local exchange, a mirror or a test.

#include <CLI/CLI.hpp>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "exchange/protocol.hpp"

namespace cscan {

/// By the exchange's id; exchanges without an entry are reached at their own hosts.
using ExchangeUrls = std::map<std::string, ExchangeHosts, std::less<>>;

/// The option, which may be repeated; `assignments` gets every NAME=URL as it was given.
void add_exchange_url_option(CLI::App& command, std::vector<std::string>& assignments);

/// invalid_argument for anything but NAME=URL with a known exchange, named once, and an http or
/// https address of a host without a path. The error's context names field, value and what is
/// accepted.
[[nodiscard]] Result<ExchangeUrls> parse_exchange_urls(std::span<const std::string> assignments);

/// Where `protocol`'s exchange is reached: as `urls` says, else at its own hosts.
[[nodiscard]] ExchangeHosts hosts_of(const Protocol& protocol, const ExchangeUrls& urls);

}  // namespace cscan
