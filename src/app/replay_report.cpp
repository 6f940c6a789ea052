#include "app/replay_report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.hpp"
#include "store/signal_row.hpp"
#include "wire/json_writer.hpp"

namespace cscan {

ReplayReport::ReplayReport(const CandleRecording& recording, const Settings& settings)
    : recording_(recording) {
  names_.take(SettingsChanged{settings});
  names_.take(UniverseChanged{recording.instruments, {}});
}

Result<std::unique_ptr<ReplayReport>> ReplayReport::open(const CandleRecording& recording,
                                                         const Settings& settings,
                                                         const std::string& signals_file,
                                                         const std::string& data_dir) {
  std::unique_ptr<ReplayReport> report(new ReplayReport(recording, settings));
  if (auto opened = report->file_.open(signals_file); !opened)
    return fail(std::move(opened.error()));
  if (!data_dir.empty()) {
    auto store = Store::open(data_dir);
    if (!store)
      return fail(std::move(store.error()));
    if (auto claimed = (*store)->claim("recorded"); !claimed)
      return fail(std::move(claimed.error()));
    auto files = TrainingExport::open(**store, data_dir);
    if (!files)
      return fail(std::move(files.error()));
    report->store_ = std::move(*store);
    report->files_ = std::move(*files);
  }
  return report;
}

Status ReplayReport::take(const EffectBuffer& effects) {
  for (const Effect& effect : effects) {
    if (const auto* candle = std::get_if<PersistCandle>(&effect)) {
      ++candles_;
      const Instrument& instrument = recording_.instruments[candle->instrument.value];
      if (store_)
        pending_.candles.push_back({instrument.exchange, instrument.symbol(), candle->timeframe,
                                    candle->candle,
                                    close_time(candle->candle.open_time, candle->timeframe)});
    } else if (const auto* signal = std::get_if<PersistSignal>(&effect)) {
      if (auto taken = take_signal(*signal); !taken)
        return taken;
    }
  }
  return pending_.candles.size() + pending_.signals.size() >= limits::transaction_rows_max
             ? store_pending()
             : Status();
}

Status ReplayReport::take_signal(const PersistSignal& effect) {
  const Signal& signal = effect.signal;
  const SignalContext& names = names_.context(signal);
  tally_.take(signal, names);
  newest_ = std::max(newest_, signal.close_time());
  SignalEnvelope envelope{effect.computed_at, effect.available_at, effect.origin, store_ != nullptr,
                          "recorded"};
  if (store_)
    pending_.signals.push_back(signal_row(signal, names, envelope, tally_.id(), tally_.body()));
  return file_.write(tally_.body(), envelope);
}

Status ReplayReport::store_pending() {
  if (!store_)
    return {};
  auto report = store_->commit(pending_);
  if (!report)
    return fail(std::move(report.error()));
  stored_.rows_written += report->rows_written;
  stored_.signals_equal += report->signals_equal;
  stored_.signals_different += report->signals_different;
  files_->note_written(*report, newest_);
  pending_ = {};
  return {};
}

Status ReplayReport::finish() {
  tally_.finish();
  if (auto closed = file_.close(); !closed)
    return closed;
  if (auto stored = store_pending(); !stored)
    return stored;
  if (files_) {
    auto published = files_->publish(newest_, Publish::all);
    if (!published)
      return fail(std::move(published.error()));
    if (published->failed > 0)
      return fail(ErrorCode::io, published->first_failure);
    return store_->checkpoint();
  }
  return {};
}

void ReplayReport::print(double elapsed_s, bool json) const {
  if (json)
    print_json(elapsed_s);
  else
    print_text(elapsed_s);
}

void ReplayReport::print_text(double elapsed_s) const {
  fmt::print("{} markets, {} series, {} candles in {:.2f} s: {:.0f} candles/s\n",
             recording_.instruments.size(), recording_.series.size(), candles_, elapsed_s,
             static_cast<double>(candles_) / elapsed_s);
  fmt::print("score model {}, {} signals\n\n", to_string(names_.settings().score_model),
             tally_.signals());
  tally_.print_text();
  if (tally_.signals() == 0)
    fmt::print(
        "\nno series has a full window yet (warming_up); --from-listing scores files that "
        "begin with a listing\n");
  if (store_)
    fmt::print("\nstored {} rows; {} signals were there already, {} of them different\n",
               stored_.rows_written, stored_.signals_equal + stored_.signals_different,
               stored_.signals_different);
  fmt::print("\nsha256 of all signal bodies: {}\n", tally_.sha256());
}

void ReplayReport::print_json(double elapsed_s) const {
  std::string out;
  JsonWriter json(out);
  json.begin_object()
      .field("markets", recording_.instruments.size())
      .field("series", recording_.series.size())
      .field("candles", candles_)
      .field("signals", tally_.signals())
      .field("score_model", to_string(names_.settings().score_model));
  tally_.write_json(json);
  json.field("elapsed_s", elapsed_s)
      .field("candles_per_second", static_cast<double>(candles_) / elapsed_s)
      .field("source", "recorded")
      .field("schema_version", 1)
      .end_object();
  fmt::print("{}\n", out);
}

}  // namespace cscan
