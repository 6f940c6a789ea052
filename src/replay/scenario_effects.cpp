#include "replay/scenario_effects.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <ranges>

namespace cscan {
namespace {

constexpr std::size_t lines_max = 12;

ScenarioKind kind_of(const Effect& effect) {
  constexpr ScenarioKind kinds[] = {ScenarioKind::candle,  ScenarioKind::signal,
                                    ScenarioKind::preview, ScenarioKind::view,
                                    ScenarioKind::request, ScenarioKind::note};
  static_assert(std::size(kinds) == std::variant_size_v<Effect>);
  return kinds[effect.index()];
}

/// Those nobody need mention: they come with the clock.
bool is_silent(ScenarioKind kind) {
  return kind == ScenarioKind::preview || kind == ScenarioKind::view || kind == ScenarioKind::note;
}

/// The series an effect is about, and the open time of its candle or of the first one asked for.
struct About {
  std::optional<SeriesId> series;
  Timestamp time;
};
About about(const Effect& effect) {
  if (const auto* candle = std::get_if<PersistCandle>(&effect))
    return {SeriesId{candle->instrument, candle->timeframe}, candle->candle.open_time};
  if (const auto* made = std::get_if<PersistSignal>(&effect))
    return {SeriesId{made->signal.instrument, made->signal.timeframe}, made->signal.open_time};
  if (const auto* preview = std::get_if<PublishPreview>(&effect))
    return {SeriesId{preview->signal.instrument, preview->signal.timeframe},
            preview->signal.open_time};
  if (const auto* request = std::get_if<RequestHistory>(&effect))
    return {SeriesId{request->instrument, request->timeframe}, request->from};
  return {};
}

std::string_view name_of(ScenarioKind kind) {
  constexpr std::string_view names[] = {"candle", "signal", "preview", "request", "view", "note"};
  return names[static_cast<std::size_t>(kind)];
}

FieldValues fields_of_effect(const Effect& effect, Timestamp day) {
  if (const auto* candle = std::get_if<PersistCandle>(&effect)) {
    FieldValues fields = fields_of(candle->candle);
    fields.push_back({"available", scenario_time(candle->available_at, day)});
    return fields;
  }
  if (const auto* made = std::get_if<PersistSignal>(&effect))
    return fields_of(*made, day);
  if (const auto* preview = std::get_if<PublishPreview>(&effect))
    return fields_of(preview->signal);
  return {};
}

}  // namespace

void ScenarioEffects::add(EffectBuffer& effects) {
  auto is_view = [](const Effect& effect) { return kind_of(effect) == ScenarioKind::view; };
  if (std::ranges::any_of(effects, is_view))
    std::erase_if(left_, is_view);
  std::ranges::move(effects, std::back_inserter(left_));
  effects.clear();
}

bool ScenarioEffects::is_of(const Effect& effect, ScenarioKind kind,
                            const std::optional<SeriesId>& series) const {
  return kind_of(effect) == kind && (!series || about(effect).series == series);
}

std::string ScenarioEffects::describe(const Effect& effect) const {
  if (const auto* note = std::get_if<Note>(&effect))
    return "note " + note->text;
  if (const auto* view = std::get_if<PublishView>(&effect))
    return "view as of " + scenario_time(view->as_of, day_);
  About subject = about(effect);
  const Instrument& instrument = names_.instrument(subject.series->instrument);
  std::string text = fmt::format("{} {} {} {} {}", name_of(kind_of(effect)), instrument.exchange,
                                 instrument.symbol(), to_string(subject.series->timeframe),
                                 scenario_time(subject.time, day_));
  for (const FieldValue& field : fields_of_effect(effect, day_))
    text += fmt::format(" {}={}", field.name, field.value);
  return text;
}

std::string ScenarioEffects::take(ScenarioKind kind, SeriesId series, Timestamp time,
                                  std::span<const ScenarioTest> tests) {
  auto next = std::ranges::find_if(
      left_, [&](const Effect& effect) { return is_of(effect, kind, series); });
  std::string wanted = scenario_time(time, day_);
  if (next == left_.end())
    return fmt::format("there is no (further) {} of this series, where that of {} belongs",
                       name_of(kind), wanted);
  if (about(*next).time != time)
    return fmt::format("the next is not that of {} but {}", wanted, describe(*next));
  std::string failing = failing_test(tests, fields_of_effect(*next, day_));
  if (!failing.empty())
    return fmt::format("{} in {}", failing, describe(*next));
  left_.erase(next);
  return {};
}

std::string ScenarioEffects::take_note(std::string_view text) {
  auto found = std::ranges::find_if(left_, [&](const Effect& effect) {
    const auto* note = std::get_if<Note>(&effect);
    return note != nullptr && note->text.contains(text);
  });
  if (found == left_.end())
    return "there is no such note";
  left_.erase(found);
  return {};
}

const PublishView* ScenarioEffects::newest_view() const {
  for (const Effect& effect : std::views::reverse(left_))
    if (const auto* view = std::get_if<PublishView>(&effect))
      return view;
  return nullptr;
}

std::string ScenarioEffects::test_view(const ViewExpectation& expectation) const {
  const PublishView* view = newest_view();
  if (view == nullptr)
    return "no picture was published: a stream must be due, so move the clock";
  FieldValues fields = fields_of(*view, expectation.part);
  if (fields.empty())
    return "there is no market state yet";
  std::string failing = failing_test(expectation.tests, fields);
  if (failing.empty())
    return {};
  for (const FieldValue& field : fields)
    failing +=
        fmt::format("{} {}={}", &field == &fields.front() ? " in" : "", field.name, field.value);
  return failing;
}

std::string ScenarioEffects::test_ranking(SeriesId series,
                                          std::span<const ScenarioTest> tests) const {
  const PublishView* view = newest_view();
  if (view == nullptr || view->ranking == nullptr)
    return "no ranking was published";
  for (const ScanRow& row : *view->ranking)
    if (SeriesId{row.instrument, row.timeframe} == series)
      return failing_test(tests, fields_of(row, {names_.instruments(), names_.settings()}, day_));
  return "this series is not ranked";
}

void ScenarioEffects::ignore(ScenarioKind kind, const std::optional<SeriesId>& series) {
  std::erase_if(left_, [&](const Effect& effect) { return is_of(effect, kind, series); });
}

std::string ScenarioEffects::find(ScenarioKind kind, const std::optional<SeriesId>& series) const {
  for (const Effect& effect : left_)
    if (is_of(effect, kind, series))
      return describe(effect);
  return {};
}

template <class Pick>
std::string ScenarioEffects::list(const Pick& pick) const {
  std::string text;
  std::size_t count = 0;
  for (const Effect& effect : left_)
    if (pick(kind_of(effect)) && ++count <= lines_max)
      text += fmt::format("\n    {}", describe(effect));
  if (count > lines_max)
    text += fmt::format("\n    and {} more", count - lines_max);
  return text;
}

std::string ScenarioEffects::untaken() const {
  return list([](ScenarioKind kind) { return !is_silent(kind); });
}

std::string ScenarioEffects::nearby(ScenarioKind kind) const {
  std::string same = list([&](ScenarioKind other) { return other == kind; });
  return same.empty() ? list([](ScenarioKind) { return true; }) : same;
}

}  // namespace cscan
