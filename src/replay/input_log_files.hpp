#pragma once
// Finds the files of one recorded run (core/input_log.hpp).

#include <filesystem>
#include <vector>

#include "base/result.hpp"

namespace cscan {

/// Whether `path` is an input log file, or a folder that holds such or folders of such.
[[nodiscard]] bool is_input_log(const std::filesystem::path& path);

/// The files of the one run that `path` means, in order: a file means its folder; a folder of
/// recordings means the run in it when there is one only. not_found where there is none;
/// invalid_argument where there are several, which are named; corrupt where a file is missing.
[[nodiscard]] Result<std::vector<std::filesystem::path>> find_input_log(
    const std::filesystem::path& path);

}  // namespace cscan
