#pragma once
// The one thread that owns the core. It takes inputs in the order that counts, tells the core the
// time and hands on the effects.

#include <thread>

#include "core/scanner.hpp"
#include "runtime/bounded_queue.hpp"
#include "runtime/clock.hpp"
#include "runtime/input_recorder.hpp"
#include "runtime/market_feed.hpp"

namespace cscan {

/// The effects of one turn of the loop, with what it cost.
struct EffectBatch {
  EffectBuffer effects;
  double duration_ms = 0;
};
using EffectQueue = BoundedQueue<EffectBatch>;

class CoreLoop {
 public:
  /// Both queues and the recorder, which may be null, outlive the loop. The thread starts at once.
  CoreLoop(const Clock& clock, InputQueue& inputs, EffectQueue& effects, InputRecorder* recorder);
  /// The input queue must be closed by then; waits for the thread.
  ~CoreLoop();
  CoreLoop(const CoreLoop&) = delete;
  CoreLoop& operator=(const CoreLoop&) = delete;

  /// Waits until every input of the closed queue has become effects.
  void join();

 private:
  void run();
  void step(const Input& input, EffectBuffer& buffer);
  void step_clock(EffectBuffer& buffer);
  [[nodiscard]] bool hand_over(EffectBatch& batch, const Stopwatch& watch);

  const Clock& clock_;
  InputQueue& inputs_;
  EffectQueue& effects_;
  InputRecorder* recorder_;
  Scanner scanner_;
  std::jthread thread_;
};

}  // namespace cscan
