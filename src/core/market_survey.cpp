#include "core/market_survey.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/breadth.hpp"
#include "analysis/volatility_regime.hpp"
#include "indicator/ema.hpp"
#include "indicator/typical_price.hpp"

namespace cscan {
namespace {

std::span<const Candle> candles_of(const MarketPicture& picture, std::size_t instrument,
                                   std::size_t interval) {
  InstrumentId id{static_cast<std::uint32_t>(instrument)};
  return picture.book[picture.book.index(id, interval)].candles.candles();
}

/// The settled candle that closes at `close`, or nullptr.
const Candle* candle_closing_at(std::span<const Candle> candles, Timeframe timeframe,
                                Timestamp close) {
  if (candles.empty())
    return nullptr;
  std::int64_t index = (close - length(timeframe) - candles.front().open_time) / length(timeframe);
  if (index < 0 || index >= static_cast<std::int64_t>(candles.size()))
    return nullptr;
  const Candle& candle = candles[static_cast<std::size_t>(index)];
  bool exact = close_time(candle.open_time, timeframe) == close;
  return exact && is_settled(candle.state) ? &candle : nullptr;
}

/// Position of the longest watched timeframe of at most an hour that divides it: its closes on the
/// hour are the hourly closes, and the longest reaches back furthest.
std::optional<std::size_t> hourly_interval(const SeriesBook& book) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < book.intervals().size(); ++i)
    if (hours(1).ms % length(book.intervals()[i]).ms == 0)
      best = i;
  return best;
}

/// The settled candles of the last 24 hours from the finest series that reaches back that far.
std::span<const Candle> last_day(const MarketPicture& picture, std::size_t instrument) {
  for (std::size_t i = 0; i < picture.book.intervals().size(); ++i) {
    Timeframe timeframe = picture.book.intervals()[i];
    auto candles = candles_of(picture, instrument, i);
    auto n = static_cast<std::size_t>(days(1) / length(timeframe));
    bool recent = !candles.empty() &&
                  picture.now - candles.back().open_time < length(timeframe) * 2 + minutes(5);
    if (length(timeframe) <= hours(4) && candles.size() > n && recent)
      return candles.last(n + 1);
  }
  return {};
}

Breadth take_breadth(const MarketPicture& picture) {
  std::vector<BreadthRow> rows;
  Duration span;
  for (std::size_t i = 0; i < picture.instruments.size(); ++i) {
    InstrumentId id{static_cast<std::uint32_t>(i)};
    auto change = picture.prices.change(id, picture.now, picture.breadth_window, picture.freshness);
    if (change)
      span = std::max(span, change->span);
    rows.push_back({picture.instruments[i].base, picture.exchange_rank[i],
                    change ? std::optional(change->change) : std::nullopt});
  }
  BreadthCount count = count_breadth(std::move(rows));
  return {count.advancing,
          count.declining,
          count.unchanged,
          count.ratio(),
          market_bias(count.ratio()),
          span,
          count.covered(),
          count.bases};
}

MarketTrend take_trend(const MarketPicture& picture, MarketBias previous) {
  std::vector<BreadthRow> rows;
  for (std::size_t i = 0; i < picture.instruments.size(); ++i)
    rows.push_back({picture.instruments[i].base, picture.exchange_rank[i],
                    change_24h(picture, InstrumentId{static_cast<std::uint32_t>(i)})});
  BreadthCount count = count_breadth(std::move(rows));
  return {market_trend(count.ratio(), previous), count.ratio(), count.covered()};
}

/// Instruments that speak for their base: the best-ranked exchange that has candles for it.
std::vector<std::size_t> spokesmen(const MarketPicture& picture, std::size_t interval) {
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < picture.instruments.size(); ++i)
    if (!candles_of(picture, i, interval).empty())
      result.push_back(i);
  auto base = [&](std::size_t i) -> const std::string& { return picture.instruments[i].base; };
  std::ranges::stable_sort(result, [&](std::size_t a, std::size_t b) {
    return base(a) != base(b) ? base(a) < base(b)
                              : picture.exchange_rank[a] < picture.exchange_rank[b];
  });
  auto repeats =
      std::ranges::unique(result, [&](std::size_t a, std::size_t b) { return base(a) == base(b); });
  result.erase(repeats.begin(), repeats.end());
  return result;
}

HourlyCloses hourly_closes(std::span<const Candle> candles, Timeframe timeframe, Timestamp hour) {
  HourlyCloses closes;
  for (std::size_t back = volatility_closes; back-- > 0;) {
    const Candle* candle =
        candle_closing_at(candles, timeframe, hour - hours(static_cast<std::int64_t>(back)));
    if (candle != nullptr)
      closes.push_back(candle->close);
    else if (!closes.empty())
      closes.push_back(0);  // a missing close breaks only the windows it touches
  }
  return closes;
}

