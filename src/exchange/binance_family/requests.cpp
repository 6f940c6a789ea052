#include "exchange/binance_family/requests.hpp"

#include <fmt/format.h>

#include "base/check.hpp"
#include "exchange/request_url.hpp"

namespace cscan::binance_family {
namespace {

std::string control_text(std::string_view method, std::span<const std::string> streams,
                         std::int64_t id) {
  std::string text = fmt::format(R"({{"method":"{}","params":[)", method);
  for (const std::string& stream : streams) {
    if (&stream != &streams.front())
      text += ',';
    append_json_text(text, stream);
  }
  text += fmt::format(R"(],"id":{}}})", id);
  return text;
}

}  // namespace

RestRequest candle_request(const ExchangeTable& table, std::string_view rest_host,
                           std::string_view market, Timeframe timeframe, Timestamp from,
                           std::uint32_t rows) {
  const IntervalName* interval = table.find_interval(timeframe);
  CHECK(interval != nullptr, "{} has no {} candles", table.id, to_string(timeframe));
  return {RestMethod::get,
          fmt::format("{}{}?symbol={}&interval={}&startTime={}&limit={}", rest_host,
                      table.candles.path, percent_encode(market), interval->rest, from.ms, rows),
          table.page_weight(rows)};
}

std::optional<CandleQuestion> parse_candle_request(const ExchangeTable& table,
                                                   std::string_view url) {
  if (!is_query_of(table.candles, url))
    return std::nullopt;
  auto market = query_value(url, "symbol");
  auto timeframe = table.find_rest_interval(query_value(url, "interval").value_or(""));
  auto from = query_number(url, "startTime"), rows = query_number(url, "limit");
  if (!market || !timeframe || !from || !rows || *rows > table.candle_pages.back().rows_max)
    return std::nullopt;
  return CandleQuestion{*market, *timeframe, {*from}, static_cast<std::uint32_t>(*rows)};
}

std::string subscribe_text(std::span<const std::string> streams, std::int64_t id) {
  return control_text("SUBSCRIBE", streams, id);
}

std::string unsubscribe_text(std::span<const std::string> streams, std::int64_t id) {
  return control_text("UNSUBSCRIBE", streams, id);
}

}  // namespace cscan::binance_family
