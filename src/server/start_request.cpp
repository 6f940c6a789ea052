#include "server/start_request.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/limits.hpp"

namespace cscan {
namespace {

namespace json = boost::json;

constexpr std::string_view accepted_symbols =
    R"(a list such as ["BTC/USDT", "*/USDC"], "all", or {"top": 50})";

/// Bytes that are no text are shown as '?': what is echoed must not surprise a terminal.
std::string printable(std::string_view text) {
  std::string shown(text);
  for (char& c : shown)
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7f)
      c = '?';
  return shown;
}

std::unexpected<Error> bad_field(std::string_view field, const json::value& value,
                                 std::string_view accepted) {
  std::string shown = json::serialize(value).substr(0, 80);
  return fail(Error{ErrorCode::invalid_argument,
                    fmt::format("{} = {} is not valid: use {}", field, shown, accepted),
                    {}}
                  .with("field", std::string(field))
                  .with("value", shown)
                  .with("accepted", std::string(accepted)));
}

Result<std::vector<std::string>> parse_names(std::string_view field, const json::value& value,
                                             std::string_view accepted) {
  if (!value.is_array() || value.get_array().empty() ||
      value.get_array().size() > limits::instruments_max)
    return bad_field(field, value, accepted);
  std::vector<std::string> names;
  for (const json::value& name : value.get_array()) {
    if (!name.is_string() || name.get_string().empty())
      return bad_field(field, name, accepted);
    names.emplace_back(name.get_string().data(), name.get_string().size());
  }
  return names;
}

Result<SymbolSelection> parse_top(const json::object& object) {
  SymbolSelection selection{SymbolSelection::Kind::top, {}, 0};
  for (const auto& [key, value] : object) {
    auto* whole = value.if_int64();
    if (key == "top" && whole != nullptr && *whole >= 1 &&
        *whole <= static_cast<std::int64_t>(limits::instruments_max))
      selection.top = *whole;
    else if (!(key == "by" && value.is_string() && value.get_string() == "quote_volume"))
      return bad_field(fmt::format("symbols.{}", std::string_view(key.data(), key.size())), value,
                       R"({"top": N} with N from 1 to 4096, and "by": "quote_volume")");
  }
  if (selection.top == 0)
    return bad_field("symbols", object, accepted_symbols);
  return selection;
}

Result<SymbolSelection> parse_symbols(const json::value& value) {
  if (value.is_string() && value.get_string() == "all")
    return SymbolSelection{SymbolSelection::Kind::all, {}, 0};
  if (value.is_object())
    return parse_top(value.get_object());
  auto names = parse_names("symbols", value, accepted_symbols);
  if (!names)
    return fail(std::move(names.error()));
  return SymbolSelection{SymbolSelection::Kind::list, std::move(*names), 0};
}

Status apply_key(StartRequest& request, std::string_view key, const json::value& value) {
  if (key == "symbols") {
    auto symbols = parse_symbols(value);
    if (!symbols)
      return fail(std::move(symbols.error()));
    request.symbols = std::move(*symbols);
    return {};
  }
  if (key == "exchanges") {
    auto names = parse_names(key, value, R"(a list such as ["binance", "kucoinfutures"])");
    if (!names)
      return fail(std::move(names.error()));
    request.exchanges = std::move(*names);
    return {};
  }
  if (key == "config") {
    if (!value.is_object())
      return bad_field(key, value, R"(an object such as {"momentum_bias": 0.6})");
    request.config = json::serialize(value);
    return {};
  }
  return bad_field(key, value, "the keys symbols, exchanges and config");
}

}  // namespace

Result<StartRequest> parse_start_request(std::string_view body) {
  StartRequest request;
  if (body.find_first_not_of(" \t\r\n") == std::string_view::npos)
    return request;
  json::error_code error;
  json::parse_options options;
  options.max_depth = limits::json_depth_max;
  json::value value = json::parse(json::string_view(body.data(), body.size()), error, {}, options);
  if (error)
    return fail(Error{ErrorCode::invalid_argument,
                      fmt::format("the body is not valid JSON ({})", error.message()),
                      {}}
                    .with("field", "body")
                    .with("value", printable(body.substr(0, 80)))
                    .with("accepted", R"(an object such as {"symbols": ["BTC/USDT"]})"));
  if (!value.is_object())
    return bad_field("body", value, R"(an object such as {"symbols": ["BTC/USDT"]})");
  for (const auto& [key, member] : value.get_object())
    if (auto applied = apply_key(request, std::string_view(key.data(), key.size()), member);
        !applied)
      return fail(std::move(applied.error()));
  return request;
}

}  // namespace cscan
