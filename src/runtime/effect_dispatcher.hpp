#pragma once
// Carries effects out of the core: to the store first, then to readers. A closed signal is shown
// as durable only after its transaction is on disk; while the disk refuses it is shown as not
// durable, kept, and tried again.

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "base/limits.hpp"
#include "runtime/clock.hpp"
#include "runtime/core_loop.hpp"
#include "runtime/market_feed.hpp"
#include "runtime/view_builder.hpp"
#include "store/store.hpp"
#include "store/training_export.hpp"

namespace cscan {

class EffectDispatcher {
 public:
  struct Parts {
    const Clock& clock;
    EffectQueue& effects;
    Store& store;
    TrainingExport& files;
    MarketFeed& feed;
    ViewSlot& slot;
    std::shared_ptr<const RunInfo> run;
    std::function<void(SignalPtr)>
        on_signal;  ///< each newly shown closed live signal; may be empty
    /// Rows kept in memory while the disk refuses; beyond them the core has to wait.
    std::size_t pending_rows_max = 10 * limits::transaction_rows_max;
    const InputRecorder* recorder = nullptr;  ///< to show how it is; null when nothing is recorded
  };
  /// Everything in `parts` outlives the dispatcher. The thread starts at once.
  explicit EffectDispatcher(Parts parts);
  ~EffectDispatcher();
  EffectDispatcher(const EffectDispatcher&) = delete;
  EffectDispatcher& operator=(const EffectDispatcher&) = delete;

  /// The run is about to stop: from now on a disk that refuses holds nobody up. What is beyond
  /// pending_rows_max is given up and counted in problem(). Any thread.
  void hurry() { hurried_ = true; }
  /// Waits until the closed queue is empty and its rows are stored or given up.
  void join();
  /// After join(): why not everything is durable; empty when it is.
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  void run();
  void take(const EffectBatch& batch);
  void show(const PublishView& update, double duration_ms);
  void on(const PersistCandle& effect);
  void on(const PersistSignal& effect);
  void on(const PublishPreview& effect);
  void on(const RequestHistory& effect);
  void on(const Note& effect);
  [[nodiscard]] StoredSignal to_row(const Signal& signal, SignalEnvelope envelope) const;
  [[nodiscard]] SignalEnvelope envelope_of(const PersistSignal& effect) const;
  [[nodiscard]] std::size_t pending_rows() const;
  bool commit();
  void show_signals(bool durable);
  void show_health();
  void flush();
  void wait_for_disk();
  void give_up_or_retry();

  Parts parts_;
  ViewBuilder view_;
  StoreBatch pending_;
  std::vector<PersistSignal>
      to_show_;                ///< newest signals of their series, not shown as durable yet
  std::size_t announced_ = 0;  ///< how many of them on_signal has heard of
  StoreHealth health_;
  bool loaded_ = false;  ///< every series has had its history
  Stopwatch since_failure_;
  std::atomic<bool> hurried_ = false;
  std::uint64_t rows_lost_ = 0;
  std::string problem_;
  std::jthread thread_;
};

}  // namespace cscan
