#pragma once
// What a check of `cscan doctor` found: a verdict, what it is about, and what to do about it.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cscan {

enum class FindingVerdict : std::uint8_t {
  ok,
  warning,  ///< it works, but less well than it could, or not for long
  failure,  ///< it does not work
};
[[nodiscard]] std::string_view to_string(FindingVerdict verdict);

struct Finding {
  std::string name{};  ///< of the check: "disk space"
  FindingVerdict verdict{};
  std::string words{};  ///< what was found, for people
  std::string fix{};    ///< what to do about it, a sentence; empty where nothing is to be done
};

[[nodiscard]] Finding fine(std::string name, std::string words);
[[nodiscard]] Finding warning(std::string name, std::string words, std::string fix);
[[nodiscard]] Finding failure(std::string name, std::string words, std::string fix);

/// All that was found about one thing: this machine, or an exchange.
struct Examination {
  std::string subject{};
  std::vector<Finding> findings{};
};

}  // namespace cscan
