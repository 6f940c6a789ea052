#include "runtime/export_worker.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "runtime/thread_name.hpp"

namespace cscan {
namespace {

/// How long to rest after a pass that took so long: while whole markets load, files must not take
/// the processor from what is waited for, and what gathers meanwhile is written at once.
std::chrono::milliseconds rest_after(double pass_ms) {
  constexpr double share = 4, least_ms = 1'000, most_ms = 60'000;
  return std::chrono::milliseconds(
      static_cast<std::int64_t>(std::clamp(share * pass_ms, least_ms, most_ms)));
}

}  // namespace

ExportWorker::ExportWorker(const Clock& clock, TrainingExport& files)
    : clock_(clock), files_(files) {
  files_.expect_rows();
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

ExportWorker::~ExportWorker() = default;

void ExportWorker::run(const std::stop_token& stop) {
  name_this_thread("training files");
  std::uint64_t failed_before = 0;
  double pass_ms = 0;
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, stop, rest_after(pass_ms), [] { return false; });
    }
    if (stop.stop_requested())
      return;
    Stopwatch watch;
    auto report = files_.publish(clock_.now(), Publish::due);
    pass_ms = watch.elapsed_ms();
    std::uint64_t failed = report ? report->failed : 1;
    if (failed > 0 && failed_before == 0)
      spdlog::error("training files cannot be published now: {}",
                    report ? report->first_failure : report.error().message);
    failed_before = failed;
  }
}

Result<PublishReport> ExportWorker::finish() {
  thread_.request_stop();
  if (thread_.joinable())
    thread_.join();
  return files_.publish(clock_.now(), Publish::all);
}

}  // namespace cscan
