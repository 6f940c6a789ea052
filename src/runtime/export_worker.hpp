#pragma once
// Publishes the training tree in the background: what is due, once a second; less often where that
// takes long.

#include <condition_variable>
#include <mutex>
#include <thread>

#include "runtime/clock.hpp"
#include "store/training_export.hpp"

namespace cscan {

class ExportWorker {
 public:
  /// Both outlive the worker. The thread starts at once.
  ExportWorker(const Clock& clock, TrainingExport& files);
  ~ExportWorker();
  ExportWorker(const ExportWorker&) = delete;
  ExportWorker& operator=(const ExportWorker&) = delete;

  /// Ends the thread and publishes everything that is not yet in the tree. Once.
  [[nodiscard]] Result<PublishReport> finish();

 private:
  void run(const std::stop_token& stop);

  const Clock& clock_;
  TrainingExport& files_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;
};

}  // namespace cscan
