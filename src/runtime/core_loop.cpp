#include "runtime/core_loop.hpp"

#include <utility>

#include "base/limits.hpp"
#include "runtime/thread_name.hpp"

namespace cscan {
namespace {
/// Longest real wait between two clock steps: the resolution of settle delays and streams.
constexpr std::chrono::milliseconds beat{100};
}  // namespace

CoreLoop::CoreLoop(const Clock& clock, InputQueue& inputs, EffectQueue& effects,
                   InputRecorder* recorder)
    : clock_(clock), inputs_(inputs), effects_(effects), recorder_(recorder), thread_([this] {
        run();
      }) {}

CoreLoop::~CoreLoop() { join(); }

void CoreLoop::join() {
  if (thread_.joinable())
    thread_.join();
}

/// Every input passes here, in the order that counts.
void CoreLoop::step(const Input& input, EffectBuffer& buffer) {
  if (recorder_ != nullptr)
    recorder_->append(input);
  scanner_.step(input, buffer);
}

void CoreLoop::step_clock(EffectBuffer& buffer) {
  step(ClockAdvanced{clock_.now()}, buffer);
  if (std::uint64_t dropped = inputs_.take_dropped(); dropped > 0)
    step(InputsDropped{dropped}, buffer);
}

bool CoreLoop::hand_over(EffectBatch& batch, const Stopwatch& watch) {
  batch.duration_ms = watch.elapsed_ms();
  if (batch.effects.empty())
    return true;
  return effects_.push(std::exchange(batch, {}));
}

void CoreLoop::run() {
  name_this_thread("core");
  std::vector<Input> inputs;
  EffectBatch batch;
  while (inputs_.take_all(inputs, beat)) {
    Stopwatch watch;
    step_clock(batch.effects);
    for (const Input& input : inputs) {
      step(input, batch.effects);
      // A long backfill is handed over in pieces, so that memory stays bounded and readers see it
      // grow.
      if (batch.effects.size() < limits::effects_per_batch)
        continue;
      step_clock(batch.effects);
      if (!hand_over(batch, watch))
        return;
      watch = Stopwatch();
    }
    step_clock(batch.effects);
    if (recorder_ != nullptr)
      recorder_->end_turn();
    if (!hand_over(batch, watch))
      return;
  }
  effects_.close();
}

}  // namespace cscan
