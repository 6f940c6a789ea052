#pragma once
// What files of recorded exchange traffic are called: "binance_20260105T000000.000Z.frames.zst",
// the exchange and the time of the first record.

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace cscan {

struct FrameFileName {
  std::string exchange{};
  Timestamp start{};

  bool operator==(const FrameFileName&) const = default;
};

/// Precondition: a name that recordings can bear, and a time with a year of four digits.
[[nodiscard]] std::string to_string(const FrameFileName& name);
/// Nothing for whatever to_string would not give.
[[nodiscard]] std::optional<FrameFileName> parse_frame_file_name(std::string_view name);

struct FrameFile {
  std::filesystem::path path{};
  FrameFileName name{};
};

/// Whether `path` is a file of recorded traffic, or a folder with such files right in it.
[[nodiscard]] bool is_frame_recording(const std::filesystem::path& path);
/// These files, by start, then exchange. not_found when there is none; corrupt when a file ends in
/// ".frames.zst" and is called otherwise than such a file can be.
[[nodiscard]] Result<std::vector<FrameFile>> list_frame_files(const std::filesystem::path& path);

}  // namespace cscan
