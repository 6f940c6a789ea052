#pragma once
// The API's routes, by subject. Each function makes the routes of one file; handlers hold
// references to the ports, which outlive the server.

#include <vector>

#include "server/ports.hpp"
#include "server/router.hpp"

namespace cscan {

struct ApiContext {
  ScannerPort& scanner;
  const HistoryPort& history;
};

[[nodiscard]] std::vector<Route> control_routes(ApiContext context);   ///< start, stop, status
[[nodiscard]] std::vector<Route> signal_routes(ApiContext context);    ///< signals
[[nodiscard]] std::vector<Route> market_routes(ApiContext context);    ///< confluence, state
[[nodiscard]] std::vector<Route> scan_routes(ApiContext context);      ///< the full scan
[[nodiscard]] std::vector<Route> candle_routes(ApiContext context);    ///< candles
[[nodiscard]] std::vector<Route> training_routes(ApiContext context);  ///< training data
[[nodiscard]] std::vector<Route> system_routes(ApiContext context);    ///< health, ready, OpenAPI

/// All of the above.
[[nodiscard]] std::vector<Route> all_routes(ApiContext context);

/// The OpenAPI 3.1 document of the API, as served.
[[nodiscard]] std::string_view openapi_document();

}  // namespace cscan
