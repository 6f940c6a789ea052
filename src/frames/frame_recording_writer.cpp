#include "frames/frame_recording_writer.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <utility>

namespace cscan {
namespace {

constexpr std::uint64_t megabyte = 1'000'000;

Status prepare_folder(const std::filesystem::path& dir) {
  std::error_code error;
  std::filesystem::create_directories(dir, error);
  if (!error && !std::filesystem::is_directory(dir, error) && !error)
    error = std::make_error_code(std::errc::not_a_directory);
  if (!error && ::access(dir.c_str(), W_OK | X_OK) != 0)
    error.assign(errno, std::generic_category());
  if (error)
    return fail(ErrorCode::io,
                fmt::format("cannot record traffic in {}: {}", dir.string(), error.message()));
  return {};
}

}  // namespace

Result<std::unique_ptr<FrameRecordingWriter>> FrameRecordingWriter::create(
    FrameRecordingOptions options) {
  if (auto prepared = prepare_folder(options.dir); !prepared)
    return fail(std::move(prepared.error()));
  return std::unique_ptr<FrameRecordingWriter>(new FrameRecordingWriter(std::move(options)));
}

FrameRecordingWriter::FrameRecordingWriter(FrameRecordingOptions options)
    : options_(std::move(options)) {
  health_.active = true;
  health_.folder = options_.dir.string();
}

FrameRecordingWriter::~FrameRecordingWriter() { finish(); }

template <class Work>
void FrameRecordingWriter::guarded(Work work) noexcept {
  std::lock_guard lock(mutex_);
  if (!health_.active)
    return;
  try {
    Status done = work();
    count_bytes();
    if (!done)
      stop(std::move(done.error().message));
    else if (health_.bytes >= options_.bytes_max)
      end_at_bound();
  } catch (const std::exception& error) {  // no memory, whoever noticed
    stop(error.what());
  }
}

void FrameRecordingWriter::on_frame(std::string_view exchange, std::uint64_t stream,
                                    Timestamp received, std::string_view text) noexcept {
  append(exchange, {.kind = FrameKind::frame, .time = received, .stream = stream, .text = text});
}

void FrameRecordingWriter::on_request(std::string_view exchange, std::string_view url,
                                      Timestamp sent) noexcept {
  append(exchange, {.kind = FrameKind::request, .time = sent, .url = url});
}

void FrameRecordingWriter::on_response(std::string_view exchange, std::string_view url, int status,
                                       Timestamp received, std::string_view body) noexcept {
  append(exchange, {.kind = FrameKind::response,
                    .time = received,
                    .status = static_cast<std::uint32_t>(std::clamp(status, 0, 999)),
                    .url = url,
                    .text = body});
}

void FrameRecordingWriter::on_time(Timestamp now) noexcept {
  guarded([&]() -> Status {
    for (auto& [exchange, file] : files_)
      if (auto stepped = file.step(now, packer_); !stepped)
        return stepped;
    return {};
  });
}

void FrameRecordingWriter::finish() noexcept {
  guarded([this] { return end_files(); });
  std::lock_guard lock(mutex_);
  health_.active = false;
}

RecordingHealth FrameRecordingWriter::health() const {
  std::lock_guard lock(mutex_);
  return health_;
}

void FrameRecordingWriter::append(std::string_view exchange, const FrameRecord& record) noexcept {
  guarded([&] { return append_to_file(exchange, record); });
}

Status FrameRecordingWriter::append_to_file(std::string_view exchange, const FrameRecord& record) {
  if (!is_recordable_exchange(exchange) || record.time.ms < 0)
    return fail(ErrorCode::invalid_argument,
                fmt::format("an exchange '{}' at {} cannot be recorded", exchange.substr(0, 40),
                            record.time.ms));
  if (std::max(record.text.size(), record.url.size()) > frame_text_bytes_max)
    return fail(ErrorCode::unsupported,
                fmt::format("{} sent {} MB at once, more than can be recorded", exchange,
                            record.text.size() / megabyte));
  auto file = files_.find(exchange);
  if (file == files_.end())
    file = files_.try_emplace(std::string(exchange), options_, std::string(exchange)).first;
  return file->second.append(record, packer_);
}

Status FrameRecordingWriter::end_files() {
  for (auto& [exchange, file] : files_)
    if (auto finished = file.finish(packer_); !finished)
      return finished;
  return {};
}

void FrameRecordingWriter::end_at_bound() {
  stop(fmt::format("the recording has reached its bound of {} MB", options_.bytes_max / megabyte));
  (void)end_files();
  count_bytes();
}

void FrameRecordingWriter::stop(std::string why) {
  health_.active = false;
  health_.note = std::move(why);
}

void FrameRecordingWriter::count_bytes() {
  health_.bytes = 0;
  for (const auto& [exchange, file] : files_)
    health_.bytes += file.bytes();
}

}  // namespace cscan
