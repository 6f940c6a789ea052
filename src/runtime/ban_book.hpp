#pragma once
// How long exchanges want silence, kept on disk: a program that was told to be silent and is
// started anew must not ask either. One line an exchange: its id and the end, in ms since 1970.

#include <map>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace cscan {

/// Single-threaded. A file that cannot be read counts as empty, one that cannot be written is
/// tried again at the next change: bans matter, but not more than running.
class BanBook {
 public:
  /// Empty path: nothing is kept.
  explicit BanBook(std::string path);

  /// Epoch when there is none, or one that no exchange would give. Real time.
  [[nodiscard]] Timestamp quiet_until(std::string_view exchange, Timestamp now) const;
  /// Writes the file if that is news.
  void note(std::string_view exchange, Timestamp quiet_until, Timestamp now);

 private:
  [[nodiscard]] bool write(Timestamp now) const;

  std::string path_;
  std::map<std::string, Timestamp, std::less<>> until_;
};

}  // namespace cscan
