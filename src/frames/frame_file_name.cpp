#include "frames/frame_file_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "frames/frame_record.hpp"

namespace cscan {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view suffix = ".frames.zst";

bool has_suffix(const fs::path& path) { return path.filename().string().ends_with(suffix); }

/// "2026-01-05T00:00:00.000Z" → "20260105T000000.000Z".
std::string compact(Timestamp time) {
  std::string text = format_rfc3339(time);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

std::optional<Timestamp> parse_compact(std::string_view text) {
  if (text.size() != compact({}).size())
    return std::nullopt;
  std::string full = fmt::format("{}-{}-{}:{}:{}", text.substr(0, 4), text.substr(4, 2),
                                 text.substr(6, 5), text.substr(11, 2), text.substr(13));
  auto time = parse_timestamp(full);
  return time && compact(*time) == text ? std::optional(*time) : std::nullopt;
}

std::vector<fs::path> files_at(const fs::path& path) {
  std::vector<fs::path> files;
  std::error_code ignored;
  if (fs::is_regular_file(path, ignored) && has_suffix(path))
    return {path};
  for (const fs::directory_entry& entry : fs::directory_iterator(path, ignored))
    if (has_suffix(entry.path()) && entry.is_regular_file(ignored))
      files.push_back(entry.path());
  return files;
}

}  // namespace

std::string to_string(const FrameFileName& name) {
  return fmt::format("{}_{}{}", name.exchange, compact(name.start), suffix);
}

std::optional<FrameFileName> parse_frame_file_name(std::string_view name) {
  if (!name.ends_with(suffix))
    return std::nullopt;
  name.remove_suffix(suffix.size());
  std::size_t bar = name.find('_');
  if (bar == std::string_view::npos || !is_recordable_exchange(name.substr(0, bar)))
    return std::nullopt;
  auto start = parse_compact(name.substr(bar + 1));
  if (!start)
    return std::nullopt;
  return FrameFileName{std::string(name.substr(0, bar)), *start};
}

bool is_frame_recording(const fs::path& path) { return !files_at(path).empty(); }

Result<std::vector<FrameFile>> list_frame_files(const fs::path& path) {
  std::vector<FrameFile> files;
  for (const fs::path& file : files_at(path)) {
    auto name = parse_frame_file_name(file.filename().string());
    if (!name)
      return fail(ErrorCode::corrupt,
                  fmt::format("{} is not called as recorded traffic is, for example {}",
                              file.string(), to_string(FrameFileName{"binance", Timestamp{}})));
    files.push_back({file, std::move(*name)});
  }
  if (files.empty())
    return fail(ErrorCode::not_found,
                fmt::format("{} holds no recorded traffic (*{})", path.string(), suffix));
  std::ranges::sort(files, {}, [](const FrameFile& file) {
    return std::tie(file.name.start, file.name.exchange);
  });
  return files;
}

}  // namespace cscan
