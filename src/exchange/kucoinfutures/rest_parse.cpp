#include "exchange/kucoinfutures/rest_parse.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/decimal.hpp"

namespace cscan::kucoinfutures {
namespace {

/// Their old limiter blocks for ten seconds, their firewall for half a minute.
constexpr Duration old_limiter_wait = seconds(10);
constexpr Duration firewall_wait = seconds(60);
constexpr Duration wait_max = minutes(10);

Status read_data(JsonReader& reader, std::string_view body, JsonTarget target) {
  return reader.read(body, [&](JsonDocument& document) {
    return read_object(document, {required("data", target)});
  });
}

Status read_candle_row(JsonValue row, Timeframe timeframe, Timestamp received, CandlePage& page) {
  Candle candle;
  auto read = read_row(
      row, {json::Time{candle.open_time, TimeUnit::ms, received}, json::Decimal{candle.open},
            json::Decimal{candle.high}, json::Decimal{candle.low}, json::Decimal{candle.close},
            json::Decimal{candle.volume}});
  return read ? append_row(page, timeframe, candle) : read;
}

struct ErrorBody {
  bool is_theirs = false;  ///< has a code
  std::string code;
  std::string text;
};

ErrorBody read_error(JsonReader& reader, std::string_view body) {
  ErrorBody error;
  std::string_view code, text;
  auto read = reader.read(body, [&](JsonDocument& document) {
    return read_object(document,
                       {required("code", json::Label{code}), optional("msg", json::Text{text})});
  });
  if (!read)
    return error;
  error.is_theirs = true;
  error.code = printable(code, 20);
  error.text = printable(text, 300);
  return error;
}

Verdict verdict_of(const ErrorBody& error) {
  if (error.code == "200000")
    return Verdict::ok;
  if (error.code == "400302")
    return Verdict::region_blocked;
  if (error.code.starts_with("429") || error.code == "200002")
    return Verdict::rate_limited;
  return error.code.starts_with('5') ? Verdict::failed : Verdict::refused;
}

Verdict verdict_of(const RestResponse& response, const ErrorBody& error) {
  int status = response.status;
  if (status == 451)
    return Verdict::region_blocked;
  if (status == 429)
    return Verdict::rate_limited;
  if (status == 418)
    return Verdict::banned;
  if (status == 403 && !error.is_theirs && response.body.contains("1015"))
    return Verdict::rate_limited;  // the firewall's own limit
  if (error.is_theirs && error.code == "400302")
    return Verdict::region_blocked;
  if (status == 403)
    return Verdict::forbidden;
  if (status == 502 || status == 503 || status == 504)
    return Verdict::maintenance;
  if (status >= 500 || status == 408 || status < 200 || (status >= 300 && status < 400))
    return Verdict::failed;
  if (error.is_theirs)
    return verdict_of(error);
  return status < 300 ? Verdict::malformed : Verdict::refused;
}

Duration wait_of(const RestResponse& response, const ErrorBody& error, Verdict verdict) {
  if (verdict != Verdict::rate_limited && verdict != Verdict::banned)
    return {};
  auto reset_ms = parse_integer(find_header(response, "gw-ratelimit-reset"));
  if (reset_ms && *reset_ms > 0)
    return std::min(Duration{*reset_ms}, wait_max);
  return error.code == "200002" ? old_limiter_wait : firewall_wait;
}

/// By an exchange's time this machine's clock is put right, however far behind it is.
constexpr Duration time_ahead_max = days(36'500);

}  // namespace

Result<Timestamp> parse_time(JsonReader& reader, std::string_view body, Timestamp received) {
  Timestamp time;
  auto read = read_data(reader, body, json::Time{time, TimeUnit::ms, received + time_ahead_max});
  return read ? Result<Timestamp>(time) : fail(read.error());
}

Result<CandlePage> parse_candles(JsonReader& reader, std::string_view body, Timeframe timeframe,
                                 Timestamp received) {
  CandlePage page;
  auto each = [&](JsonValue row) { return read_candle_row(row, timeframe, received, page); };
  auto rows = [&](JsonValue data) { return read_array(data, JsonVisitor(each)); };
  auto read = read_data(reader, body, json::Nested{JsonVisitor(rows)});
  return read ? Result<CandlePage>(std::move(page)) : fail(read.error());
}

Result<StreamToken> parse_token(JsonReader& reader, std::string_view body) {
  StreamToken result;
  auto read_server = [&](JsonValue value) -> Status {
    std::string_view endpoint, protocol;
    std::int64_t ping_ms = 0;
    auto read = read_object(value, {required("endpoint", json::Text{endpoint}),
                                    required("protocol", json::Text{protocol}),
                                    required("pingInterval", json::WholeNumber{ping_ms})});
    if (read && protocol == "websocket" && result.endpoint.empty()) {
      result.endpoint = endpoint;
      result.ping_every = std::clamp(milliseconds(ping_ms), seconds(1), seconds(30));
    }
    return read;
  };
  auto read_servers = [&](JsonValue servers) {
    return read_array(servers, JsonVisitor(read_server));
  };
  auto read_fields = [&](JsonValue data) -> Status {
    std::string_view token;
    auto read =
        read_object(data, {required("token", json::Text{token}),
                           required("instanceServers", json::Nested{JsonVisitor(read_servers)})});
    result.token = token;
    return read;
  };
  auto read = read_data(reader, body, json::Nested{JsonVisitor(read_fields)});
  if (!read)
    return fail(read.error());
  if (result.token.empty() || result.endpoint.empty())
    return fail(ErrorCode::corrupt, "a token without a server for it");
  return result;
}

ResponseVerdict judge_response(JsonReader& reader, const RestResponse& response) {
  ErrorBody error = read_error(reader, response.body);
  ResponseVerdict verdict;
  verdict.verdict = verdict_of(response, error);
  if (verdict.verdict == Verdict::ok)
    return verdict;
  verdict.wait = wait_of(response, error, verdict.verdict);
  verdict.text = error.is_theirs ? fmt::format("{} (code {})", error.text, error.code)
                                 : printable(response.body, 120);
  if (response.status != 0)
    verdict.text = fmt::format("HTTP {}: {}", response.status, verdict.text);
  return verdict;
}

}  // namespace cscan::kucoinfutures
