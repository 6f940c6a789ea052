#pragma once
// The table `file_names`: which stem each market was given, so that names never change.

#include <string>

#include "base/result.hpp"
#include "store/database.hpp"
#include "store/file_name.hpp"

namespace cscan {

[[nodiscard]] Result<FileNames> read_file_names(Connection& connection);
[[nodiscard]] Status write_file_name(Connection& connection, const Instrument& instrument,
                                     const std::string& stem);

}  // namespace cscan
