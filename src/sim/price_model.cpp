#include "sim/price_model.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "sim/halts.hpp"
#include "sim/price_factors.hpp"

namespace cscan {
namespace {

// The basis of a liquid market against the base's common price.
constexpr std::array basis_octaves = {Octave{200, 0.0002}, Octave{6, 0.0003}, Octave{1, 0.0001}};
// The state of a market's volume, as a logarithm; the offset makes its mean about 1.
constexpr std::array volume_octaves = {Octave{90, 0.30}, Octave{9, 0.30}, Octave{1, 0.25}};
constexpr double volume_offset = -0.10;

/// Factor of the volume in the candles after a halt.
constexpr std::array after_halt = {4.0, 2.5, 2.0, 1.7, 1.4, 1.2};

std::int64_t round_to_int(double value) { return static_cast<std::int64_t>(value + 0.5); }

HourValues draw_basis(const MarketSource& market, std::int64_t day) {
  HourValues basis{};
  add_octaves(basis_octaves, market.basis, day * 24, basis);
  for (double& value : basis)
    value = 1 + value * market.profile.basis_scale;
  return basis;
}

HourValues draw_activity(const MarketSource& market, std::int64_t day) {
  HourValues activity;
  activity.fill(volume_offset);
  add_octaves(volume_octaves, market.activity, day * 24, activity);
  for (double& value : activity)
    value = exponential(value);
  return activity;
}

/// Gives the shape of a base's day the prices of one market, in increments; no volume yet.
DayBars price_bars(const MarketProfile& market, const DayShape& shape, const HourValues& basis,
                   double x, double last_x, const CounterRandom& wicks, std::uint64_t counter) {
  const double scale = market.base->price_level * market.increments_per_unit;
  const BarValues basis_at = at_bars(basis);
  const auto ticks = [](double price) { return std::max<std::int64_t>(1, round_to_int(price)); };
  DayBars bars;
  double price = scale * exponential(x);
  std::int64_t open = ticks(price * basis_at[0]);
  for (std::size_t i = 0; i < bars_per_day; ++i) {
    price *= exponential_of_small(shape.move[i]);
    // Where the day ends another one begins: there the price is computed alike from both sides.
    const std::int64_t close = i + 1 == bars_per_day
                                   ? ticks(scale * exponential(last_x) * basis[24])
                                   : ticks(price * basis_at[i + 1]);
    // Wicks are mostly short: u² (1 + u) has mean 0.58 for a uniform u.
    const std::uint64_t bits = wicks.bits(counter + i);
    const double u = static_cast<double>(static_cast<std::int64_t>(bits >> 32)) * 0x1p-32;
    const double v = static_cast<double>(static_cast<std::int64_t>(bits & 0xffffffff)) * 0x1p-32;
    const double length = 0.85 * shape.sigma[i] * static_cast<double>(open);
    const std::int64_t high = std::max(open, close) + round_to_int(length * u * u * (1 + u));
    const std::int64_t low = std::min(open, close) - round_to_int(length * v * v * (1 + v));
    bars[i] = {open, high, std::max<std::int64_t>(1, low), close, 0};
    open = close;
  }
  return bars;
}

/// Days from the market's own listing make it busy: 6 times as much at first.
double listing_factor(const MarketProfile& market, std::int64_t day) {
  if (market.listed_at == synthetic_genesis)
    return 1;
  const double since = static_cast<double>(day - day_of(market.listed_at));
  return 1 + 5 / ((1 + since) * (1 + since));
}

void add_volume(DayBars& bars, const MarketSource& source, const DayShape& shape,
                std::int64_t day) {
  const MarketProfile& market = source.profile;
  const BarValues activity = at_bars(draw_activity(source, day));
  const auto counter = static_cast<std::uint64_t>(first_bar_of(day));
  const double usual = market.daily_quote_volume / static_cast<double>(bars_per_day) *
                       market.steps_per_unit * market.increments_per_unit *
                       listing_factor(market, day);
  for (std::size_t i = 0; i < bars_per_day; ++i) {
    const double factor =
        activity[i] * shape.volume[i] * to_rough_lognormal(source.volume.bits(counter + i), 0.35);
    bars[i].volume =
        std::max<std::int64_t>(5, round_to_int(usual * factor / static_cast<double>(bars[i].open)));
  }
}

/// A candle that is silent repeats the last close.
void silence(DayBars& bars, std::size_t i) { bars[i] = flat_at(bars[i - 1].close); }

/// Thin markets skip candles, the rarer the more an episode livens them up, and never the first of
/// all.
void add_silences(DayBars& bars, const MarketSource& market, const DayShape& shape,
                  std::int64_t day) {
  const auto counter = static_cast<std::uint64_t>(first_bar_of(day));
  const std::int64_t listing = bar_of(market.profile.listed_at) - first_bar_of(day);
  for (std::size_t i = 1; i + 1 < bars_per_day; ++i) {
    const double lively = shape.course[i] * shape.course[i];
    if (market.silence.uniform(counter + i) * lively < market.profile.quiet_share &&
        static_cast<std::int64_t>(i) != listing)
      silence(bars, i);
  }
}

void add_halt(DayBars& bars, const Halt& halt) {
  for (std::size_t i = halt.first; i < halt.end; ++i)
    silence(bars, i);
  // Candles that are silent after it repeat the last close before it, not one that never traded.
  for (std::size_t i = halt.end; halt.exists() && i < bars_per_day && bars[i].volume == 0; ++i)
    silence(bars, i);
  for (std::size_t k = 0; halt.exists() && k < after_halt.size(); ++k)
    if (const std::size_t i = halt.end + k; i < bars_per_day)
      bars[i].volume = round_to_int(static_cast<double>(bars[i].volume) * after_halt[k]);
}

/// Nothing before the first trade.
void begin_at(DayBars& bars, std::size_t first) {
  std::fill_n(bars.begin(), first, flat_at(bars[first].open));
}

CounterRandom stream(std::uint64_t seed, const MarketProfile& market, std::string_view purpose) {
  return {seed,
          {name_bits(market.exchange->name), name_bits(market.base->name), name_bits(purpose)}};
}

}  // namespace

MarketSource::MarketSource(std::uint64_t seed, const MarketProfile& market)
    : profile(market),
      basis(stream(seed, market, "basis")),
      activity(stream(seed, market, "activity")),
      volume(stream(seed, market, "volume")),
      silence(stream(seed, market, "silence")),
      halts(stream(seed, market, "halts")),
      outages(seed, {name_bits(market.exchange->name), name_bits("outages")}),
      path(stream(seed, market, "path")) {}

PriceModel::PriceModel(std::uint64_t seed) : seed_(seed), market_(seed) {
  std::size_t count = 0;
  for (const BaseProfile& base : synthetic_bases()) {
    bases_.emplace_back(seed, base);
    first_midnight_.push_back(count);
    count += static_cast<std::size_t>(synthetic_days - bases_.back().first_day + 1);
  }
  midnights_.resize(count);
  for (std::size_t i = 0; i < bases_.size(); ++i)
    draw_midnights(market_, bases_[i], midnights(i));
}

std::span<float> PriceModel::midnights(std::size_t base) {
  const std::size_t end = base + 1 < bases_.size() ? first_midnight_[base + 1] : midnights_.size();
  return std::span(midnights_).subspan(first_midnight_[base], end - first_midnight_[base]);
}

DayBars PriceModel::day(const MarketSource& market, std::int64_t day) const {
  const std::int64_t listing_day = day_of(market.profile.listed_at);
  CHECK(day >= listing_day && day < synthetic_days, "day {}", day);
  const BaseSource& base = bases_[market.profile.base_index];
  const float* midnight = midnights_.data() + first_midnight_[market.profile.base_index] +
                          static_cast<std::size_t>(day - base.first_day);
  const double x = midnight[0];
  const double last_x = midnight[1];
  const DayShape shape = draw_day(market_, base, day, last_x - x);

  // Wicks belong to the base: a spike is seen on all exchanges.
  const auto counter = static_cast<std::uint64_t>(first_bar_of(day));
  DayBars bars =
      price_bars(market.profile, shape, draw_basis(market, day), x, last_x, base.wicks, counter);
  add_volume(bars, market, shape, day);
  if (market.profile.quiet_share > 0)
    add_silences(bars, market, shape, day);
  if (day == listing_day) {
    const auto first =
        static_cast<std::size_t>(bar_of(market.profile.listed_at) - first_bar_of(day));
    begin_at(bars, first);
  } else {
    add_halt(bars, market_halt(market.halts, day, market.profile.halt_chance));
    add_halt(bars, exchange_outage(market.outages, day));
  }
  return bars;
}

}  // namespace cscan
