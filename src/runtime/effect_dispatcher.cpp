#include "runtime/effect_dispatcher.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/limits.hpp"
#include "runtime/thread_name.hpp"
#include "store/signal_row.hpp"

namespace cscan {
namespace {
constexpr std::chrono::milliseconds patience{200};
constexpr double retry_after_ms = 5'000;
constexpr int attempts_at_stop = 3;
constexpr Duration start_patience = seconds(60);
}  // namespace

EffectDispatcher::EffectDispatcher(Parts parts)
    : parts_(std::move(parts)), view_(parts_.slot, parts_.run) {
  view_.publish();
  thread_ = std::jthread([this] { run(); });
}

EffectDispatcher::~EffectDispatcher() { join(); }

void EffectDispatcher::join() {
  if (thread_.joinable())
    thread_.join();
}

void EffectDispatcher::run() {
  name_this_thread("effects");
  std::vector<EffectBatch> batches;
  while (parts_.effects.take_all(batches, patience)) {
    for (const EffectBatch& batch : batches) {
      take(batch);
      if (pending_rows() >= limits::transaction_rows_max)
        flush();
    }
    flush();
    wait_for_disk();
  }
  give_up_or_retry();
  view_.set_state(RunState::stopping, "");
  view_.publish();
}

void EffectDispatcher::take(const EffectBatch& batch) {
  for (const Effect& effect : batch.effects) {
    if (const auto* view = std::get_if<PublishView>(&effect)) {
      show(*view, batch.duration_ms);
      continue;
    }
    std::visit(
        [&](const auto& value) {
          if constexpr (!std::is_same_v<std::decay_t<decltype(value)>, PublishView>)
            on(value);
        },
        effect);
  }
}

void EffectDispatcher::show(const PublishView& update, double duration_ms) {
  view_.show(update, duration_ms);
  // A run is starting until every series has its history; one that never gets any must not keep
  // the others from being called running.
  bool loaded = std::ranges::none_of(update.series_candles, [](auto n) { return n == 0; });
  loaded_ = loaded_ || loaded || update.as_of - parts_.run->started_at > start_patience;
  if (!health_.durable)
    view_.set_state(RunState::degraded, "the store cannot write: " + health_.error);
  else if (loaded_)
    view_.set_state(RunState::running, "");
}

void EffectDispatcher::on(const PersistCandle& effect) {
  const Instrument& instrument = parts_.run->instruments[effect.instrument.value];
  pending_.candles.push_back({instrument.exchange, instrument.symbol(), effect.timeframe,
                              effect.candle, effect.available_at});
}

SignalEnvelope EffectDispatcher::envelope_of(const PersistSignal& effect) const {
  return {effect.computed_at, effect.available_at, effect.origin, true, parts_.run->source};
}

StoredSignal EffectDispatcher::to_row(const Signal& signal, SignalEnvelope envelope) const {
  const SignalContext& names = view_.context(signal);
  std::string id = signal_id(signal, names);
  std::string body;
  body.reserve(3072);
  append_signal_body(body, signal, names, id);
  body += '}';
  return signal_row(signal, names, std::move(envelope), std::move(id), std::move(body));
}

void EffectDispatcher::on(const PersistSignal& effect) {
  pending_.signals.push_back(to_row(effect.signal, envelope_of(effect)));
  if (effect.newest)
    to_show_.push_back(effect);
}

void EffectDispatcher::on(const PublishPreview& effect) {
  SignalEnvelope envelope{effect.computed_at, effect.computed_at, Origin::live, false,
                          parts_.run->source};
  if (parts_.run->settings.persist_previews)
    pending_.signals.push_back(to_row(effect.signal, envelope));
  view_.show_preview(view_.render(effect.signal, envelope));
}

void EffectDispatcher::on(const RequestHistory& effect) { parts_.feed.request_history(effect); }

void EffectDispatcher::on(const Note& effect) { spdlog::info("{}", effect.text); }

std::size_t EffectDispatcher::pending_rows() const {
  return pending_.candles.size() + pending_.signals.size();
}

/// Tries to make everything pending durable.
bool EffectDispatcher::commit() {
  if (pending_rows() == 0)
    return health_.durable;
  auto report = parts_.store.commit(pending_);
  if (!report) {
    if (health_.durable)
      spdlog::error("nothing can be stored now: {}", report.error().message);
    health_.durable = false;
    health_.error = report.error().message;
    since_failure_ = Stopwatch();
    return false;
  }
  if (!health_.durable)
    spdlog::info("storing again: {} rows were made up for", report->rows_written);
  if (report->signals_different > 0)
    spdlog::error("{} recomputed signals differ from those stored; the stored ones stay",
                  report->signals_different);
  health_.durable = true;
  health_.error.clear();
  ++health_.transactions;
  health_.rows += report->rows_written;
  health_.recomputed_equal += report->signals_equal;
  health_.recomputed_different += report->signals_different;
  pending_ = {};
  parts_.files.note_written(*report, parts_.clock.now());
  return true;
}

void EffectDispatcher::show_signals(bool durable) {
  // Of a long backfill only the newest signal of each series is worth rendering: newest first.
  std::vector<bool> seen(view_.series_count());
  std::vector<PersistSignal> kept;
  for (std::size_t i = to_show_.size(); i-- > 0;) {
    const PersistSignal& effect = to_show_[i];
    std::size_t series = view_.series_index(effect.signal);
    bool announce = parts_.on_signal && effect.origin == Origin::live && i >= announced_;
    if (seen[series] && !announce)
      continue;
    SignalEnvelope envelope = envelope_of(effect);
    envelope.durable = durable;
    SignalPtr signal = view_.render(effect.signal, envelope);
    if (announce)
      parts_.on_signal(signal);
    if (!seen[series] && !durable)
      kept.push_back(effect);  // shown again when its row is on disk
    if (!seen[series])
      view_.show_closed(std::move(signal));
    seen[series] = true;
  }
  std::ranges::reverse(kept);
  to_show_ = std::move(kept);
  announced_ = to_show_.size();
}

void EffectDispatcher::show_health() {
  view_.set_store(health_);
  if (parts_.recorder != nullptr)
    view_.set_recording(parts_.recorder->health());
}

void EffectDispatcher::flush() {
  bool wait = !health_.durable && since_failure_.elapsed_ms() < retry_after_ms;
  bool durable = !wait && commit();
  if (!durable)
    view_.set_state(RunState::degraded, "the store cannot write: " + health_.error);
  show_signals(durable && rows_lost_ == 0);
  show_health();
  view_.publish();
}

/// Holds the core up while more rows wait than memory should hold.
void EffectDispatcher::wait_for_disk() {
  while (pending_rows() >= parts_.pending_rows_max && !commit()) {
    if (hurried_) {
      rows_lost_ += pending_rows();
      pending_ = {};
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
  }
}

void EffectDispatcher::give_up_or_retry() {
  for (int attempt = 0; attempt < attempts_at_stop && pending_rows() > 0 && !commit(); ++attempt)
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
  rows_lost_ += pending_rows();
  if (rows_lost_ > 0)
    problem_ = fmt::format("{} rows could not be stored: {}", rows_lost_, health_.error);
  show_signals(problem_.empty());
  show_health();
}

}  // namespace cscan
