#include "runtime/input_log_writer.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace cscan {
namespace {
/// A small bound still leaves a few files.
constexpr std::uint64_t files_min = 8;
constexpr std::uint64_t megabyte = 1'000'000;
}  // namespace

Result<InputLogWriter> InputLogWriter::create(const RecordingOptions& options,
                                              InputLogHeader header) {
  if (auto prepared = prepare_recording_folder(options.dir); !prepared)
    return fail(std::move(prepared.error()));
  std::string name = recorded_run_name(header.started_at, header.run_id);
  auto folder = RunFolder::create(std::filesystem::path(options.dir) / name);
  if (!folder)
    return fail(std::move(folder.error()));
  InputLogWriter writer(options, std::move(header), std::move(*folder));
  if (auto opened = writer.open_file(); !opened)
    return fail(std::move(opened.error()));
  return writer;
}

InputLogWriter::InputLogWriter(const RecordingOptions& options, InputLogHeader header,
                               RunFolder folder)
    : options_(options), header_(std::move(header)), folder_(std::move(folder)) {
  options_.file_bytes_max = std::min(options.file_bytes_max, options.bytes_max / files_min);
  header_.file_number = 0;
}

InputLogWriter::InputLogWriter(InputLogWriter&& other) noexcept
    : options_(std::move(other.options_)),
      header_(std::move(other.header_)),
      folder_(std::move(other.folder_)),
      file_(std::move(other.file_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      file_bytes_(other.file_bytes_),
      bytes_(other.bytes_),
      sequence_(other.sequence_) {}

InputLogWriter::~InputLogWriter() {
  if (descriptor_ >= 0)
    ::close(descriptor_);
}

std::unexpected<Error> InputLogWriter::failure(int error) const {
  return fail(ErrorCode::io,
              fmt::format("cannot write {}: {}", file_.string(), std::strerror(error)));
}

void InputLogWriter::make_room() {
  // This run's own folder is taken, so it is counted and never removed.
  std::uint64_t wanted = std::min(options_.file_bytes_max, options_.bytes_max);
  for (const std::string& name : remove_oldest_runs(options_.dir, options_.bytes_max - wanted))
    spdlog::info("recording: {} was removed, all recordings together may take {} MB", name,
                 options_.bytes_max / megabyte);
}

Status InputLogWriter::open_file() {
  make_room();
  ++header_.file_number;
  file_ = folder_.path() / input_log_file_name(header_.file_number);
  descriptor_ = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (descriptor_ < 0)
    return failure(errno);
  file_bytes_ = 0;
  block_ = input_log_magic;
  append_block(block_, {InputLogBlockKind::header, sequence_++, header_payload(header_)});
  return write(block_);
}

Status InputLogWriter::close_file() {
  bool synced = ::fdatasync(descriptor_) == 0;
  int error = errno;
  ::close(std::exchange(descriptor_, -1));
  return synced ? Status() : failure(error);
}

Status InputLogWriter::write(std::string_view bytes) {
  for (std::string_view left = bytes; !left.empty();) {
    ssize_t written = ::write(descriptor_, left.data(), left.size());
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0) {
      int error = written < 0 ? errno : EIO;
      // Half a block would only be reported as damage.
      (void)!::ftruncate(descriptor_, static_cast<off_t>(file_bytes_));
      return failure(error);
    }
    left.remove_prefix(static_cast<std::size_t>(written));
  }
  file_bytes_ += bytes.size();
  bytes_ += bytes.size();
  return {};
}

Status InputLogWriter::write_block(InputLogBlockKind kind, std::string_view payload) {
  block_.clear();
  append_block(block_, {kind, sequence_, payload});
  auto written = write(block_);
  sequence_ += written.has_value();
  return written;
}

Status InputLogWriter::append(std::string_view records) {
  if (bytes_ + records.size() > options_.bytes_max)
    return fail(ErrorCode::unavailable,
                fmt::format("the recording has reached its bound of {} MB (--record-max-mb)",
                            options_.bytes_max / megabyte));
  if (file_bytes_ >= options_.file_bytes_max) {
    if (auto closed = close_file(); !closed)
      return closed;
    if (auto opened = open_file(); !opened)
      return opened;
  }
  return write_block(InputLogBlockKind::inputs, records);
}

Status InputLogWriter::finish(std::string_view reason) {
  if (descriptor_ < 0)
    return {};
  if (auto written = write_block(InputLogBlockKind::end, reason); !written)
    return written;
  return close_file();
}

}  // namespace cscan
