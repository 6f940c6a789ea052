#include "runtime/recording_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "core/input_log.hpp"

namespace cscan {
namespace {

namespace fs = std::filesystem;

struct PastRun {
  fs::path path;
  std::vector<fs::path> files;
  std::uint64_t bytes = 0;
};

/// Every folder in `dir` that holds input log files, oldest first. What cannot be read is not seen.
std::vector<PastRun> list_runs(const fs::path& dir) {
  std::vector<PastRun> runs;
  std::error_code ignored;
  for (const fs::directory_entry& folder : fs::directory_iterator(dir, ignored)) {
    if (!folder.is_directory(ignored) || folder.is_symlink(ignored))
      continue;
    PastRun run{folder.path(), {}, 0};
    for (const fs::directory_entry& file : fs::directory_iterator(folder.path(), ignored)) {
      if (input_log_file_number(file.path().filename().string()) == 0 ||
          !file.is_regular_file(ignored))
        continue;
      run.files.push_back(file.path());
      std::uint64_t bytes = file.file_size(ignored);
      run.bytes += ignored ? 0 : bytes;
    }
    if (!run.files.empty())
      runs.push_back(std::move(run));
  }
  std::ranges::sort(runs, {}, &PastRun::path);
  return runs;
}

/// The descriptor of the folder, taken; -1 when somebody else has it or it cannot be opened.
int take_folder(const fs::path& path) {
  int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  if (descriptor >= 0 && ::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    ::close(descriptor);
    return -1;
  }
  return descriptor;
}

bool remove_run(const PastRun& run) {
  int descriptor = take_folder(run.path);
  if (descriptor < 0)
    return false;
  std::error_code ignored;
  for (const fs::path& file : run.files)
    fs::remove(file, ignored);
  fs::remove(run.path, ignored);  // stays where something else lies in it
  ::close(descriptor);
  return true;
}

}  // namespace

std::string recorded_run_name(Timestamp started_at, std::string_view run_id) {
  std::string name;
  for (char c : format_rfc3339(started_at).substr(0, 19))
    if (c != '-' && c != ':')
      name += c;
  return fmt::format("{}Z_{}", name, run_id);
}

Status prepare_recording_folder(const fs::path& dir) {
  std::error_code error;
  fs::create_directories(dir, error);
  if (!error && ::access(dir.c_str(), W_OK | X_OK) != 0)
    error.assign(errno, std::generic_category());
  if (!error && !fs::is_directory(dir, error) && !error)
    error = std::make_error_code(std::errc::not_a_directory);
  if (error)
    return fail(ErrorCode::io,
                fmt::format("--record {}: cannot write there ({})", dir.string(), error.message()));
  return {};
}

Result<RunFolder> RunFolder::create(const fs::path& path) {
  std::error_code error;
  if (!fs::create_directory(path, error))
    return fail(error ? ErrorCode::io : ErrorCode::conflict,
                fmt::format("cannot make {}: {}", path.string(),
                            error ? error.message() : "it is there already"));
  int descriptor = take_folder(path);
  if (descriptor < 0)
    return fail(ErrorCode::io,
                fmt::format("cannot open {}: {}", path.string(), std::strerror(errno)));
  return RunFolder(path, descriptor);
}

RunFolder::RunFolder(RunFolder&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

RunFolder& RunFolder::operator=(RunFolder&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

RunFolder::~RunFolder() {
  if (descriptor_ >= 0)
    ::close(descriptor_);
}

std::vector<std::string> remove_oldest_runs(const fs::path& dir, std::uint64_t bytes_max) {
  std::vector<PastRun> runs = list_runs(dir);
  std::uint64_t bytes = 0;
  for (const PastRun& run : runs)
    bytes += run.bytes;
  std::vector<std::string> removed;
  for (const PastRun& run : runs) {
    if (bytes <= bytes_max)
      break;
    if (!remove_run(run))
      continue;
    bytes -= run.bytes;
    removed.push_back(run.path.filename().string());
  }
  return removed;
}

}  // namespace cscan
