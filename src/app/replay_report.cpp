#include "app/replay_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "app/terminal.hpp"
#include "base/limits.hpp"
#include "store/signal_row.hpp"
#include "wire/json_writer.hpp"

namespace cscan {
namespace {

constexpr std::array qualities = {Quality::excellent, Quality::good, Quality::fair, Quality::weak};
constexpr std::array<std::string_view, 4> bands = {"80-100", "60-80", "40-60", "0-40"};

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

ReplayReport::ReplayReport(const CandleRecording& recording, const Settings& settings)
    : recording_(recording), settings_(settings), intervals_(settings.intervals()) {
  for (const Instrument& instrument : recording.instruments)
    for (Timeframe timeframe : intervals_)
      contexts_.push_back(signal_context(instrument, settings, timeframe));
}

ReplayReport::~ReplayReport() {
  if (file_ != nullptr)
    std::fclose(file_);
}

Result<std::unique_ptr<ReplayReport>> ReplayReport::open(const CandleRecording& recording,
                                                         const Settings& settings,
                                                         const std::string& signals_file,
                                                         const std::string& data_dir) {
  std::unique_ptr<ReplayReport> report(new ReplayReport(recording, settings));
  if (!signals_file.empty()) {
    report->file_name_ = signals_file;
    report->file_ = std::fopen(signals_file.c_str(), "wb");
    if (report->file_ == nullptr)
      return fail(ErrorCode::io,
                  fmt::format("cannot write --signals {}: {}", signals_file, std::strerror(errno)));
  }
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

const SignalContext& ReplayReport::context(const Signal& signal) const {
  auto at = std::ranges::find(intervals_, signal.timeframe) - intervals_.begin();
  return contexts_[signal.instrument.value * intervals_.size() + static_cast<std::size_t>(at)];
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
  const SignalContext& names = context(signal);
  ++signals_;
  ++by_type_[static_cast<std::size_t>(signal.type)];
  ++by_quality_[static_cast<std::size_t>(quality_of(signal.combined))];
  newest_ = std::max(newest_, signal.close_time());
  std::string id = signal_id(signal, names);
  line_.clear();
  append_signal_body(line_, signal, names, id);
  line_ += '}';
  digest_.update(line_);
  digest_.update("\n");
  SignalEnvelope envelope{effect.computed_at, effect.available_at, effect.origin, store_ != nullptr,
                          "recorded"};
  if (store_)
    pending_.signals.push_back(signal_row(signal, names, envelope, std::move(id), line_));
  if (file_ == nullptr)
    return {};
  line_.pop_back();
  append_signal_envelope(line_, envelope, false);
  line_ += '\n';
  if (std::fwrite(line_.data(), 1, line_.size(), file_) != line_.size())
    return fail(ErrorCode::io,
                fmt::format("cannot write {}: {}", file_name_, std::strerror(errno)));
  return {};
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
  digest_hex_ = to_hex(digest_.finish());
  if (file_ != nullptr) {
    bool closed = std::fclose(std::exchange(file_, nullptr)) == 0;
    if (!closed)
      return fail(ErrorCode::io,
                  fmt::format("cannot write {}: {}", file_name_, std::strerror(errno)));
  }
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
  fmt::print("score model {}, {} signals\n\n", to_string(settings_.score_model), signals_);
  for (std::size_t i = 0; i < signal_type_count; ++i)
    fmt::print("  {:<20}{:>10}  {:6.2f} %\n", to_string(static_cast<SignalType>(i)), by_type_[i],
               share(by_type_[i], signals_));
  fmt::print("\n");
  for (std::size_t i = 0; i < qualities.size(); ++i) {
    std::uint64_t n = by_quality_[static_cast<std::size_t>(qualities[i])];
    fmt::print("  {:<8}{:<12}{:>10}  {:6.2f} %\n", bands[i], to_string(qualities[i]), n,
               share(n, signals_));
  }
  if (signals_ == 0)
    fmt::print(
        "\nno series has a full window yet (warming_up); --from-listing scores files that "
        "begin with a listing\n");
  if (store_)
    fmt::print("\nstored {} rows; {} signals were there already, {} of them different\n",
               stored_.rows_written, stored_.signals_equal + stored_.signals_different,
               stored_.signals_different);
  fmt::print("\nsha256 of all signal bodies: {}\n", digest_hex_);
}

void ReplayReport::print_json(double elapsed_s) const {
  std::string out;
  JsonWriter json(out);
  json.begin_object()
      .field("markets", recording_.instruments.size())
      .field("series", recording_.series.size())
      .field("candles", candles_)
      .field("signals", signals_)
      .field("score_model", to_string(settings_.score_model));
  json.key("by_type").begin_object();
  for (std::size_t i = 0; i < signal_type_count; ++i)
    json.field(to_string(static_cast<SignalType>(i)), by_type_[i]);
  json.end_object().key("by_quality").begin_object();
  for (Quality quality : qualities)
    json.field(to_string(quality), by_quality_[static_cast<std::size_t>(quality)]);
  json.end_object()
      .field("sha256", digest_hex_)
      .field("elapsed_s", elapsed_s)
      .field("candles_per_second", static_cast<double>(candles_) / elapsed_s)
      .field("source", "recorded")
      .field("schema_version", 1)
      .end_object();
  fmt::print("{}\n", out);
}

}  // namespace cscan
