#include "server/symbol_lookup.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "model/symbol_match.hpp"

namespace cscan {
namespace {

std::unexpected<Error> not_found(std::string_view text, std::string_view exchange,
                                 std::string_view where) {
  return fail(Error{ErrorCode::not_found,
                    fmt::format("{}{}{} is not {}", text.substr(0, 64),
                                exchange.empty() ? "" : " on ", exchange.substr(0, 64), where),
                    {}}
                  .with("field", "symbol")
                  .with("value", std::string(text.substr(0, 64))));
}

}  // namespace

Result<std::vector<std::size_t>> find_watched(const MarketView& view, std::string_view text,
                                              std::string_view exchange) {
  static const std::vector<Instrument> none;
  const auto& instruments = view.run ? view.run->instruments : none;
  auto found = match_symbol(text, instruments);
  if (!found)
    return found;
  std::erase_if(*found, [&](std::size_t i) {
    return !exchange.empty() && instruments[i].exchange != exchange;
  });
  if (found->empty())
    return not_found(text, exchange,
                     view.run
                         ? "watched: start a run with it, or see /api/scanner/continuous/status"
                         : "watched: nothing is, start the scanner first");
  return found;
}

Result<std::vector<Instrument>> find_known(const MarketView& view, const HistoryPort& history,
                                           std::string_view text, std::string_view exchange) {
  auto known = history.instruments();
  if (!known)
    return known;
  if (view.run)
    known->insert(known->end(), view.run->instruments.begin(), view.run->instruments.end());
  std::ranges::sort(*known);
  known->erase(std::ranges::unique(*known).begin(), known->end());
  auto found = match_symbol(text, *known);
  if (!found)
    return fail(std::move(found.error()));
  std::vector<Instrument> instruments;
  for (std::size_t i : *found)
    if (exchange.empty() || (*known)[i].exchange == exchange)
      instruments.push_back((*known)[i]);
  if (instruments.empty())
    return not_found(text, exchange, "watched, and nothing about it is stored");
  return instruments;
}

Result<Timeframe> find_interval(const MarketView& view, std::string_view name) {
  static const Settings defaults;
  const Settings& settings = view.run ? view.run->settings : defaults;
  if (auto watched = settings.find_timeframe(name))
    return *watched;
  if (auto interval = parse_timeframe(name))
    return *interval;
  std::string accepted;
  for (const auto& entry : settings.timeframes)
    accepted += fmt::format("{}{} ({})", accepted.empty() ? "" : ", ", entry.style,
                            to_string(entry.interval));
  return fail(Error{
      ErrorCode::invalid_argument,
      fmt::format("timeframe = '{}' is not known: use {}", name.substr(0, 64), accepted),
      {}}.with("field", "timeframe")
                  .with("value", std::string(name.substr(0, 64)))
                  .with("accepted", accepted));
}

}  // namespace cscan
