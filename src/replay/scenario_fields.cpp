#include "replay/scenario_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/decimal.hpp"

namespace cscan {
namespace {

std::string text_of(bool value) { return value ? "true" : "false"; }
std::string text_of(double value) {
  if (!std::isfinite(value))
    return std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf";
  return format_decimal(value);
}
std::string text_of(Score score) { return format_decimal(score.value()); }
std::string text_of(std::string_view value) { return std::string(value); }
std::string text_of(const std::string& value) { return value; }
template <std::integral T>
  requires(!std::same_as<T, bool>)
std::string text_of(T value) {
  return std::to_string(value);
}
template <class T>
std::string text_of(const std::optional<T>& value) {
  return value ? text_of(*value) : "none";
}

/// The text of one cell of the full scan.
struct CellText {
  Timestamp day;
  std::string operator()(std::monostate) const { return "none"; }
  std::string operator()(Timestamp time) const { return scenario_time(time, day); }
  std::string operator()(const auto& value) const { return text_of(value); }
};

bool holds(const ScenarioTest& test, const std::string& actual) {
  using enum ScenarioTest::Comparison;
  auto a = parse_decimal(actual), b = parse_decimal(test.value);
  bool numbers = a && b;
  bool same = numbers ? *a == *b : actual == test.value;
  switch (test.comparison) {
    case equal: return same;
    case not_equal: return !same;
    case less: return numbers && *a < *b;
    case at_most: return numbers && *a <= *b;
    case greater: return numbers && *a > *b;
    case at_least: return numbers && *a >= *b;
  }
  return false;
}

FieldValues market_fields(const MarketState& state) {
  const Breadth& breadth = state.breadth;
  FieldValues fields = {{"bias", text_of(to_string(breadth.bias))},
                        {"advancing", text_of(breadth.advancing)},
                        {"declining", text_of(breadth.declining)},
                        {"unchanged", text_of(breadth.unchanged)},
                        {"ratio", text_of(breadth.ratio)},
                        {"covered", text_of(breadth.covered)},
                        {"total", text_of(breadth.total)},
                        {"window_s", text_of(breadth.window.ms / 1'000)},
                        {"trend", text_of(to_string(state.trend.trend))},
                        {"trend_ratio", text_of(state.trend.ratio)},
                        {"trend_covered", text_of(state.trend.covered)},
                        {"volatility", text_of(to_string(state.volatility.regime))},
                        {"hours_of_history", text_of(state.volatility.hours_of_history)},
                        {"new_highs_24h", text_of(state.new_highs_24h)},
                        {"new_lows_24h", text_of(state.new_lows_24h)},
                        {"active_signals", text_of(state.active_signals)}};
  return fields;
}

FieldValues counter_fields(const CoreCounters& counters) {
  return {{"inputs", text_of(counters.inputs)},
          {"inputs_dropped", text_of(counters.inputs_dropped)},
          {"candles_rejected", text_of(counters.candles_rejected)},
          {"revisions", text_of(counters.revisions)},
          {"gaps", text_of(counters.gaps)},
          {"rollup_mismatches", text_of(counters.rollup_mismatches)},
          {"previews_compared", text_of(counters.previews_compared)},
          {"previews_agreed", text_of(counters.previews_agreed)}};
}

FieldValues buffer_fields(const BufferStats& buffers) {
  return {{"ticks", text_of(buffers.ticks)},
          {"candles", text_of(buffers.candles)},
          {"signals", text_of(buffers.signals)}};
}

FieldValues stream_fields(const PublishView& view) {
  constexpr std::array<std::array<std::string_view, 3>, stream_count> names = {
      {{"price.runs", "price.skipped", "price.ran"},
       {"signals.runs", "signals.skipped", "signals.ran"},
       {"market_state.runs", "market_state.skipped", "market_state.ran"},
       {"scan.runs", "scan.skipped", "scan.ran"}}};
  FieldValues fields;
  for (std::size_t i = 0; i < stream_count; ++i) {
    fields.push_back({names[i][0], text_of(view.streams[i].runs)});
    fields.push_back({names[i][1], text_of(view.streams[i].skipped)});
    fields.push_back({names[i][2], text_of(view.ran[i])});
  }
  return fields;
}

}  // namespace

FieldValues fields_of(const Candle& candle) {
  return {{"state", text_of(to_string(candle.state))},
          {"o", text_of(candle.open)},
          {"h", text_of(candle.high)},
          {"l", text_of(candle.low)},
          {"c", text_of(candle.close)},
          {"v", text_of(candle.volume)},
          {"revision", text_of(candle.revision)}};
}

FieldValues fields_of(const Signal& signal) {
  return {{"type", text_of(to_string(signal.type))},
          {"direction", text_of(to_string(signal.direction))},
          {"score", text_of(signal.combined)},
          {"quality", text_of(to_string(quality_of(signal.combined)))},
          {"momentum", text_of(signal.momentum.score)},
          {"reversion", text_of(signal.reversion.score)},
          {"candidate", text_of(signal.reversion.candidate)},
          {"rsi", text_of(signal.reversion.rsi)},
          {"factors_met", text_of(signal.reversion.factors_met)},
          {"clusters", text_of(signal.clustering.clusters)},
          {"trend_formation", text_of(signal.clustering.trend_formation)},
          {"price", text_of(signal.price)},
          {"revision", text_of(signal.revision)},
          {"history_n", text_of(signal.history_n)},
          {"unknown_n", text_of(signal.unknown_n)},
          {"revised_n", text_of(signal.revised_n)},
          {"coverage", text_of(signal.coverage())},
          {"candle_state", text_of(to_string(signal.candle_state))},
          {"conflict", text_of(signal.conflict)},
          {"model", text_of(to_string(signal.model))}};
}

FieldValues fields_of(const PersistSignal& effect, Timestamp day) {
  FieldValues fields = fields_of(effect.signal);
  fields.push_back({"origin", text_of(to_string(effect.origin))});
  fields.push_back({"newest", text_of(effect.newest)});
  fields.push_back({"available", scenario_time(effect.available_at, day)});
  return fields;
}

FieldValues fields_of(const ScanRow& row, const ScanNames& names, Timestamp day) {
  FieldValues fields;
  for (const ScanColumn& column : scan_columns()) {
    ScanCell cell = column.cell(row, names);
    std::string text = std::visit(CellText{day}, cell);
    fields.push_back({column.name, std::move(text)});
  }
  return fields;
}

FieldValues fields_of(const PublishView& view, std::string_view part) {
  if (part == "market")
    return view.market_state ? market_fields(*view.market_state) : FieldValues();
  if (part == "counters")
    return counter_fields(view.counters);
  return part == "buffers" ? buffer_fields(view.buffers) : stream_fields(view);
}

std::string failing_test(std::span<const ScenarioTest> tests, const FieldValues& fields) {
  for (const ScenarioTest& test : tests) {
    auto found = std::ranges::find(fields, test.field, &FieldValue::name);
    if (found == fields.end()) {
      std::string known;
      for (const FieldValue& field : fields)
        known += fmt::format("{}{}", known.empty() ? "" : ", ", field.name);
      return fmt::format("there is no '{}': use {}", test.field, known);
    }
    if (!holds(test, found->value))
      return fmt::format("{}={}", found->name, found->value);
  }
  return {};
}

std::string scenario_time(Timestamp time, Timestamp day) {
  std::string text = format_rfc3339(time);
  std::size_t end = time.ms % 1'000 != 0 ? 23 : time.ms % 60'000 != 0 ? 19 : 16;
  std::size_t begin = floor_to(time, days(1)) == day ? 11 : 0;
  return text.substr(begin, end - begin);
}

}  // namespace cscan
