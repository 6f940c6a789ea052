#pragma once
// Which build this program is: two builds of one version may still compute differently.

#include <string>

namespace cscan {

/// The id that the linker derived from the program's code and data, in hexadecimal; empty where it
/// left none.
[[nodiscard]] const std::string& build_id();

}  // namespace cscan
