#pragma once
// From a signal to the row that is stored.

#include <string>

#include "store/stored_rows.hpp"
#include "wire/signal_json.hpp"

namespace cscan {

/// `body` is the whole JSON object of signal_body_json, with this `id`. Closed signals bring a
/// cluster row.
[[nodiscard]] StoredSignal signal_row(const Signal& signal, const SignalContext& names,
                                      SignalEnvelope envelope, std::string id, std::string body);

}  // namespace cscan
