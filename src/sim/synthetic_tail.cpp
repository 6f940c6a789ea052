#include "sim/synthetic_tail.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string_view>

#include "sim/counter_random.hpp"
#include "sim/synthetic_calendar.hpp"

namespace cscan {
namespace {

constexpr std::size_t early_bases = 236;
constexpr std::size_t late_bases = 160;
constexpr std::size_t first_rank = 42;  ///< the table holds the liquid ones
constexpr double first_turnover = 2.5e7;
constexpr Timestamp first_listing{1'735'689'600'000};  // 2025-01-01

constexpr std::uint64_t universe_key = 2020;
CounterRandom stream(std::string_view purpose) { return {universe_key, {name_bits(purpose)}}; }

constexpr std::array<std::string_view, 32> onsets = {
    "B", "BR", "C",  "CR", "D", "DR", "F",  "FL", "G", "GL", "H", "J",  "K", "KR", "L", "M",
    "N", "P",  "PR", "QU", "R", "S",  "SK", "ST", "T", "TR", "V", "VR", "W", "X",  "Y", "Z"};
constexpr std::array<std::string_view, 15> inner = {"B", "D", "F", "G", "K", "L", "M", "N",
                                                    "P", "R", "S", "T", "V", "X", "Z"};
constexpr std::array<std::string_view, 7> vowels = {"A", "E", "I", "O", "U", "A", "O"};
constexpr std::array<std::string_view, 10> codas = {"L", "M", "N",  "R",  "X",
                                                    "S", "K", "RA", "TH", "ND"};

template <std::size_t n>
std::string_view pick(const std::array<std::string_view, n>& parts, std::uint64_t& bits) {
  const std::string_view part = parts[bits % n];
  bits /= n;
  return part;
}

/// A pronounceable ticker; one in 30 has digits, as rebased and fancy ones have.
std::string ticker(std::uint64_t bits) {
  const std::uint64_t shape = bits % 30;
  bits = mix_bits(bits);
  std::string name(pick(onsets, bits));
  name += pick(vowels, bits);
  if (shape >= 9) {
    name += pick(inner, bits);
    name += pick(vowels, bits);
  }
  if (shape < 19)
    name += pick(codas, bits);
  if (shape == 0)
    return "1000" + name;
  if (shape == 1)
    return name + static_cast<char>('2' + bits % 8);
  return name;
}

/// Longer or shorter than tickers are, or better avoided: rude somewhere, or what tests take for
/// certainly unlisted.
bool is_unfit(std::string_view name) {
  constexpr std::array<std::string_view, 7> avoided = {"NOPE", "PENES", "CULO",  "METH6",
                                                       "FOK",  "DETH",  "STUPIR"};
  const std::size_t longest = name.front() == '1' ? 8 : 6;
  return name.size() < 3 || name.size() > longest || std::ranges::count(avoided, name) > 0;
}

BaseProfile make_profile(std::uint64_t bits, double turnover) {
  const CounterRandom draw(bits, {name_bits("profile")});
  BaseProfile base;
  // Levels between 0.00002 and 20, evenly by order of magnitude; four or five digits in a price.
  base.price_level = 20 * exponential(-13.8 * draw.uniform(0));
  for (double digits = base.price_level; digits < 10'000; digits *= 10)
    ++base.price_decimals;
  // A step of volume is worth at most two cents.
  for (double worth = base.price_level; worth > 0.02; worth *= 0.1)
    ++base.volume_decimals;
  base.daily_quote_volume = turnover * draw.lognormal(1, 0.4);
  base.daily_volatility = 0.045 + 0.035 * draw.uniform(2);
  base.market_share = 0.25 + 0.35 * draw.uniform(3);
  // (600,000 / turnover)^0.625, from square roots alone.
  const double root = std::sqrt(6e5 / base.daily_quote_volume);
  base.quiet_share = std::clamp(0.45 * root * std::sqrt(std::sqrt(root)) - 0.02, 0.0, 0.6);
  return base;
}

/// Who lists a base at all; binance nearly always.
bool lists(std::size_t exchange, const CounterRandom& draw) {
  constexpr std::array chances = {0.96, 0.78, 0.76};
  return draw.uniform(exchange) < chances[exchange];
}

std::array<Timestamp, synthetic_exchanges> draw_listings(std::uint64_t bits, Timestamp first) {
  const CounterRandom draw(bits, {name_bits("listings")});
  const std::size_t leader = std::array<std::size_t, 4>{0, 0, 1, 2}[draw.below(10, 4)];
  std::array<Timestamp, synthetic_exchanges> listed_at{};
  for (std::size_t exchange = 0; exchange < synthetic_exchanges; ++exchange) {
    Timestamp& at = listed_at[exchange];
    at = first;
    if (first != synthetic_genesis && exchange != leader) {
      const double u = draw.uniform(20 + exchange);
      at = floor_to(first + hours(24 + static_cast<std::int64_t>(u * u * 24 * 120)), hours(1));
    }
    if (exchange != leader && !lists(exchange, draw))
      at = never;
    if (at >= synthetic_horizon - days(1))
      at = never;
  }
  return listed_at;
}

/// When the k-th late base has its first trade: between 08:00 and 14:00 of its day.
Timestamp late_listing(std::size_t k, std::uint64_t bits) {
  const CounterRandom draw(bits, {name_bits("listing")});
  const double part = (static_cast<double>(k) + draw.uniform(0)) / late_bases;
  const auto span = static_cast<double>((synthetic_horizon - first_listing) / days(1));
  const auto day = static_cast<std::int64_t>(part * part * span);
  return first_listing + days(day) + hours(8 + static_cast<std::int64_t>(draw.below(1, 7)));
}

class TailMaker {
 public:
  TailMaker() {
    for (const BaseProfile& base : synthetic_table())
      names_.insert(std::string(base.name));
  }

  void add(double turnover, std::size_t index, bool late) {
    TailBase base;
    std::uint64_t bits = 0;
    do {
      bits = tickers_.bits(attempts_++);
      base.name = ticker(bits);
    } while (is_unfit(base.name) || !names_.insert(base.name).second);
    base.profile = make_profile(bits, turnover);
    base.profile.listed_at =
        draw_listings(bits, late ? late_listing(index, bits) : synthetic_genesis);
    made.push_back(std::move(base));
  }

  std::vector<TailBase> made;

 private:
  std::set<std::string> names_;
  CounterRandom tickers_ = stream("tickers");
  std::uint64_t attempts_ = 0;
};

}  // namespace

std::vector<TailBase> make_synthetic_tail() {
  std::vector<double> turnovers;
  double turnover = first_turnover;
  for (std::size_t i = 0; i < early_bases; ++i) {
    turnovers.push_back(turnover);
    // A product of (1 - 1.5/r) falls as r^-1.5 does.
    turnover *= 1 - 1.5 / static_cast<double>(first_rank + i);
  }
  TailMaker tail;
  for (std::size_t i = 0; i < early_bases; ++i)
    tail.add(turnovers[i], i, false);
  const CounterRandom ranks = stream("ranks of late bases");
  for (std::size_t k = 0; k < late_bases; ++k)
    tail.add(turnovers[ranks.below(k, early_bases)], k, true);
  return std::move(tail.made);
}

}  // namespace cscan
