#pragma once
// Which function answers which path. Handlers are plain functions from a request to a response;
// those that wait for the disk say so and run on the worker pool.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_message.hpp"
#include "net/percent_encoding.hpp"

namespace cscan {

/// One request as a handler sees it: decoded and matched.
struct RouteRequest {
  QueryParameters query;
  std::string tail;  ///< what a trailing {symbol} matched, decoded once; may hold a slash
  std::string body;
};

using RouteHandler = std::function<HttpResponse(const RouteRequest&)>;

enum class RunsOn : std::uint8_t { io_thread, workers };

/// `pattern` is literal, or ends in "/{symbol}", which takes the rest of the path.
struct Route {
  std::string method;
  std::string pattern;
  RunsOn runs_on = RunsOn::io_thread;
  RouteHandler handler;
};

/// The outcome of a look-up: a route with its tail, or the refusal (404, 405 with Allow).
struct RouteMatch {
  const Route* route = nullptr;
  std::string tail;
  HttpResponse refusal;
};

class Router {
 public:
  explicit Router(std::vector<Route> routes) : routes_(std::move(routes)) {}
  /// `path` is decoded already.
  [[nodiscard]] RouteMatch find(std::string_view method, std::string_view path) const;
  /// For tests and documentation.
  [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }

 private:
  std::vector<Route> routes_;
};

}  // namespace cscan
