#pragma once
// One exchange of the feed, for the feed's own files. Its thread only.

#include <map>
#include <optional>
#include <utility>

#include "runtime/derived_timeframes.hpp"
#include "runtime/exchange_feed.hpp"

namespace cscan {

struct ExchangeFeed::Desk {
  std::string exchange;
  std::shared_ptr<ExchangeLink> link{};
  std::vector<InstrumentId> instruments{};           ///< by the session's market index
  std::map<std::uint32_t, std::size_t> market_of{};  ///< the other way
  NativeTimeframes timeframes{};
  std::map<std::pair<std::size_t, Timeframe>, DerivedCandles> derived{};  ///< market, wanted
  std::optional<Duration> clock_offset{};
  Timestamp asked_at{};  ///< real time of the first question
};

}  // namespace cscan
