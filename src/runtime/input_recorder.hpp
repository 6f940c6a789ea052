#pragma once
// Records what enters the core of one run (--record), so that the run can be replayed. The core's
// thread only encodes; a thread of its own writes. Whatever goes wrong ends the recording, with a
// word in the log and in the status, and never the run.

#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "core/input_codec.hpp"
#include "model/market_view.hpp"
#include "runtime/bounded_queue.hpp"
#include "runtime/clock.hpp"
#include "runtime/input_log_writer.hpp"

namespace cscan {

class InputRecorder {
 public:
  /// Begins a recording of the run; the thread starts at once. A recording that cannot begin has
  /// ended already: see health().
  InputRecorder(const RecordingOptions& options, const RunInfo& run);
  ~InputRecorder();
  InputRecorder(const InputRecorder&) = delete;
  InputRecorder& operator=(const InputRecorder&) = delete;

  /// The core's thread, before the core takes the input. Never waits: where the disk cannot keep
  /// up, the recording ends.
  void append(const Input& input);
  /// The core's thread, between turns: what has waited for a second goes to the disk.
  void end_turn();
  /// After the last append: waits until everything is written.
  void finish();

  /// Any thread.
  [[nodiscard]] RecordingHealth health() const;

 private:
  void run();
  void hand_over();
  void stop(const std::string& why);

  std::optional<InputLogWriter> writer_;  ///< the writing thread's, once that runs
  BoundedQueue<std::string> blocks_;
  InputEncoder encoder_;
  std::string block_;  ///< records not handed over yet
  Stopwatch since_hand_over_;
  std::atomic<bool> stopped_ = false;
  mutable std::mutex mutex_;  ///< guards health_
  RecordingHealth health_;
  std::jthread thread_;
};

}  // namespace cscan
