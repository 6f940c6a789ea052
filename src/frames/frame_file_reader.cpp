#include "frames/frame_file_reader.hpp"

#include <fmt/format.h>

#include <fstream>
#include <utility>

#include "frames/frame_block.hpp"

namespace cscan {
namespace {

/// Far beyond what a writer writes; whatever is longer is none of its files.
constexpr std::uintmax_t file_bytes_max = 1'000'000'000;

Result<std::string> read_file(const std::filesystem::path& path) {
  std::error_code error;
  std::uintmax_t size = std::filesystem::file_size(path, error);
  if (!error && size > file_bytes_max)
    return fail(ErrorCode::corrupt,
                fmt::format("{} is too long for recorded traffic", path.string()));
  std::ifstream file(path, std::ios::binary);
  std::string bytes(error ? 0 : size, '\0');
  if (error || !file.read(bytes.data(), static_cast<std::streamsize>(bytes.size())))
    return fail(ErrorCode::io, fmt::format("cannot read {}", path.string()));
  return bytes;
}

/// What some file systems leave of the last writes when the power is cut.
bool is_blank(std::string_view bytes) {
  return bytes.find_first_not_of('\0') == std::string_view::npos;
}

}  // namespace

Result<std::unique_ptr<FrameFileReader>> FrameFileReader::open(const FrameFile& file) {
  auto bytes = read_file(file.path);
  if (!bytes)
    return fail(std::move(bytes.error()));
  return std::unique_ptr<FrameFileReader>(new FrameFileReader(file, std::move(*bytes)));
}

FrameFileReader::FrameFileReader(FrameFile file, std::string bytes)
    : file_(std::move(file)), bytes_(std::move(bytes)) {}

std::string FrameFileReader::place() const {
  return fmt::format("{} at byte {}", file_.path.string(), block_start_);
}

std::unexpected<Error> FrameFileReader::corrupt(std::string_view why) const {
  return fail(ErrorCode::corrupt, fmt::format("{}: {}", place(), why));
}

void FrameFileReader::break_off(std::string_view why) {
  at_end_ = true;
  torn_ = fmt::format("{}: {}", place(), why);
}

Status FrameFileReader::take_head() {
  auto head = take_block_head(left_);
  if (!head)
    return corrupt(head.error().message);
  if (head->exchange != file_.name.exchange)
    return corrupt(
        fmt::format("traffic of {} in a file of {}", head->exchange, file_.name.exchange));
  if (head->sequence != sequence_)
    return corrupt(
        fmt::format("block {} stands where block {} belongs", head->sequence, sequence_));
  ++sequence_;
  return {};
}

/// Goes on to the next block, or to the end where the file breaks off.
Status FrameFileReader::take_block() {
  std::string_view rest = std::string_view(bytes_).substr(read_);
  block_start_ = read_;
  if (rest.empty()) {
    break_off("it breaks off here, between two blocks");
    return {};
  }
  auto block = unpack_block(rest);
  if (!block) {
    if (holds_later_block(rest))
      return corrupt("a block is damaged, and others follow it");
    if (block.error() == BlockDefect::damaged && !is_blank(rest))
      return corrupt("the last block is damaged");
    break_off("it breaks off here, within a block");
    return {};
  }
  block_ = std::move(block->text);
  left_ = block_;
  read_ += block->packed_bytes;
  return take_head();
}

Result<std::optional<FrameRecord>> FrameFileReader::next() {
  while (!at_end_ && left_.empty())
    if (auto taken = take_block(); !taken) {
      at_end_ = true;
      return fail(std::move(taken.error()));
    }
  if (at_end_)
    return std::nullopt;
  auto record = take_record(left_);
  if (!record) {
    at_end_ = true;
    return corrupt(record.error().message);
  }
  if (record->kind != FrameKind::end)
    return *record;
  at_end_ = true;
  if (!left_.empty() || read_ != bytes_.size())
    return corrupt("something follows the end");
  return std::nullopt;
}

}  // namespace cscan
