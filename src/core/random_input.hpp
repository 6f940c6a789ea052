#pragma once
// For tests only: inputs of every kind with any values at all, and whether two are the same to the
// last bit.

#include <bit>
#include <cstdint>
#include <random>
#include <string>

#include "core/input.hpp"

namespace cscan::rig {

class RandomInputs {
 public:
  static constexpr Timestamp first_time{1'767'225'600'000};  ///< 2026-01-01 00:00 UTC

  explicit RandomInputs(std::uint64_t seed) : engine_(seed) {}

  Input next() {
    switch (dice(8)) {
      case 0: return ClockAdvanced{time()};
      case 1: return MarketEvent{PriceUpdate{instrument(), number(), number(), time(), time()}};
      case 2: return history();
      case 3: return universe();
      case 4: return SettingsChanged{settings()};
      case 5: return InputsDropped{engine_() >> dice(64)};
      default:
        return MarketEvent{CandleUpdate{instrument(), timeframe(), candle(), time(), time()}};
    }
  }

 private:
  std::uint64_t dice(std::uint64_t sides) { return engine_() % sides; }

  /// A price, or any bits: infinities, NaNs with their payloads, zeros of both signs.
  double number() {
    if (dice(4) != 0)
      return static_cast<double>(dice(100'000'000)) / 100;
    constexpr double odd[] = {0, -0.0, 1.0 / 3, 1e300, 5e-324, -7};
    return dice(2) == 0 ? odd[dice(std::size(odd))] : std::bit_cast<double>(engine_());
  }
  /// Mostly a little after the one before; sometimes any time that there is.
  Timestamp time() {
    now_ = dice(20) == 0 ? Timestamp{static_cast<std::int64_t>(engine_())}
                         : Timestamp{now_.ms % 2'000'000'000'000} + milliseconds(engine_() % 200);
    return now_;
  }
  InstrumentId instrument() {
    return InstrumentId{static_cast<std::uint32_t>(engine_() >> (32 + dice(32)))};
  }
  Timeframe timeframe() { return static_cast<Timeframe>(dice(all_timeframes.size())); }
  Candle candle() {
    return {time(),
            number(),
            number(),
            number(),
            number(),
            number(),
            static_cast<std::uint32_t>(dice(3) == 0 ? engine_() : 0),
            static_cast<CandleState>(dice(6))};
  }
  HistoryLoaded history() {
    HistoryLoaded made{instrument(), timeframe(), {}, dice(2) == 0};
    for (std::uint64_t left = dice(30); left > 0; --left)
      made.candles.push_back(candle());
    return made;
  }
  std::string text() {
    std::string made;
    for (std::uint64_t left = dice(12); left > 0; --left)
      made += static_cast<char>(dice(256));
    return made;
  }
  UniverseChanged universe() {
    UniverseChanged made;
    for (std::uint64_t left = dice(20); left > 0; --left)
      made.instruments.push_back({text(), text(), text(), text()});
    for (std::uint64_t left = dice(5); left > 0; --left)
      made.exchange_ranking.push_back(text());
    return made;
  }
  /// Any that a run may have.
  Settings settings() {
    Settings made;
    for (const SettingsField& field : settings_fields()) {
      double share = static_cast<double>(dice(1'001)) / 1'000;
      double value = field.min + share * (field.max - field.min);
      if (!std::holds_alternative<double Settings::*>(field.member))
        value = static_cast<double>(static_cast<std::int64_t>(value));
      (void)set_field(made, field, value);
    }
    made.score_model = dice(2) == 0 ? ScoreModel::classic : ScoreModel::rarity;
    made.timeframes.clear();
    for (std::uint64_t i = 0, count = 1 + dice(8); i < count; ++i)
      made.timeframes.push_back({text() + std::to_string(i), all_timeframes[i + dice(5)]});
    return check_settings(made) ? made : Settings();
  }

  std::mt19937_64 engine_;
  Timestamp now_ = first_time;
};

inline bool same_bits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}
inline bool same(const Candle& a, const Candle& b) {
  return a.open_time == b.open_time && same_bits(a.open, b.open) && same_bits(a.high, b.high) &&
         same_bits(a.low, b.low) && same_bits(a.close, b.close) && same_bits(a.volume, b.volume) &&
         a.revision == b.revision && a.state == b.state;
}
inline bool same(const ClockAdvanced& a, const ClockAdvanced& b) { return a.now == b.now; }
inline bool same(const CandleUpdate& a, const CandleUpdate& b) {
  return a.instrument == b.instrument && a.timeframe == b.timeframe && same(a.candle, b.candle) &&
         a.event_time == b.event_time && a.received_time == b.received_time;
}
inline bool same(const PriceUpdate& a, const PriceUpdate& b) {
  return a.instrument == b.instrument && same_bits(a.price, b.price) &&
         same_bits(a.quote_volume_24h, b.quote_volume_24h) && a.event_time == b.event_time &&
         a.received_time == b.received_time;
}
inline bool same(const MarketEvent& a, const MarketEvent& b) {
  return a.index() == b.index() &&
         std::visit(
             [&](const auto& value) {
               return same(value, std::get<std::decay_t<decltype(value)>>(b));
             },
             a);
}
inline bool same(const HistoryLoaded& a, const HistoryLoaded& b) {
  return a.instrument == b.instrument && a.timeframe == b.timeframe &&
         a.from_listing == b.from_listing &&
         std::ranges::equal(a.candles, b.candles,
                            [](const Candle& x, const Candle& y) { return same(x, y); });
}
inline bool same(const UniverseChanged& a, const UniverseChanged& b) {
  return a.instruments == b.instruments && a.exchange_ranking == b.exchange_ranking;
}
inline bool same(const SettingsChanged& a, const SettingsChanged& b) {
  return a.settings == b.settings;
}
inline bool same(const InputsDropped& a, const InputsDropped& b) { return a.count == b.count; }
inline bool same(const Input& a, const Input& b) {
  return a.index() == b.index() &&
         std::visit(
             [&](const auto& value) {
               return same(value, std::get<std::decay_t<decltype(value)>>(b));
             },
             a);
}

}  // namespace cscan::rig
