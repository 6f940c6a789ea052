#pragma once
// Keeps the picture that readers get. Owned by the dispatcher's thread; the published pointer may
// be read by any thread.

#include <memory>
#include <mutex>
#include <vector>

#include "core/effect.hpp"
#include "model/market_view.hpp"
#include "wire/signal_json.hpp"

namespace cscan {

/// The published picture; swapped whole.
class ViewSlot {
 public:
  ViewSlot() : view_(std::make_shared<MarketView>()) {}
  [[nodiscard]] MarketViewPtr get() const {
    std::lock_guard lock(mutex_);
    return view_;
  }
  void set(MarketViewPtr view) {
    std::lock_guard lock(mutex_);
    view_ = std::move(view);
  }

 private:
  mutable std::mutex mutex_;
  MarketViewPtr view_;
};

class ViewBuilder {
 public:
  /// Starts the picture of a new run, in state `starting`.
  ViewBuilder(ViewSlot& slot, std::shared_ptr<const RunInfo> run);

  /// Renders a signal of this run, once.
  [[nodiscard]] SignalPtr render(const Signal& signal, const SignalEnvelope& envelope) const;
  /// Names and settings digest of the signal's series.
  [[nodiscard]] const SignalContext& context(const Signal& signal) const;

  /// Position of a signal's series in MarketView::series.
  [[nodiscard]] std::size_t series_index(const Signal& signal) const;
  [[nodiscard]] std::size_t series_count() const { return contexts_.size(); }

  void show_closed(SignalPtr signal);
  void show_preview(SignalPtr signal);
  void show(const PublishView& view, double duration_ms);
  void set_store(const StoreHealth& store) { view_.store = store; }
  void set_recording(RecordingHealth recording) { view_.recording = std::move(recording); }
  void set_state(RunState state, std::string reason);

  /// Makes the picture visible if anything changed since the last time.
  void publish();

 private:
  ViewSlot& slot_;
  MarketView view_;
  std::vector<Timeframe> intervals_;
  std::vector<SignalContext> contexts_;  ///< per series
  bool changed_ = true;
};

}  // namespace cscan
