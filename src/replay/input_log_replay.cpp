#include "replay/input_log_replay.hpp"

#include "core/scanner.hpp"

namespace cscan {

void replay_input_log(InputLogReader& reader,
                      const std::function<bool(const EffectBuffer&, const RunNames&)>& sink) {
  Scanner scanner;
  RunNames names;
  EffectBuffer effects;
  while (auto input = reader.next()) {
    names.take(*input);
    effects.clear();
    scanner.step(*input, effects);
    if (!sink(effects, names))
      return;
  }
}

}  // namespace cscan
