#include "replay/input_log_reader.hpp"

#include <fmt/format.h>

#include <fstream>
#include <utility>

#include "replay/input_log_files.hpp"

namespace cscan {
namespace {

namespace fs = std::filesystem;

/// Far beyond what a recorder writes; whatever is longer is not one of its files.
constexpr std::uintmax_t file_bytes_max = 1'000'000'000;

Result<std::string> read_file(const fs::path& path) {
  std::error_code error;
  std::uintmax_t size = fs::file_size(path, error);
  if (!error && size > file_bytes_max)
    return fail(ErrorCode::corrupt, fmt::format("{} is too long for an input log", path.string()));
  std::ifstream file(path, std::ios::binary);
  std::string bytes(error ? 0 : size, '\0');
  if (error || !file.read(bytes.data(), static_cast<std::streamsize>(bytes.size())))
    return fail(ErrorCode::io, fmt::format("cannot read {}", path.string()));
  return bytes;
}

}  // namespace

Result<std::unique_ptr<InputLogReader>> InputLogReader::open(const fs::path& path) {
  auto files = find_input_log(path);
  if (!files)
    return fail(std::move(files.error()));
  std::unique_ptr<InputLogReader> reader(new InputLogReader(std::move(*files)));
  if (auto opened = reader->open_next_file(); !opened)
    return fail(std::move(opened.error()));
  return reader;
}

InputLogReader::InputLogReader(std::vector<fs::path> files) : files_(std::move(files)) {
  std::error_code ignored;
  for (const fs::path& file : files_)
    if (std::uintmax_t size = fs::file_size(file, ignored); !ignored)
      bytes_total_ += size;
}

Status InputLogReader::open_next_file() {
  const fs::path& path = files_[opened_++];
  auto bytes = read_file(path);
  if (!bytes)
    return fail(std::move(bytes.error()));
  bytes_ = std::move(*bytes);
  bytes_opened_ += bytes_.size();
  left_ = bytes_;
  if (auto header = take_header(); !header)
    return fail(ErrorCode::corrupt, fmt::format("{}: {}", path.string(), header.error().message));
  return {};
}

Status InputLogReader::take_header() {
  constexpr std::string_view family = input_log_magic.substr(0, input_log_magic.size() - 2);
  if (!left_.starts_with(input_log_magic))
    return fail(ErrorCode::corrupt, left_.starts_with(family)
                                        ? "this input log has another format than this build reads"
                                        : "this is no input log");
  left_.remove_prefix(input_log_magic.size());
  std::string_view after = left_;
  auto block = take_block(after);
  if (!block)
    return fail(std::move(block.error()));
  auto header = parse_header_payload(block->payload);
  if (block->kind != InputLogBlockKind::header || !header)
    return fail(ErrorCode::corrupt, "the header is damaged");
  bool belongs = opened_ == 1 || header->run_id == header_.run_id;
  if (!belongs || header->file_number != opened_)
    return fail(ErrorCode::corrupt,
                fmt::format("this is file {} of run {}, not file {} of the run before it",
                            header->file_number, header->run_id, opened_));
  if (auto placed = take_place(*block); !placed)
    return placed;
  header_ = std::move(*header);
  left_ = after;
  return {};
}

Status InputLogReader::take_place(const InputLogBlock& block) {
  if (block.sequence != sequence_)
    return fail(ErrorCode::corrupt,
                fmt::format("block {} stands where block {} belongs", block.sequence, sequence_));
  ++sequence_;
  return {};
}

Status InputLogReader::take_records() {
  std::string_view after = left_;
  auto block = take_block(after);
  if (!block)
    return fail(std::move(block.error()));
  if (auto placed = take_place(*block); !placed)
    return placed;
  if (block->kind == InputLogBlockKind::header)
    return fail(ErrorCode::corrupt, "a header stands in the middle");
  left_ = after;
  if (block->kind == InputLogBlockKind::end) {
    at_end_ = true;
    end_ = {InputLogEnding::complete, std::string(block->payload)};
  } else {
    records_ = block->payload;
    decoder_ = {};
  }
  return {};
}

bool InputLogReader::is_torn() const {
  std::string_view bytes = left_;
  return opened_ == files_.size() && !take_block(bytes) && !holds_block(left_, sequence_ + 1);
}

void InputLogReader::stop_at_fault(const Error& fault) {
  at_end_ = true;
  bool torn = fault.code == ErrorCode::corrupt && is_torn();
  end_ = {torn ? InputLogEnding::torn : InputLogEnding::damaged,
          fmt::format("{} at byte {}: {}", files_[opened_ - 1].string(),
                      bytes_.size() - left_.size(), fault.message)};
}

/// Goes on to the next block with records; false at the end.
bool InputLogReader::find_records() {
  while (!at_end_ && records_.empty()) {
    bool file_is_read = left_.empty();
    if (file_is_read && opened_ == files_.size())
      stop_at_fault({ErrorCode::corrupt, "the recording breaks off", {}});
    else if (auto taken = file_is_read ? open_next_file() : take_records(); !taken)
      stop_at_fault(taken.error());
  }
  return !at_end_;
}

std::optional<Input> InputLogReader::next() {
  if (!find_records())
    return std::nullopt;
  auto input = decoder_.take(records_);
  if (input)
    return std::move(*input);
  at_end_ = true;
  end_ = {InputLogEnding::damaged,
          fmt::format("{}: {}", files_[opened_ - 1].string(), input.error().message)};
  return std::nullopt;
}

}  // namespace cscan
