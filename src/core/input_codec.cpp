#include "core/input_codec.hpp"

#include <fmt/format.h>

#include <optional>

#include "analysis/score_model.hpp"
#include "base/limits.hpp"

namespace cscan {
namespace {

/// The numbers stand in files: never reuse one.
enum class Kind : std::uint8_t {
  clock = 1,
  candle = 2,
  price = 3,
  history = 4,
  universe = 5,
  settings = 6,
  dropped = 7,
};

constexpr std::size_t text_bytes_max = limits::config_bytes_max;
constexpr std::size_t rankings_max = 1'024;
constexpr std::size_t candle_state_count = static_cast<std::size_t>(CandleState::unknown) + 1;
/// A candle in a history takes at least so many bytes; a count beyond that is a lie.
constexpr std::size_t candle_bytes_min = 13;

/// Differences wrap, so that any two times have one.
std::int64_t distance(Timestamp from, Timestamp to) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(to.ms) -
                                   static_cast<std::uint64_t>(from.ms));
}
Timestamp moved(Timestamp from, std::int64_t distance_ms) {
  return {static_cast<std::int64_t>(static_cast<std::uint64_t>(from.ms) +
                                    static_cast<std::uint64_t>(distance_ms))};
}

/// Writes one record's fields. Its twin is the FieldReader below: same order, line by line.
class FieldWriter {
 public:
  FieldWriter(std::string& out, InputCodecState& state) : out_(out), state_(state) {}

  void write(const ClockAdvanced& input) {
    out_.byte(static_cast<std::uint8_t>(Kind::clock));
    time(input.now);
  }
  void write(const MarketEvent& input) {
    std::visit([this](const auto& event) { write(event); }, input);
  }
  void write(const CandleUpdate& input) {
    const auto& [instrument, timeframe, values, event_time, received_time] = input;
    out_.byte(static_cast<std::uint8_t>(Kind::candle));
    series(instrument, timeframe);
    Timestamp& open_time = state_.candle_open_time[static_cast<std::size_t>(timeframe)];
    candle(values, open_time);
    open_time = values.open_time;
    time(event_time);
    time(received_time);
  }
  void write(const PriceUpdate& input) {
    const auto& [instrument, price, quote_volume_24h, event_time, received_time] = input;
    out_.byte(static_cast<std::uint8_t>(Kind::price));
    out_.varint(instrument.value);
    out_.number(price);
    out_.number(quote_volume_24h);
    time(event_time);
    time(received_time);
  }
  void write(const HistoryLoaded& input) {
    const auto& [instrument, timeframe, candles, from_listing] = input;
    out_.byte(static_cast<std::uint8_t>(Kind::history));
    series(instrument, timeframe);
    out_.byte(from_listing ? 1 : 0);
    out_.varint(candles.size());
    Timestamp expected = state_.time;
    for (const Candle& values : candles) {
      candle(values, expected);
      expected = moved(values.open_time, length(timeframe).ms);
    }
  }
  void write(const UniverseChanged& input) {
    const auto& [instruments, exchange_ranking] = input;
    out_.byte(static_cast<std::uint8_t>(Kind::universe));
    out_.varint(instruments.size());
    for (const auto& [exchange, base, quote, settle] : instruments)
      for (const std::string* text : {&exchange, &base, &quote, &settle})
        out_.text(*text);
    out_.varint(exchange_ranking.size());
    for (const std::string& exchange : exchange_ranking)
      out_.text(exchange);
  }
  void write(const SettingsChanged& input) {
    const Settings& settings = input.settings;
    out_.byte(static_cast<std::uint8_t>(Kind::settings));
    out_.byte(static_cast<std::uint8_t>(settings.score_model));
    out_.varint(settings.timeframes.size());
    for (const auto& [style, interval] : settings.timeframes) {
      out_.text(style);
      out_.byte(static_cast<std::uint8_t>(interval));
    }
    out_.varint(settings_fields().size());
    for (const SettingsField& field : settings_fields()) {
      out_.text(field.key);
      if (const auto* whole = std::get_if<std::int64_t Settings::*>(&field.member))
        out_.zigzag(settings.**whole);
      else if (const auto* real = std::get_if<double Settings::*>(&field.member))
        out_.number(settings.**real);
      else
        out_.byte(settings.*std::get<bool Settings::*>(field.member) ? 1 : 0);
    }
  }
  void write(const InputsDropped& input) {
    out_.byte(static_cast<std::uint8_t>(Kind::dropped));
    out_.varint(input.count);
  }

 private:
  void time(Timestamp value) {
    out_.zigzag(distance(state_.time, value));
    state_.time = value;
  }
  void series(InstrumentId instrument, Timeframe timeframe) {
    out_.varint(instrument.value);
    out_.byte(static_cast<std::uint8_t>(timeframe));
  }
  void candle(const Candle& candle, Timestamp expected) {
    const auto& [open_time, open, high, low, close, volume, revision, state] = candle;
    out_.zigzag(distance(expected, open_time));
    for (double value : {open, high, low, close, volume})
      out_.number(value);
    out_.varint(revision);
    out_.byte(static_cast<std::uint8_t>(state));
  }

  ByteWriter out_;
  InputCodecState& state_;
};

class FieldReader {
 public:
  FieldReader(std::string_view record, InputCodecState& state) : in_(record), state_(state) {}

  /// Empty when the record is not exactly one input.
  std::optional<Input> read() {
    std::optional<Input> input = read_kind();
    return in_.complete() ? std::move(input) : std::nullopt;
  }

