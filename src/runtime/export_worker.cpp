#include "runtime/export_worker.hpp"

#include <spdlog/spdlog.h>

#include "runtime/thread_name.hpp"

namespace cscan {

ExportWorker::ExportWorker(const Clock& clock, TrainingExport& files)
    : clock_(clock), files_(files) {
  files_.expect_rows();
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

ExportWorker::~ExportWorker() = default;

void ExportWorker::run(const std::stop_token& stop) {
  name_this_thread("training files");
  std::uint64_t failed_before = 0;
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, stop, std::chrono::seconds(1), [] { return false; });
    }
    if (stop.stop_requested())
      return;
    auto report = files_.publish(clock_.now(), Publish::due);
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
