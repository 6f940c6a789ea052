#include "replay/input_log_files.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/input_log.hpp"

namespace cscan {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t runs_named_max = 10;

/// Input log files right in `folder`, by number.
std::vector<fs::path> log_files(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored))
    if (input_log_file_number(entry.path().filename().string()) > 0)
      files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

/// Folders in `folder` that hold input log files, by name and hence by time.
std::vector<fs::path> run_folders(const fs::path& folder) {
  std::vector<fs::path> runs;
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored))
    if (entry.is_directory(ignored) && !log_files(entry.path()).empty())
      runs.push_back(entry.path());
  std::ranges::sort(runs);
  return runs;
}

Result<std::vector<fs::path>> whole(std::vector<fs::path> files) {
  for (std::size_t i = 0; i < files.size(); ++i) {
    std::uint64_t expected = i + 1;
    if (input_log_file_number(files[i].filename().string()) == expected)
      continue;
    return fail(ErrorCode::corrupt,
                fmt::format("{} is missing: a run can only be replayed from its first input on, "
                            "with none left out",
                            (files[i].parent_path() / input_log_file_name(expected)).string()));
  }
  return files;
}

}  // namespace

bool is_input_log(const fs::path& path) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored))
    return !log_files(path).empty() || !run_folders(path).empty();
  return fs::is_regular_file(path, ignored) && input_log_file_number(path.filename().string()) > 0;
}

Result<std::vector<fs::path>> find_input_log(const fs::path& path) {
  std::error_code ignored;
  if (fs::is_regular_file(path, ignored))
    return whole(log_files(path.has_parent_path() ? path.parent_path() : "."));
  if (auto files = log_files(path); !files.empty())
    return whole(std::move(files));
  std::vector<fs::path> runs = run_folders(path);
  if (runs.empty())
    return fail(ErrorCode::not_found, fmt::format("{} holds no recorded run ({})", path.string(),
                                                  input_log_file_name(1)));
  if (runs.size() == 1)
    return whole(log_files(runs.front()));
  std::string names;
  for (std::size_t i = 0; i < std::min(runs.size(), runs_named_max); ++i)
    names += fmt::format("\n  {}", runs[runs.size() - 1 - i].string());
  return fail(ErrorCode::invalid_argument,
              fmt::format("{} holds {} recorded runs: name one of them, newest first:{}",
                          path.string(), runs.size(), names));
}

}  // namespace cscan
