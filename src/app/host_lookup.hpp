#pragma once
// Asks the system for the addresses of hosts, with a deadline. The system's own is up to half a
// minute where no name server answers, and whoever asks through Asio waits for it even at the end.

#include <boost/asio/awaitable.hpp>
#include <string>
#include <vector>

#include "app/exchange_checks.hpp"

namespace cscan {

/// All at once, in the order asked for. A question without an answer by then is left to itself: its
/// thread ends with the process or with the system's patience, whichever comes first.
boost::asio::awaitable<std::vector<HostLookup>> look_up_hosts(std::vector<std::string> hosts,
                                                              Duration timeout);

}  // namespace cscan