 private:
  std::optional<Input> read_kind() {
    switch (static_cast<Kind>(in_.byte())) {
      case Kind::clock: return ClockAdvanced{time()};
      case Kind::candle: return MarketEvent{read_candle()};
      case Kind::price: return MarketEvent{read_price()};
      case Kind::history: return read_history();
      case Kind::universe: return read_universe();
      case Kind::settings: return read_settings();
      case Kind::dropped: return InputsDropped{in_.varint()};
    }
    return std::nullopt;
  }

  CandleUpdate read_candle() {
    CandleUpdate input;
    input.instrument = instrument();
    input.timeframe = timeframe();
    Timestamp& open_time = state_.candle_open_time[static_cast<std::size_t>(input.timeframe)];
    input.candle = candle(open_time);
    open_time = input.candle.open_time;
    input.event_time = time();
    input.received_time = time();
    return input;
  }
  PriceUpdate read_price() {
    PriceUpdate input;
    input.instrument = instrument();
    input.price = in_.number();
    input.quote_volume_24h = in_.number();
    input.event_time = time();
    input.received_time = time();
    return input;
  }
  HistoryLoaded read_history() {
    HistoryLoaded input;
    input.instrument = instrument();
    input.timeframe = timeframe();
    input.from_listing = in_.flag();
    std::size_t count = in_.below(in_.left().size() / candle_bytes_min + 1);
    input.candles.reserve(count);
    Timestamp expected = state_.time;
    for (std::size_t i = 0; i < count && !in_.failed(); ++i) {
      input.candles.push_back(candle(expected));
      expected = moved(input.candles.back().open_time, length(input.timeframe).ms);
    }
    return input;
  }
  UniverseChanged read_universe() {
    UniverseChanged input;
    std::size_t count = in_.below(limits::instruments_max + 1);
    for (std::size_t i = 0; i < count && !in_.failed(); ++i) {
      Instrument& made = input.instruments.emplace_back();
      for (std::string* text : {&made.exchange, &made.base, &made.quote, &made.settle})
        *text = in_.text(text_bytes_max);
    }
    std::size_t ranked = in_.below(rankings_max);
    for (std::size_t i = 0; i < ranked && !in_.failed(); ++i)
      input.exchange_ranking.push_back(in_.text(text_bytes_max));
    return input;
  }
  std::optional<Input> read_settings() {
    Settings settings;
    settings.score_model = static_cast<ScoreModel>(in_.byte());
    settings.timeframes.clear();
    std::size_t count = in_.below(limits::timeframes_max + 1);
    for (std::size_t i = 0; i < count && !in_.failed(); ++i) {
      std::string style = in_.text(text_bytes_max);
      settings.timeframes.push_back({std::move(style), timeframe()});
    }
    bool same_keys = in_.varint() == settings_fields().size();
    for (const SettingsField& field : settings_fields())
      same_keys = same_keys && in_.text(text_bytes_max) == field.key && read_field(settings, field);
    bool sound = same_keys && !in_.failed() && check_settings(settings).has_value() &&
                 find_score_model(settings.score_model) != nullptr;
    return sound ? std::optional<Input>(SettingsChanged{std::move(settings)}) : std::nullopt;
  }
  bool read_field(Settings& settings, const SettingsField& field) {
    double value = 0;
    if (const auto* whole = std::get_if<std::int64_t Settings::*>(&field.member)) {
      settings.** whole = in_.zigzag();
      value = static_cast<double>(settings.**whole);
    } else if (const auto* real = std::get_if<double Settings::*>(&field.member)) {
      settings.** real = in_.number();
      value = settings.**real;
    } else {
      bool flag = in_.flag();
      settings.*std::get<bool Settings::*>(field.member) = flag;
      value = flag ? 1 : 0;
    }
    return value >= field.min && value <= field.max;
  }

  Timestamp time() { return state_.time = moved(state_.time, in_.zigzag()); }
  InstrumentId instrument() {
    return InstrumentId{static_cast<std::uint32_t>(in_.below(std::uint64_t{UINT32_MAX} + 1))};
  }
  Timeframe timeframe() { return static_cast<Timeframe>(in_.below(all_timeframes.size())); }
  Candle candle(Timestamp expected) {
    Candle candle;
    candle.open_time = moved(expected, in_.zigzag());
    for (double* value : {&candle.open, &candle.high, &candle.low, &candle.close, &candle.volume})
      *value = in_.number();
    candle.revision = static_cast<std::uint32_t>(in_.below(std::uint64_t{UINT32_MAX} + 1));
    candle.state = static_cast<CandleState>(in_.below(candle_state_count));
    return candle;
  }

  ByteReader in_;
  InputCodecState& state_;
};

}  // namespace

void InputEncoder::append(const Input& input, std::string& out) {
  record_.clear();
  FieldWriter writer(record_, state_);
  std::visit([&](const auto& value) { writer.write(value); }, input);
  ByteWriter(out).text(record_);
}

Result<Input> InputDecoder::take(std::string_view& bytes) {
  ByteReader in(bytes);
  std::size_t size = in.below(bytes.size());
  if (in.failed() || size > in.left().size())
    return fail(ErrorCode::corrupt, "a record is cut off");
  std::string_view record = in.left().substr(0, size);
  std::optional<Input> input = FieldReader(record, state_).read();
  if (!input)
    return fail(ErrorCode::corrupt,
                fmt::format("a record of {} bytes is no input that this build writes", size));
  bytes = in.left().substr(size);
  return std::move(*input);
}

}  // namespace cscan
