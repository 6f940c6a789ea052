#pragma once
// For the tests of this room: recordings made of a few words, and what a reader makes of them.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "base/temp_dir.hpp"
#include "frames/frame_recording_reader.hpp"
#include "frames/frame_recording_writer.hpp"

namespace cscan::testing {

constexpr Timestamp frames_start{1'767'571'200'000};  // 2026-01-05T00:00:00Z

inline std::string file_bytes(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

inline void write_file(const std::filesystem::path& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

/// The names of the files in a folder, sorted.
inline std::vector<std::string> names_in(const std::filesystem::path& dir) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(dir))
    names.push_back(entry.path().filename().string());
  std::ranges::sort(names);
  return names;
}

/// "binance 1767571200000 #3 text" and the like: a record in a form that tests can compare.
inline std::string in_words(const RecordedFrame& frame) {
  const FrameRecord& record = frame.record;
  std::string who = fmt::format("{} {} ", frame.exchange, record.time.ms);
  switch (record.kind) {
    case FrameKind::frame: return who + fmt::format("#{} {}", record.stream, record.text);
    case FrameKind::request: return who + fmt::format("? {}", record.url);
    case FrameKind::response:
      return who + fmt::format("{} {} {}", record.status, record.url, record.text);
    case FrameKind::end: return who + "end";
  }
  return who;
}

struct ReadFrames {
  std::vector<std::string> words;
  std::vector<std::string> torn;
  std::optional<Error> error;
};

inline ReadFrames read_frames(const std::filesystem::path& path, std::string_view exchange = {}) {
  ReadFrames result;
  auto reader = FrameRecordingReader::open(path, exchange);
  if (!reader) {
    result.error = reader.error();
    return result;
  }
  while (true) {
    auto frame = (*reader)->next();
    if (!frame)
      result.error = frame.error();
    if (!frame || !*frame)
      break;
    result.words.push_back(in_words(**frame));
  }
  result.torn = (*reader)->torn();
  if (!result.error && result.torn.empty()) {
    EXPECT_EQ((*reader)->bytes_read(), (*reader)->bytes_total());
  }
  return result;
}

}  // namespace cscan::testing
