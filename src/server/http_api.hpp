#pragma once
// The whole API as one HTTP handler: gate, route, answer; then what every answer gets (ETag, gzip,
// security headers).

#include <boost/asio/any_io_executor.hpp>
#include <memory>

#include "net/http_server.hpp"
#include "server/gate.hpp"
#include "server/routes.hpp"

namespace cscan {

/// The handler keeps what it needs; the ports in `context` and the workers outlive it. Blocking
/// routes run on `workers`, everything else on the server's thread.
[[nodiscard]] HttpHandler make_api_handler(const ApiContext& context, const GateOptions& gate,
                                           asio::any_io_executor workers);

}  // namespace cscan
