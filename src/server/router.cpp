#include "server/router.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "server/api_error.hpp"

namespace cscan {
namespace {

constexpr std::string_view symbol_part = "{symbol}";

/// What the pattern's tail matches, or nothing when the path is another.
std::optional<std::string_view> match(std::string_view pattern, std::string_view path) {
  if (!pattern.ends_with(symbol_part))
    return pattern == path ? std::optional(std::string_view{}) : std::nullopt;
  std::string_view prefix = pattern.substr(0, pattern.size() - symbol_part.size());
  if (!path.starts_with(prefix) || path.size() == prefix.size())
    return std::nullopt;
  return path.substr(prefix.size());
}

}  // namespace

RouteMatch Router::find(std::string_view method, std::string_view path) const {
  RouteMatch result;
  std::vector<std::string> allowed;
  for (const Route& route : routes_) {
    auto tail = match(route.pattern, path);
    if (!tail)
      continue;
    if (route.method == method) {
      result.route = &route;
      result.tail = *tail;
      return result;
    }
    allowed.push_back(route.method);
  }
  if (allowed.empty()) {
    result.refusal =
        error_response(404, "not_found", "no such path: /api/openapi.json lists what there is");
    return result;
  }
  std::string allow = fmt::format("{}", fmt::join(allowed, ", "));
  result.refusal = error_response(405, "method_not_allowed", "this path takes " + allow);
  result.refusal.headers.push_back({"Allow", allow});
  return result;
}

}  // namespace cscan
