#pragma once
// What `cscan doctor` thinks of an exchange: pure functions of what exchange_probe heard from it.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/finding.hpp"
#include "exchange/protocol.hpp"

namespace cscan {

/// What asking for a host's addresses came to.
struct HostLookup {
  std::string host{};
  std::vector<std::string> addresses{};
  std::string problem{};  ///< empty: there are addresses
};

/// What connecting to a host came to. Milliseconds.
struct HostContact {
  enum class Stage : std::uint8_t { connecting, tls, done };
  std::string authority{};  ///< "stream.binance.com:9443"
  Stage reached{};          ///< where it ended
  double connect_ms = 0;
  std::optional<double> tls_ms{};  ///< nullopt: spoken to without TLS
  std::string problem{};           ///< unless done
};

/// An answer, or what became of the question. Local clock; milliseconds.
struct TimedAnswer {
  RestResponse response{};
  Timestamp sent{};
  Timestamp received{};
  double round_trip_ms = 0;
};

/// All that was heard. What follows from something that failed is empty.
struct ExchangeAnswers {
  std::vector<HostLookup> lookups{};
  std::vector<HostContact> contacts{};
  std::vector<TimedAnswer> times{};
  std::optional<TimedAnswer> listing{};
  std::optional<TimedAnswer> token{};  ///< where streams need one
};

/// The finding of each check that these answers allow: host names, connection, access, latency,
/// clock, limits, markets. `protocol` reads the answers.
[[nodiscard]] std::vector<Finding> examine_answers(Protocol& protocol, const ExchangeHosts& hosts,
                                                   const ExchangeAnswers& answers);

// The checks one by one.

/// `lookups` is not empty.
[[nodiscard]] Finding host_names_finding(std::span<const HostLookup> lookups);
/// `contacts` is not empty. `is_local`: the user named the address.
[[nodiscard]] Finding connection_finding(std::span<const HostContact> contacts, bool is_local);
/// What `verdict`, the exchange's answer to a `question`, means for us.
[[nodiscard]] Finding access_finding(const ExchangeTable& table, const ResponseVerdict& verdict,
                                     std::string_view question);
/// By the median; `round_trips_ms` is not empty.
[[nodiscard]] Finding latency_finding(std::vector<double> round_trips_ms);
/// `offset`: how far the exchange's clock is ahead of ours; right to `uncertainty`.
[[nodiscard]] Finding clock_finding(std::string_view exchange, Duration offset,
                                    Duration uncertainty);
/// `limit`: as the exchange says it, else the table's. `used`: as its headers say it.
[[nodiscard]] Finding limits_finding(const ExchangeTable& table, std::optional<std::uint32_t> limit,
                                     std::optional<std::uint32_t> used);
[[nodiscard]] Finding markets_finding(const Result<MarketListing>& listing);

}  // namespace cscan
