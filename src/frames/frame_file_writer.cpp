#include "frames/frame_file_writer.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "frames/frame_file_name.hpp"

namespace cscan {
namespace {

/// Files may begin in one millisecond, when they are small or when a run follows another at once.
constexpr int names_tried_max = 1'000;

}  // namespace

FrameFileWriter::FrameFileWriter(const FrameRecordingOptions& options, std::string exchange)
    : options_(options), exchange_(std::move(exchange)) {}

FrameFileWriter::~FrameFileWriter() {
  if (descriptor_ >= 0)
    ::close(descriptor_);
}

std::unexpected<Error> FrameFileWriter::failure(int error) const {
  return fail(ErrorCode::io,
              fmt::format("cannot write {}: {}", path_.string(), std::strerror(error)));
}

bool FrameFileWriter::belongs_to_next_file(Timestamp time) const {
  return in_file_ && (file_bytes_ >= options_.file_bytes_max ||
                      floor_to(time, hours(1)) > floor_to(file_start_, hours(1)));
}

void FrameFileWriter::begin_block(Timestamp time) {
  if (!std::exchange(in_file_, true)) {
    file_start_ = time;
    sequence_ = 0;
    file_bytes_ = 0;
  }
  block_start_ = time;
  append_block_head(block_, {exchange_, sequence_});
}

Status FrameFileWriter::append(const FrameRecord& record, FrameBlockPacker& packer) {
  if (belongs_to_next_file(record.time))
    if (auto finished = finish(packer); !finished)
      return finished;
  if (block_.empty())
    begin_block(record.time);
  append_record(block_, record);
  if (block_.size() >= options_.block_bytes)
    return write_block(packer);
  return step(record.time, packer);
}

Status FrameFileWriter::step(Timestamp now, FrameBlockPacker& packer) {
  if (block_.empty() || now - block_start_ < options_.block_time)
    return {};
  return write_block(packer);
}

Status FrameFileWriter::finish(FrameBlockPacker& packer) {
  if (!in_file_)
    return {};
  if (block_.empty())
    begin_block(block_start_);
  append_record(block_, {.kind = FrameKind::end});
  if (auto written = write_block(packer); !written)
    return written;
  in_file_ = false;
  bool synced = ::fdatasync(descriptor_) == 0;
  int error = errno;
  ::close(std::exchange(descriptor_, -1));
  return synced ? Status() : failure(error);
}

Status FrameFileWriter::write_block(FrameBlockPacker& packer) {
  auto packed = packer.pack(block_);
  if (!packed)
    return fail(std::move(packed.error()));
  if (descriptor_ < 0)
    if (auto created = create_file(); !created)
      return created;
  if (auto written = write(*packed); !written)
    return written;
  ++sequence_;
  block_.clear();
  return {};
}

Status FrameFileWriter::create_file() {
  for (int i = 0; i < names_tried_max && descriptor_ < 0; ++i) {
    path_ = options_.dir / to_string(FrameFileName{exchange_, file_start_ + milliseconds(i)});
    descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (descriptor_ < 0 && errno != EEXIST)
      break;
  }
  return descriptor_ >= 0 ? Status() : failure(errno);
}

Status FrameFileWriter::write(std::string_view bytes) {
  for (std::string_view left = bytes; !left.empty();) {
    ssize_t written = ::write(descriptor_, left.data(), left.size());
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0) {
      int error = written < 0 ? errno : EIO;
      // Half a block would only be reported as torn, and a file of nothing as well.
      (void)!::ftruncate(descriptor_, static_cast<off_t>(file_bytes_));
      if (file_bytes_ == 0)
        ::unlink(path_.c_str());
      return failure(error);
    }
    left.remove_prefix(static_cast<std::size_t>(written));
  }
  file_bytes_ += bytes.size();
  bytes_ += bytes.size();
  return {};
}

}  // namespace cscan
