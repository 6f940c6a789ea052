#pragma once
// Effects as text: one JSON object a line with everything in it, so that two runs of the core are
// the same exactly when their texts are. `cscan replay` digests these lines.

#include <string>

#include "core/effect.hpp"
#include "replay/run_names.hpp"

namespace cscan {

/// Appends the effect and a line feed. Doubles print as the shortest text that reads back the same.
void append_effect_text(std::string& out, const Effect& effect, const RunNames& names);

}  // namespace cscan
