#include "runtime/view_builder.hpp"

#include <algorithm>

#include "analysis/score_model.hpp"
#include "base/check.hpp"

namespace cscan {

ViewBuilder::ViewBuilder(ViewSlot& slot, std::shared_ptr<const RunInfo> run)
    : slot_(slot), intervals_(run->settings.intervals()) {
  view_.version = slot.get()->version;
  view_.run = run;
  view_.state = RunState::starting;
  view_.as_of = run->started_at;
  auto needed = static_cast<std::uint32_t>(find_score_model(run->settings.score_model)->window);
  for (std::size_t i = 0; i < run->instruments.size(); ++i)
    for (Timeframe timeframe : intervals_) {
      view_.series.push_back(
          {InstrumentId{static_cast<std::uint32_t>(i)}, timeframe, nullptr, nullptr, 0, needed});
      contexts_.push_back(signal_context(run->instruments[i], run->settings, timeframe));
    }
}

std::size_t ViewBuilder::series_index(const Signal& signal) const {
  auto at = std::ranges::find(intervals_, signal.timeframe);
  CHECK(at != intervals_.end());
  return signal.instrument.value * intervals_.size() +
         static_cast<std::size_t>(at - intervals_.begin());
}

const SignalContext& ViewBuilder::context(const Signal& signal) const {
  return contexts_[series_index(signal)];
}

SignalPtr ViewBuilder::render(const Signal& signal, const SignalEnvelope& envelope) const {
  auto rendered = std::make_shared<RenderedSignal>();
  const SignalContext& names = context(signal);
  const Settings& settings = view_.run->settings;
  rendered->signal = signal;
  rendered->envelope = envelope;
  rendered->id = signal_id(signal, names);
  // A preview is replaced by its own candle's close; a closed signal by the next candle's.
  Timestamp next_close =
      signal.close_time() + (signal.is_preview() ? Duration{} : length(signal.timeframe));
  rendered->stale_at = next_close + seconds(settings.settle_delay + settings.grace);
  std::string body;
  body.reserve(3072);
  append_signal_body(body, signal, names, rendered->id);
  rendered->json_fresh = body;
  append_signal_envelope(rendered->json_fresh, envelope, false);
  rendered->json_stale = std::move(body);
  append_signal_envelope(rendered->json_stale, envelope, true);
  return rendered;
}

void ViewBuilder::show_closed(SignalPtr signal) {
  SeriesView& series = view_.series[series_index(signal->signal)];
  if (series.closed && series.closed->signal.open_time > signal->signal.open_time)
    return;
  if (series.preview && series.preview->signal.open_time <= signal->signal.open_time)
    series.preview.reset();
  series.closed = std::move(signal);
  changed_ = true;
}

void ViewBuilder::show_preview(SignalPtr signal) {
  view_.series[series_index(signal->signal)].preview = std::move(signal);
  changed_ = true;
}

void ViewBuilder::show(const PublishView& update, double duration_ms) {
  view_.as_of = update.as_of;
  if (update.market_state)
    view_.market_state = *update.market_state;
  if (update.ranking && update.ranking_as_of != view_.ranking_as_of) {
    view_.ranking = update.ranking;
    view_.ranking_as_of = update.ranking_as_of;
  }
  for (std::size_t i = 0; i < stream_count; ++i) {
    double before = view_.streams[i].duration_ms;
    view_.streams[i] = update.streams[i];
    view_.streams[i].duration_ms = update.ran[i] ? duration_ms : before;
  }
  view_.buffers = update.buffers;
  view_.counters = update.counters;
  for (std::size_t i = 0; i < view_.series.size(); ++i)
    view_.series[i].candles = update.series_candles[i];
  changed_ = true;
}

void ViewBuilder::set_state(RunState state, std::string reason) {
  if (view_.state == state && view_.state_reason == reason)
    return;
  view_.state = state;
  view_.state_reason = std::move(reason);
  changed_ = true;
}

void ViewBuilder::publish() {
  if (!changed_)
    return;
  ++view_.version;
  changed_ = false;
  slot_.set(std::make_shared<const MarketView>(view_));
}

}  // namespace cscan
