// Binance's ways to say no.

#include <fmt/format.h>

#include <algorithm>

#include "base/decimal.hpp"
#include "exchange/binance_family/rest_parse.hpp"

namespace cscan::binance_family {
namespace {

/// Error bodies are small; anything larger is no error or a web page.
constexpr std::size_t error_bytes_max = 16 * 1024;
/// Waits beyond this are mistakes of the text: bans last three days at most.
constexpr Duration wait_max = days(4);

/// {"code": n, "msg": "…"}, or code 0 when the body is something else.
struct ErrorBody {
  std::int64_t code = 0;
  std::string text;
};

ErrorBody read_error(JsonReader& reader, std::string_view body) {
  ErrorBody error;
  std::string_view text;
  if (body.size() > error_bytes_max)
    return error;
  auto read = reader.read(body, [&](JsonDocument& document) {
    return read_object(document, {required("code", json::WholeNumber{error.code}),
                                  optional("msg", json::Text{text})});
  });
  if (!read)
    return {};
  error.text = printable(text, 300);
  return error;
}

Duration retry_after(const RestResponse& response) {
  auto seconds_left = parse_integer(find_header(response, "Retry-After"));
  if (!seconds_left || *seconds_left < 0)
    return {};
  return seconds(std::min(*seconds_left, wait_max.ms / 1'000));
}

/// "… IP banned until 1659146400000. …" as time from now; zero when it does not say so.
Duration banned_for(std::string_view text, Timestamp received) {
  constexpr std::string_view mark = "banned until ";
  std::size_t at = text.find(mark);
  if (at == std::string_view::npos)
    return {};
  std::string_view digits = text.substr(at + mark.size());
  digits = digits.substr(0, digits.find_first_not_of("0123456789"));
  auto until = parse_integer(digits);
  if (!until)
    return {};
  return std::clamp(Timestamp{*until} - received, Duration{}, wait_max);
}

/// By the code in the body; `ok` when it has none.
Verdict verdict_of(const ErrorBody& error) {
  switch (error.code) {
    case 0: return Verdict::ok;
    case -1003: return error.text.contains("banned") ? Verdict::banned : Verdict::rate_limited;
    case -1001:  // disconnected inside
    case -1007:  // timeout inside
    case -1008:  // busy
      return Verdict::failed;
    default: return Verdict::refused;
  }
}

Verdict verdict_of(int status, const ErrorBody& error) {
  if (status == 418)
    return Verdict::banned;
  if (status == 429)
    return Verdict::rate_limited;
  if (status == 451)
    return Verdict::region_blocked;
  if (status == 403)
    return Verdict::forbidden;
  if (status == 503 || status == 502 || status == 504)
    return Verdict::maintenance;
  if (status >= 500 || status == 408 || status < 200)
    return Verdict::failed;
  if (status < 300 || status == 400)
    return status < 300 || error.code != 0 ? verdict_of(error) : Verdict::refused;
  return status < 400 ? Verdict::failed : Verdict::refused;
}

}  // namespace

ResponseVerdict judge_response(JsonReader& reader, const RestResponse& response,
                               Timestamp received) {
  ErrorBody error = read_error(reader, response.body);
  ResponseVerdict verdict;
  verdict.verdict = verdict_of(response.status, error);
  verdict.wait = retry_after(response);
  if (verdict.verdict == Verdict::banned)
    verdict.wait = std::max(verdict.wait, banned_for(error.text, received));
  if (verdict.verdict == Verdict::ok)
    return verdict;
  verdict.text = error.text.empty() ? printable(response.body, 120)
                                    : fmt::format("{} (code {})", error.text, error.code);
  if (response.status != 0)
    verdict.text = fmt::format("HTTP {}: {}", response.status, verdict.text);
  return verdict;
}

}  // namespace cscan::binance_family
