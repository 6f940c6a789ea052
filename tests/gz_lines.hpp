#pragma once
// For tests only: the lines of a file that gzip has compressed.

#include <gtest/gtest.h>
#include <zlib.h>

#include <array>
#include <filesystem>
#include <string>
#include <vector>

namespace cscan::fixture {

inline std::vector<std::string> gz_lines(const std::filesystem::path& path) {
  gzFile file = gzopen(path.c_str(), "rb");
  EXPECT_NE(file, nullptr) << path;
  std::vector<std::string> lines;
  if (file == nullptr)
    return lines;
  std::string line;
  std::array<char, 64 * 1024> piece;
  while (gzgets(file, piece.data(), static_cast<int>(piece.size())) != nullptr) {
    line += piece.data();
    if (!line.ends_with('\n'))
      continue;  // it is longer than the piece
    line.pop_back();
    lines.push_back(std::move(line));
    line.clear();
  }
  int error = Z_OK;
  EXPECT_STREQ(gzerror(file, &error), "") << path;
  if (!line.empty())
    lines.push_back(line);
  gzclose(file);
  return lines;
}

}  // namespace cscan::fixture
