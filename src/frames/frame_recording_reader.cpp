#include "frames/frame_recording_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cscan {

Result<std::unique_ptr<FrameRecordingReader>> FrameRecordingReader::open(
    const std::filesystem::path& path, std::string_view exchange) {
  auto files = list_frame_files(path);
  if (!files)
    return fail(std::move(files.error()));
  if (!exchange.empty())
    std::erase_if(*files, [&](const FrameFile& file) { return file.name.exchange != exchange; });
  if (files->empty())
    return fail(ErrorCode::not_found,
                fmt::format("{} holds no recorded traffic of {}", path.string(), exchange));
  return std::unique_ptr<FrameRecordingReader>(new FrameRecordingReader(std::move(*files)));
}

FrameRecordingReader::FrameRecordingReader(std::vector<FrameFile> files)
    : files_(std::move(files)) {
  std::error_code ignored;
  for (const FrameFile& file : files_)
    if (std::uintmax_t size = std::filesystem::file_size(file.path, ignored); !ignored)
      bytes_total_ += size;
}

std::uint64_t FrameRecordingReader::bytes_read() const {
  std::uint64_t bytes = bytes_closed_;
  for (const Source& source : sources_)
    bytes += source.file->bytes_read();
  return bytes;
}

Status FrameRecordingReader::open_next_file() {
  auto file = FrameFileReader::open(files_[opened_++]);
  if (!file)
    return fail(std::move(file.error()));
  sources_.push_back({std::move(*file), {}});
  return advance(sources_.size() - 1);
}

Status FrameRecordingReader::advance(std::size_t index) {
  Source& source = sources_[index];
  auto record = source.file->next();
  if (!record)
    return fail(std::move(record.error()));
  if (*record) {
    source.head = **record;
    return {};
  }
  if (!source.file->torn().empty())
    torn_.push_back(source.file->torn());
  bytes_closed_ += source.file->bytes_read();
  sources_.erase(sources_.begin() + static_cast<std::ptrdiff_t>(index));
  return {};
}

std::size_t FrameRecordingReader::earliest() const {
  auto least =
      std::ranges::min_element(sources_, {}, [](const Source& source) { return source.head.time; });
  return static_cast<std::size_t>(least - sources_.begin());
}

/// Replaces what was given out, and opens every file that may hold the next record.
Status FrameRecordingReader::prepare() {
  if (auto delivered = std::exchange(delivered_, std::nullopt))
    if (auto advanced = advance(*delivered); !advanced)
      return advanced;
  while (opened_ < files_.size() &&
         (sources_.empty() || files_[opened_].name.start <= sources_[earliest()].head.time))
    if (auto opened = open_next_file(); !opened)
      return opened;
  return {};
}

Result<std::optional<RecordedFrame>> FrameRecordingReader::next() {
  if (failed_)
    return std::nullopt;
  if (auto prepared = prepare(); !prepared) {
    failed_ = true;
    return fail(std::move(prepared.error()));
  }
  if (sources_.empty())
    return std::nullopt;
  delivered_ = earliest();
  const Source& source = sources_[*delivered_];
  return RecordedFrame{source.file->exchange(), source.head};
}

}  // namespace cscan
