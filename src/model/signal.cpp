#include "model/signal.hpp"

namespace cscan {
namespace {

constexpr std::array<std::string_view, signal_type_count> type_names = {
    "MOMENTUM_BUY",      "MOMENTUM_SELL", "REVERSION_BULLISH",
    "REVERSION_BEARISH", "STRONG_BUY",    "STRONG_SELL",
    "WEAK_BUY",          "WEAK_SELL",     "NEUTRAL"};
constexpr std::array<std::string_view, 3> direction_names = {"bearish", "neutral", "bullish"};
constexpr std::array<std::string_view, 2> model_names = {"classic", "rarity"};

template <class Enum, std::size_t N>
std::optional<Enum> parse_name(const std::array<std::string_view, N>& names, std::string_view text,
                               int first = 0) {
  for (std::size_t i = 0; i < N; ++i)
    if (names[i] == text)
      return static_cast<Enum>(static_cast<int>(i) + first);
  return std::nullopt;
}

}  // namespace

Direction direction_of(SignalType type) {
  switch (type) {
    case SignalType::momentum_buy:
    case SignalType::reversion_bullish:
    case SignalType::strong_buy:
    case SignalType::weak_buy: return Direction::bullish;
    case SignalType::momentum_sell:
    case SignalType::reversion_bearish:
    case SignalType::strong_sell:
    case SignalType::weak_sell: return Direction::bearish;
    case SignalType::neutral: return Direction::neutral;
  }
  return Direction::neutral;
}

std::string_view to_string(Direction direction) {
  return direction_names[static_cast<std::size_t>(static_cast<int>(direction) + 1)];
}
std::string_view to_string(SignalType type) { return type_names[static_cast<std::size_t>(type)]; }
std::string_view to_string(ScoreModel model) {
  return model_names[static_cast<std::size_t>(model)];
}
std::string_view to_string(Strength strength) {
  constexpr std::array<std::string_view, 3> names = {"weak", "moderate", "strong"};
  return names[static_cast<std::size_t>(strength)];
}
std::string_view to_string(Quality quality) {
  constexpr std::array<std::string_view, 4> names = {"weak", "fair", "good", "excellent"};
  return names[static_cast<std::size_t>(quality)];
}
std::string_view to_string(Origin origin) {
  constexpr std::array<std::string_view, 3> names = {"live", "backfill", "replay"};
  return names[static_cast<std::size_t>(origin)];
}
std::optional<SignalType> parse_signal_type(std::string_view text) {
  return parse_name<SignalType>(type_names, text);
}
std::optional<Direction> parse_direction(std::string_view text) {
  return parse_name<Direction>(direction_names, text, -1);
}
std::optional<ScoreModel> parse_score_model(std::string_view text) {
  return parse_name<ScoreModel>(model_names, text);
}

}  // namespace cscan
