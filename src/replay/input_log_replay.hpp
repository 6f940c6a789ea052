#pragma once
// Plays a recorded run through the very same core: the same inputs in the same order give the same
// effects, all of them.

#include <functional>

#include "core/effect.hpp"
#include "replay/input_log_reader.hpp"
#include "replay/run_names.hpp"

namespace cscan {

/// Plays what the reader has left. After each input `sink` gets its effects and the names they
/// are to be read with, and may keep nothing of either; it returns false to stop early.
void replay_input_log(InputLogReader& reader,
                      const std::function<bool(const EffectBuffer&, const RunNames&)>& sink);

}  // namespace cscan
