// What Binance's two markets allow, what a query weighs and how they say that it was too much.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "base/decimal.hpp"
#include "sim/binance_dialect.hpp"

namespace cscan {
namespace {

namespace json = boost::json;

struct Path {
  std::string_view name;
  std::uint32_t spot = 0;  ///< weight; 0: not there
  std::uint32_t futures = 0;
};
constexpr std::array paths = {
    Path{"ping", 1, 1},          Path{"time", 1, 1},
    Path{"exchangeInfo", 20, 1}, Path{"klines", 2, 5},  // on futures by rows
    Path{"uiKlines", 2, 0},      Path{"aggTrades", 4, 20},
    Path{"trades", 25, 5},       Path{"depth", 5, 5},  // on spot by levels
    Path{"ticker/24hr", 80, 40}, Path{"ticker/bookTicker", 4, 5},
    Path{"ticker/price", 4, 2},
};

std::uint32_t weight_of_rows(std::int64_t limit) {
  return limit < 100 ? 1 : limit < 500 ? 2 : limit <= 1'000 ? 5 : 10;
}
std::uint32_t weight_of_levels(std::int64_t limit) {
  return limit <= 100 ? 5 : limit <= 500 ? 25 : limit <= 1'000 ? 50 : 250;
}
std::uint32_t weight_of_days(std::size_t symbols) {
  return symbols <= 20 ? 2 : symbols <= 100 ? 40 : 80;
}

}  // namespace

BinanceDialect::BinanceDialect(bool futures) : futures_(futures) {
  limits_.weight = futures ? 2'400 : 6'000;
  limits_.window = minutes(1);
  limits_.calendar_window = true;
  limits_.messages = futures ? 10 : 5;
  limits_.messages_window = seconds(1);
  limits_.counts_control_frames = true;
  limits_.topics_per_stream = futures ? 200 : 1'024;
  limits_.topics_per_message = SIZE_MAX;
  limits_.message_bytes = 4'096;
  limits_.ping_every = futures ? minutes(3) : seconds(20);
  limits_.pong_within = futures ? minutes(10) : minutes(1);
  limits_.candle_every = futures ? milliseconds(250) : seconds(2);
  limits_.ticker_every = futures ? seconds(2) : seconds(1);
  limits_.close_delay_max = milliseconds(1'985);  // and some to notice it: 2,005 were seen
  limits_.flags_close = true;
  limits_.says_flat = !futures;
  limits_.lists_flat = true;
}

std::string_view BinanceDialect::name_of(std::string_view path) const {
  const auto prefixes = futures_ ? std::array<std::string_view, 2>{"/fapi/v1/", "/fapi/v2/"}
                                 : std::array<std::string_view, 2>{"/api/v3/", "/api/v3/"};
  for (std::string_view prefix : prefixes)
    if (path.starts_with(prefix))
      return path.substr(prefix.size());
  return {};
}

std::int64_t BinanceDialect::limit_of(const SimRequest& request, std::int64_t usual,
                                      std::int64_t max) {
  auto text = request.find("limit");
  auto number = text ? parse_integer(*text) : Result<std::int64_t>(usual);
  return number && *number > 0 ? std::min(*number, max) : usual;
}

std::optional<std::vector<std::string>> BinanceDialect::listed_in(std::string_view text) {
  boost::system::error_code error;
  const json::value list = json::parse({text.data(), text.size()}, error);
  if (error || !list.is_array())
    return std::nullopt;
  std::vector<std::string> symbols;
  for (const json::value& symbol : list.get_array()) {
    if (!symbol.is_string())
      return std::nullopt;
    symbols.emplace_back(symbol.get_string());
  }
  return symbols;
}

std::optional<std::uint32_t> BinanceDialect::weight_of(const SimRequest& request) const {
  if (!futures_ &&
      (request.path == "/sapi/v1/system/status" || request.path == "/dapi/v1/exchangeInfo"))
    return 1;
  const std::string_view name = name_of(request.path);
  const auto* path = std::ranges::find(paths, name, &Path::name);
  const std::uint32_t usual = path == paths.end() ? 0 : futures_ ? path->futures : path->spot;
  if (usual == 0)
    return std::nullopt;
  if (futures_ && name == "klines")
    return weight_of_rows(limit_of(request, 500, 1'500));
  if (!futures_ && name == "depth")
    return weight_of_levels(limit_of(request, 100, 5'000));
  if (!name.starts_with("ticker/"))
    return usual;
  if (request.find("symbol"))
    return futures_ && name != "ticker/bookTicker" ? 1 : 2;
  if (auto symbols = request.find("symbols"); symbols && name == "ticker/24hr" && !futures_)
    return weight_of_days(listed_in(*symbols).value_or(std::vector<std::string>{}).size());
  return usual;
}

void BinanceDialect::add_headers(SimReply& reply, const SimRequest&, std::uint32_t used,
                                 Duration) const {
  reply.headers.emplace_back("x-mbx-used-weight-1m", fmt::to_string(used));
  if (!futures_)
    reply.headers.emplace_back("x-mbx-used-weight", fmt::to_string(used));
}

SimReply BinanceDialect::over_limit(const OverLimit& over) const {
  const std::string words =
      over.is_ban ? fmt::format(
                        "Way too much request weight used; IP banned until {}. Please use "
                        "WebSocket Streams for live updates to avoid bans.",
                        over.until.ms)
                  : fmt::format(
                        "Too much request weight used; current limit is {} request weight per 1 "
                        "MINUTE. Please use WebSocket Streams for live updates to avoid polling "
                        "the API.",
                        limits_.weight);
  SimReply reply = refuse(-1003, words, over.is_ban ? 418 : 429);
  reply.headers.emplace_back("Retry-After", fmt::to_string((over.wait.ms + 999) / 1'000));
  if (!over.is_ban)
    add_headers(reply, {}, over.used, over.wait);
  return reply;
}

}  // namespace cscan
