#include "replay/run_names.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace cscan {

void RunNames::take(const Input& input) {
  const auto* universe = std::get_if<UniverseChanged>(&input);
  const auto* settings = std::get_if<SettingsChanged>(&input);
  if (universe == nullptr && settings == nullptr)
    return;
  if (universe != nullptr)
    instruments_ = universe->instruments;
  if (settings != nullptr)
    settings_ = settings->settings;
  intervals_ = settings_.intervals();
  contexts_.clear();
  for (const Instrument& instrument : instruments_)
    for (Timeframe timeframe : intervals_)
      contexts_.push_back(signal_context(instrument, settings_, timeframe));
}

const Instrument& RunNames::instrument(InstrumentId id) const {
  CHECK(id.value < instruments_.size(), "instrument {}", id.value);
  return instruments_[id.value];
}

const SignalContext& RunNames::context(const Signal& signal) const {
  auto at = std::ranges::find(intervals_, signal.timeframe) - intervals_.begin();
  std::size_t index = signal.instrument.value * intervals_.size() + static_cast<std::size_t>(at);
  CHECK(index < contexts_.size(), "instrument {} {}", signal.instrument.value,
        to_string(signal.timeframe));
  return contexts_[index];
}

}  // namespace cscan
