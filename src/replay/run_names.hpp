#pragma once
// What the ids in effects mean: the instruments and settings of a run, as its inputs said them.

#include <vector>

#include "core/input.hpp"
#include "wire/signal_json.hpp"

namespace cscan {

class RunNames {
 public:
  /// Notes what an input says about names; most say nothing.
  void take(const Input& input);

  [[nodiscard]] const Settings& settings() const { return settings_; }
  [[nodiscard]] const std::vector<Instrument>& instruments() const { return instruments_; }
  /// Precondition (checked): one of instruments().
  [[nodiscard]] const Instrument& instrument(InstrumentId id) const;
  /// Of a signal that a scanner made under these names.
  [[nodiscard]] const SignalContext& context(const Signal& signal) const;

 private:
  Settings settings_;
  std::vector<Instrument> instruments_;
  std::vector<Timeframe> intervals_;
  std::vector<SignalContext> contexts_;  ///< per instrument and interval
};

}  // namespace cscan
