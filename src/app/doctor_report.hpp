#pragma once
// The findings of `cscan doctor`, for people and for machines.

#include <span>
#include <string>

#include "app/exit_code.hpp"
#include "app/finding.hpp"

namespace cscan {

/// One line a finding, under its subject, and one more for what is to be done. Coloured as
/// terminal.hpp says; ends with a newline.
[[nodiscard]] std::string report_text(const Examination& examination);

/// "1 failure, 2 warnings, 9 ok", with a newline.
[[nodiscard]] std::string report_summary(std::span<const Examination> examinations);

/// {"checks":[{"subject","name","verdict","words","fix"}],"ok","warnings","failures",
/// "schema_version"}; `fix` is null where nothing is to be done.
[[nodiscard]] std::string report_json(std::span<const Examination> examinations);

/// exit_usage when the configuration cannot be used, exit_resource for any other failure; warnings
/// are exit_ok.
[[nodiscard]] ExitCode report_exit_code(std::span<const Examination> examinations);

}  // namespace cscan
