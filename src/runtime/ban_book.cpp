#include "runtime/ban_book.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <filesystem>
#include <fstream>

#include "base/decimal.hpp"

namespace cscan {
namespace {

/// Shorter silences are over before a restart is.
constexpr Duration worth_keeping = seconds(5);
/// The longest ban an exchange is known for, with room. What lies beyond is no ban but a mistake.
constexpr Duration ban_max = days(7);
constexpr std::size_t lines_max = 64;

}  // namespace

BanBook::BanBook(std::string path) : path_(std::move(path)) {
  if (path_.empty())
    return;
  std::ifstream file(path_);
  std::string line;
  for (std::size_t n = 0; n < lines_max && std::getline(file, line); ++n) {
    std::size_t space = line.find(' ');
    if (space == std::string::npos)
      continue;
    if (auto until = parse_integer(std::string_view(line).substr(space + 1)))
      until_[line.substr(0, space)] = Timestamp{*until};
  }
}

Timestamp BanBook::quiet_until(std::string_view exchange, Timestamp now) const {
  auto found = until_.find(exchange);
  return found == until_.end() || found->second > now + ban_max ? Timestamp{} : found->second;
}

void BanBook::note(std::string_view exchange, Timestamp quiet_until, Timestamp now) {
  if (path_.empty() || quiet_until < now + worth_keeping || quiet_until > now + ban_max ||
      quiet_until == this->quiet_until(exchange, now))
    return;
  until_[std::string(exchange)] = quiet_until;
  if (!write(now))
    spdlog::warn("{}: a ban by {} could not be noted; do not restart before {}", path_, exchange,
                 format_rfc3339(quiet_until));
}

bool BanBook::write(Timestamp now) const {
  const std::string fresh = path_ + ".new";
  {
    std::ofstream file(fresh, std::ios::trunc);
    for (const auto& [exchange, until] : until_)
      if (until > now)
        file << exchange << ' ' << until.ms << '\n';
    if (!file.flush())
      return false;
  }
  std::error_code error;
  std::filesystem::rename(fresh, path_, error);
  return !error;
}

}  // namespace cscan
