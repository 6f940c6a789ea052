#include "runtime/input_recorder.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <utility>

#include "runtime/thread_name.hpp"

namespace cscan {
namespace {
/// Records of one block: enough that its frame and checksum cost little.
constexpr std::size_t block_bytes = 256 * 1'024;
/// Blocks waiting for the disk: 16 MB, minutes of a busy market.
constexpr std::size_t blocks_max = 64;
/// How long an input waits in memory at most while inputs come.
constexpr double hand_over_after_ms = 1'000;
constexpr std::chrono::milliseconds patience{1'000};
}  // namespace

InputRecorder::InputRecorder(const RecordingOptions& options, const RunInfo& run)
    : blocks_(blocks_max) {
  health_.active = true;
  auto writer = InputLogWriter::create(
      options, {CSCAN_VERSION, options.build_id, run.run_id, run.source, run.started_at, 1});
  if (!writer) {
    stop(writer.error().message);
    return;
  }
  writer_.emplace(std::move(*writer));
  health_.folder = writer_->folder().string();
  health_.bytes = writer_->bytes();
  spdlog::info("recording the inputs of run {} in {}", run.run_id, health_.folder);
  thread_ = std::jthread([this] { this->run(); });
}

InputRecorder::~InputRecorder() { finish(); }

void InputRecorder::append(const Input& input) {
  if (stopped_.load(std::memory_order_relaxed))
    return;
  encoder_.append(input, block_);
  if (block_.size() >= block_bytes)
    hand_over();
}

void InputRecorder::end_turn() {
  if (!block_.empty() && since_hand_over_.elapsed_ms() >= hand_over_after_ms)
    hand_over();
}

void InputRecorder::hand_over() {
  encoder_ = {};
  since_hand_over_ = Stopwatch();
  if (!blocks_.offer(std::exchange(block_, {})) && !stopped_)
    stop("the disk cannot keep up with the market");
}

void InputRecorder::finish() {
  if (!block_.empty() && !stopped_)
    hand_over();
  blocks_.close();
  if (thread_.joinable())
    thread_.join();
}

void InputRecorder::run() {
  name_this_thread("recorder");
  std::vector<std::string> blocks;
  bool complete = true;  // nothing was left out so far: a log with a hole is none
  bool writable = true;
  while (blocks_.take_all(blocks, patience))
    for (const std::string& block : blocks) {
      if (!complete)
        continue;
      if (auto written = writer_->append(block); !written) {
        complete = false;
        writable = written.error().code == ErrorCode::unavailable;
        stop(written.error().message);
      }
      std::lock_guard lock(mutex_);
      health_.bytes = writer_->bytes();
    }
  if (writable)
    if (auto finished = writer_->finish(health().note); !finished)
      stop(finished.error().message);
  std::lock_guard lock(mutex_);
  health_.bytes = writer_->bytes();
  health_.active = false;
}

void InputRecorder::stop(const std::string& why) {
  stopped_ = true;
  std::lock_guard lock(mutex_);
  if (!health_.active)
    return;
  health_.active = false;
  health_.note = why;
  spdlog::error("the recording has ended, the scanner goes on: {}", why);
}

RecordingHealth InputRecorder::health() const {
  std::lock_guard lock(mutex_);
  return health_;
}

}  // namespace cscan