/// Median over bases of the root of the summed squared returns of the last hour.
std::optional<double> realised_1h(const MarketPicture& picture) {
  Timeframe timeframe = picture.book.intervals().front();
  auto n = static_cast<std::size_t>(hours(1) / length(timeframe));
  std::vector<double> values;
  for (std::size_t i : n > 1 ? spokesmen(picture, 0) : std::vector<std::size_t>{}) {
    auto candles = candles_of(picture, i, 0);
    if (candles.size() <= n)
      continue;
    double sum = 0;
    bool whole = true;
    for (std::size_t k = candles.size() - n; k < candles.size(); ++k) {
      whole = whole && is_settled(candles[k].state) && is_settled(candles[k - 1].state);
      double move = whole ? candles[k].close / candles[k - 1].close - 1 : 0;
      sum += move * move;
    }
    if (whole)
      values.push_back(std::sqrt(sum));
  }
  return median(values);
}

Volatility take_volatility(const MarketPicture& picture) {
  auto interval = hourly_interval(picture.book);
  if (!interval)
    return {};
  Timeframe timeframe = picture.book.intervals()[*interval];
  // The newest hour whose candles have settled at any instrument.
  Timestamp newest{};
  auto voices = spokesmen(picture, *interval);
  for (std::size_t i : voices)
    newest =
        std::max(newest, close_time(candles_of(picture, i, *interval).back().open_time, timeframe));
  Timestamp hour = floor_to(newest, hours(1));
  std::vector<HourlyCloses> assets;
  for (std::size_t i : voices)
    assets.push_back(hourly_closes(candles_of(picture, i, *interval), timeframe, hour));
  Volatility volatility = volatility_regime(assets);
  volatility.realised_1h = realised_1h(picture);
  return volatility;
}

EmaShare take_ema_share(const MarketPicture& picture, std::size_t interval) {
  EmaShare share{picture.book.intervals()[interval], 0, 0};
  for (std::size_t i : spokesmen(picture, interval)) {
    Ema ema(50);
    const auto candles = candles_of(picture, i, interval);
    for (const Candle& candle : candles)
      if (is_settled(candle.state))
        ema.update(candle.close);
    if (!ema.value())
      continue;
    ++share.covered;
    share.above += candles.back().close > *ema.value();
  }
  return share;
}

/// Counts bases whose newest price is at or beyond the extreme of their last 24 hours.
void take_extremes(const MarketPicture& picture, MarketState& state) {
  for (std::size_t i : spokesmen(picture, 0)) {
    auto day = last_day(picture, i);
    auto price = picture.prices.price(InstrumentId{static_cast<std::uint32_t>(i)});
    if (day.empty() || !price)
      continue;
    double high = day.front().high, low = day.front().low;
    for (const Candle& candle : day) {
      if (!is_settled(candle.state))
        continue;
      high = std::max(high, candle.high);
      low = std::min(low, candle.low);
    }
    state.new_highs_24h += *price >= high;
    state.new_lows_24h += *price <= low;
  }
}

}  // namespace

std::optional<double> change_24h(const MarketPicture& picture, InstrumentId instrument) {
  auto day = last_day(picture, instrument.value);
  auto price = picture.prices.price(instrument);
  if (day.empty() || !price || !is_settled(day.front().state))
    return std::nullopt;
  // The candle before the 24 hours: its close is the price a day ago.
  return *price / day.front().close - 1;
}

std::optional<double> quote_volume_24h(const MarketPicture& picture, InstrumentId instrument) {
  if (auto said = picture.prices.quote_volume_24h(instrument))
    return said;
  auto day = last_day(picture, instrument.value);
  if (day.empty())
    return std::nullopt;
  double sum = 0;
  for (const Candle& candle : day.subspan(1)) {
    if (!is_settled(candle.state))
      return std::nullopt;
    sum += typical_price(candle) * candle.volume;
  }
  return sum;
}

MarketState survey_market(const MarketPicture& picture, MarketBias previous_trend) {
  MarketState state;
  state.as_of = picture.now;
  if (picture.book.intervals().empty())
    return state;
  state.breadth = take_breadth(picture);
  state.trend = take_trend(picture, previous_trend);
  state.volatility = take_volatility(picture);
  for (std::size_t i = 0; i < picture.book.intervals().size(); ++i)
    state.above_ema_50.push_back(take_ema_share(picture, i));
  take_extremes(picture, state);
  return state;
}

}  // namespace cscan
