#pragma once
// The values of effects by the names that scenarios use, as text; and whether a test holds.

#include <span>
#include <string>
#include <string_view>

#include "core/effect.hpp"
#include "model/scan_columns.hpp"
#include "replay/scenario.hpp"

namespace cscan {

/// One named value, as text: numbers as the shortest decimal, enumerators by their names, times as
/// scenarios write them, "none" for what is not there.
struct FieldValue {
  std::string_view name;
  std::string value;
};
using FieldValues = std::vector<FieldValue>;

[[nodiscard]] FieldValues fields_of(const Candle& candle);
[[nodiscard]] FieldValues fields_of(const Signal& signal);
/// A signal's and those of its making: origin, newest, available.
[[nodiscard]] FieldValues fields_of(const PersistSignal& effect, Timestamp day);
/// By the names of the full scan's columns (model/scan_columns).
[[nodiscard]] FieldValues fields_of(const ScanRow& row, const ScanNames& names, Timestamp day);
/// `part` of a picture: "market", "counters", "buffers" or "streams"; empty where it is not there.
[[nodiscard]] FieldValues fields_of(const PublishView& view, std::string_view part);

/// What is wrong with the first test that does not hold; empty when all hold. Numbers are compared
/// as numbers, exactly; other values only for being equal or not.
[[nodiscard]] std::string failing_test(std::span<const ScenarioTest> tests,
                                       const FieldValues& fields);

/// "10:00" on `day`, else "2026-01-06T10:00"; seconds where there are any.
[[nodiscard]] std::string scenario_time(Timestamp time, Timestamp day);

}  // namespace cscan
