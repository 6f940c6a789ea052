#include "app/input_log_report.hpp"

#include <fmt/format.h>

#include "app/build_id.hpp"
#include "replay/effect_text.hpp"
#include "wire/json_writer.hpp"

namespace cscan {
namespace {

bool is_this_build(const InputLogHeader& header) {
  return header.version == CSCAN_VERSION && !build_id().empty() && header.build_id == build_id();
}

/// Who recorded, in words: what another build made of the same inputs need not be the same.
std::string recorder_text(const InputLogHeader& header) {
  if (is_this_build(header))
    return fmt::format("cscan {} (this build)", header.version);
  if (header.version == CSCAN_VERSION)
    return fmt::format("another build of cscan {} ({}, this is {}): it may have computed otherwise",
                       header.version, header.build_id, build_id());
  return fmt::format("cscan {} (this is {}): it may have computed otherwise", header.version,
                     CSCAN_VERSION);
}

std::string_view to_string(InputLogEnding ending) {
  switch (ending) {
    case InputLogEnding::complete: return "complete";
    case InputLogEnding::torn: return "torn";
    case InputLogEnding::damaged: return "damaged";
  }
  return "";
}

std::string ending_text(const InputLogEnd& end) {
  switch (end.ending) {
    case InputLogEnding::complete:
      return end.text.empty() ? "to the end of the run"
                              : "until the recording was ended: " + end.text;
    case InputLogEnding::torn:
      return "the process ended before the recording did; replayed up to " + end.text;
    case InputLogEnding::damaged: return "INCOMPLETE, replayed up to the damage in " + end.text;
  }
  return "";
}

}  // namespace

Result<std::unique_ptr<InputLogReport>> InputLogReport::open(const InputLogReader& reader,
                                                             const std::string& signals_file) {
  std::unique_ptr<InputLogReport> report(new InputLogReport(reader));
  if (auto opened = report->file_.open(signals_file); !opened)
    return fail(std::move(opened.error()));
  return report;
}

Status InputLogReport::take(const EffectBuffer& effects, const RunNames& names) {
  ++inputs_;
  effects_ += effects.size();
  markets_ = names.instruments().size();
  timeframes_ = names.settings().timeframes.size();
  score_model_ = names.settings().score_model;
  text_.clear();
  for (const Effect& effect : effects) {
    append_effect_text(text_, effect, names);
    candles_ += std::holds_alternative<PersistCandle>(effect);
    const auto* made = std::get_if<PersistSignal>(&effect);
    if (made == nullptr)
      continue;
    tally_.take(made->signal, names.context(made->signal));
    SignalEnvelope envelope{made->computed_at, made->available_at, made->origin, false,
                            reader_.header().source};
    if (auto written = file_.write(tally_.body(), envelope); !written)
      return written;
  }
  effects_digest_.update(text_);
  return {};
}

Status InputLogReport::finish() {
  tally_.finish();
  effects_sha256_ = to_hex(effects_digest_.finish());
  return file_.close();
}

void InputLogReport::print(double elapsed_s, bool json) const {
  if (json)
    print_json(elapsed_s);
  else
    print_text(elapsed_s);
}

void InputLogReport::print_text(double elapsed_s) const {
  const InputLogHeader& header = reader_.header();
  fmt::print("run {} ({}), started {}\n", header.run_id, header.source,
             format_rfc3339(header.started_at));
  fmt::print("recorded by {}\n", recorder_text(header));
  fmt::print("{}\n", ending_text(reader_.end()));
  fmt::print("{} markets, {} series, {} inputs in {:.2f} s: {:.0f} inputs/s\n", markets_,
             markets_ * timeframes_, inputs_, elapsed_s, static_cast<double>(inputs_) / elapsed_s);
  fmt::print("score model {}, {} candles, {} signals, {} effects\n\n",
             cscan::to_string(score_model_), candles_, tally_.signals(), effects_);
  tally_.print_text();
  fmt::print("\nsha256 of all signal bodies: {}\n", tally_.sha256());
  fmt::print("sha256 of all effects: {}\n", effects_sha256_);
}

void InputLogReport::print_json(double elapsed_s) const {
  const InputLogHeader& header = reader_.header();
  std::string out;
  JsonWriter json(out);
  json.begin_object().field("run_id", header.run_id).field("started_at", header.started_at);
  json.key("recorder")
      .begin_object()
      .field("version", header.version)
      .field("build_id", header.build_id)
      .field("same_build", is_this_build(header))
      .end_object();
  json.field("ending", to_string(reader_.end().ending))
      .field("ending_note", reader_.end().text)
      .field("markets", markets_)
      .field("series", markets_ * timeframes_)
      .field("inputs", inputs_)
      .field("candles", candles_)
      .field("signals", tally_.signals())
      .field("effects", effects_)
      .field("score_model", cscan::to_string(score_model_));
  tally_.write_json(json);
  json.field("effects_sha256", effects_sha256_)
      .field("elapsed_s", elapsed_s)
      .field("source", header.source)
      .field("schema_version", 1)
      .end_object();
  fmt::print("{}\n", out);
}

}  // namespace cscan
