#include "app/finding.hpp"

#include <array>
#include <utility>

namespace cscan {

std::string_view to_string(FindingVerdict verdict) {
  constexpr std::array<std::string_view, 3> names = {"ok", "warning", "failure"};
  return names[static_cast<std::size_t>(verdict)];
}

Finding fine(std::string name, std::string words) {
  return {std::move(name), FindingVerdict::ok, std::move(words), {}};
}

Finding warning(std::string name, std::string words, std::string fix) {
  return {std::move(name), FindingVerdict::warning, std::move(words), std::move(fix)};
}

Finding failure(std::string name, std::string words, std::string fix) {
  return {std::move(name), FindingVerdict::failure, std::move(words), std::move(fix)};
}

}  // namespace cscan
