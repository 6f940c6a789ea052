#include "app/signal_tally.hpp"

#include <fmt/format.h>

namespace cscan {
namespace {

constexpr std::array qualities = {Quality::excellent, Quality::good, Quality::fair, Quality::weak};
constexpr std::array<std::string_view, 4> bands = {"80-100", "60-80", "40-60", "0-40"};

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

void SignalTally::take(const Signal& signal, const SignalContext& names) {
  ++signals_;
  ++by_type_[static_cast<std::size_t>(signal.type)];
  ++by_quality_[static_cast<std::size_t>(quality_of(signal.combined))];
  id_ = signal_id(signal, names);
  body_.clear();
  append_signal_body(body_, signal, names, id_);
  body_ += '}';
  digest_.update(body_);
  digest_.update("\n");
}

void SignalTally::finish() { sha256_ = to_hex(digest_.finish()); }

void SignalTally::print_text() const {
  for (std::size_t i = 0; i < signal_type_count; ++i)
    fmt::print("  {:<20}{:>10}  {:6.2f} %\n", to_string(static_cast<SignalType>(i)), by_type_[i],
               share(by_type_[i], signals_));
  fmt::print("\n");
  for (std::size_t i = 0; i < qualities.size(); ++i) {
    std::uint64_t n = by_quality_[static_cast<std::size_t>(qualities[i])];
    fmt::print("  {:<8}{:<12}{:>10}  {:6.2f} %\n", bands[i], to_string(qualities[i]), n,
               share(n, signals_));
  }
}

void SignalTally::write_json(JsonWriter& json) const {
  json.key("by_type").begin_object();
  for (std::size_t i = 0; i < signal_type_count; ++i)
    json.field(to_string(static_cast<SignalType>(i)), by_type_[i]);
  json.end_object().key("by_quality").begin_object();
  for (Quality quality : qualities)
    json.field(to_string(quality), by_quality_[static_cast<std::size_t>(quality)]);
  json.end_object().field("sha256", sha256_);
}

}  // namespace cscan
