// Any sequence of inputs: the scanner never crashes, every signal keeps its promises, and candles
// per series come out on the grid. Each input is a few bytes, so that mutations stay meaningful.

#include <cstring>
#include <map>

#include "base/check.hpp"
#include "core/scanner.hpp"

namespace {

using namespace cscan;

class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : data_(data), left_(size) {}
  [[nodiscard]] bool empty() const { return left_ == 0; }
  std::uint8_t byte() {
    if (left_ == 0)
      return 0;
    --left_;
    return *data_++;
  }
  /// Mostly a small multiple of a quarter around 100; sometimes any double at all.
  double number() {
    std::uint8_t kind = byte();
    if (kind < 250)
      return 100 + (kind - 125) / 4.0;
    double value = 0;
    std::uint8_t raw[sizeof value];
    for (std::uint8_t& b : raw)
      b = byte();
    std::memcpy(&value, raw, sizeof value);
    return value;
  }

 private:
  const std::uint8_t* data_;
  std::size_t left_;
};

constexpr Timeframe timeframes[] = {Timeframe::m1, Timeframe::m5, Timeframe::h1};

Candle read_candle(Bytes& in, Timeframe timeframe, Timestamp& cursor) {
  std::uint8_t move = in.byte();  // mostly the next candle; sometimes back, far ahead, off the grid
  Duration step = length(timeframe) * (move < 200 ? 1 : move - 225);
  cursor = floor_to(cursor, length(timeframe)) + step + milliseconds(move == 255 ? 1 : 0);
  Candle candle{.open_time = cursor, .open = in.number(), .close = in.number()};
  candle.high = std::max(candle.open, candle.close);
  candle.low = std::min(candle.open, candle.close);
  candle.volume = in.byte();
  if (move == 254)
    std::swap(candle.high, candle.low);
  candle.state = static_cast<CandleState>(in.byte() % 6);
  return candle;
}

Input read_input(Bytes& in, Timestamp& now, Timestamp& cursor) {
  std::uint8_t kind = in.byte();
  InstrumentId id{static_cast<std::uint32_t>(in.byte() % 4)};
  Timeframe timeframe = timeframes[in.byte() % 3];
  switch (kind % 8) {
    case 0: return ClockAdvanced{now = now + seconds(in.byte() * in.byte() - 100)};
    case 1: return MarketEvent{PriceUpdate{id, in.number(), in.number(), now, now}};
    case 2:
    case 3: {
      HistoryLoaded history{id, timeframe, {}, in.byte() % 4 == 0};
      for (int n = in.byte() % 64; n > 0; --n)
        history.candles.push_back(read_candle(in, timeframe, cursor));
      return history;
    }
    case 4: return InputsDropped{in.byte()};
    default:
      return MarketEvent{
          CandleUpdate{id, timeframe, read_candle(in, timeframe, cursor), cursor, now}};
  }
}

void check(const Signal& s) {
  CHECK(s.combined >= points(0) && s.combined <= points(100));
  CHECK(s.momentum.score >= points(0) && s.momentum.score <= points(100));
  CHECK(s.reversion.score >= points(0) && s.reversion.score <= points(100));
  CHECK(s.thesis + s.adjustment == s.combined);
  CHECK(s.reversion.rsi >= 0 && s.reversion.rsi <= 100 + 1e-9, "rsi {}", s.reversion.rsi);
  CHECK(s.clustering.cluster_strength >= 0 && s.clustering.cluster_strength <= 1);
  CHECK(s.coverage() == 1 && s.history_n >= 20 && s.history_n <= 100);
  CHECK(s.direction == direction_of(s.type));
  CHECK(s.open_time == floor_to(s.open_time, length(s.timeframe)));
}

void check(const Effect& effect) {
  if (const auto* made = std::get_if<PersistSignal>(&effect)) {
    check(made->signal);
    CHECK(!made->signal.is_preview());
  } else if (const auto* preview = std::get_if<PublishPreview>(&effect)) {
    check(preview->signal);
    CHECK(preview->signal.is_preview());
  } else if (const auto* candle = std::get_if<PersistCandle>(&effect)) {
    CHECK(is_settled(candle->candle.state) && candle_defect(candle->candle) == nullptr);
  } else if (const auto* view = std::get_if<PublishView>(&effect)) {
    for (std::uint32_t kept : view->series_candles)
      CHECK(kept <= 150);
    CHECK(view->buffers.ticks <= 3 * 100);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes in(data, size);
  Settings settings;
  settings.timeframes = {{"a", Timeframe::m1}, {"b", Timeframe::m5}, {"c", Timeframe::h1}};
  settings.max_candles_per_timeframe = 150;
  settings.momentum_bias = in.byte() / 255.0;
  Scanner scanner;
  EffectBuffer effects;
  scanner.step(SettingsChanged{settings}, effects);
  scanner.step(
      UniverseChanged{{{"x", "A", "U", ""}, {"y", "A", "U", ""}, {"x", "B", "U", ""}}, {"x", "y"}},
      effects);
  Timestamp now = Timestamp{} + days(20'000), cursor = now;
  while (!in.empty()) {
    effects.clear();
    scanner.step(read_input(in, now, cursor), effects);
    for (const Effect& effect : effects)
      check(effect);
  }
  return 0;
}
