// A scanner's four streams: prices, previews, the market's state, the full scan.

#include <algorithm>

#include "analysis/full_scan.hpp"
#include "core/market_survey.hpp"
#include "core/scanner.hpp"

namespace cscan {
namespace {

/// Age up to which a price is fresh: a quiet market still repeats itself within a minute on the
/// bulk streams, and a slow price interval must not make its own samples stale.
Duration price_freshness(const Settings& settings) {
  return std::max(seconds(60), seconds(3 * settings.price_update_interval));
}

}  // namespace

void Scanner::run_streams(EffectBuffer& effects) {
  std::array<bool, stream_count> ran{};
  for (std::size_t i = 0; i < stream_count; ++i)
    ran[i] = timers_[i].take(now_);
  if (ran[index_of(Stream::price)])
    prices_.sample(now_, price_freshness(settings_));
  if (ran[index_of(Stream::signals)])
    take_previews(effects);
  if (ran[index_of(Stream::market_state)])
    take_market_state();
  if (ran[index_of(Stream::scan)])
    take_ranking();
  if (std::ranges::count(ran, true) > 0)
    publish(ran, effects);
}

void Scanner::take_previews(EffectBuffer& effects) {
  effects.reserve(effects.size() + book_.size() + 1);  // a preview each, and the view
  for (std::size_t i = 0; i < book_.size(); ++i) {
    // A pass reads more than any cache holds: the next series' memory comes meanwhile.
    if (i + 1 < book_.size())
      states_[i + 1].scorer.prefetch(book_[i + 1].candles.candles());
    const MarketSeries& market = book_[i];
    const auto& forming = market.builder.forming();
    if (!forming || market.candles.empty() || forming->open_time != market.candles.next_open())
      continue;
    auto signal = states_[i].scorer.score_preview(market.candles.candles(), *forming,
                                                  market.candles.is_from_first(), settings_);
    if (!signal)
      continue;
    signal->instrument = instrument_of(i);
    signal->timeframe = market.candles.timeframe();
    states_[i].preview_open = signal->open_time;
    states_[i].preview_direction = signal->direction;
    effects.emplace_back(std::in_place_type<PublishPreview>, *signal, now_);
  }
}

bool Scanner::is_fresh(Timestamp close, Timeframe timeframe) const {
  return now_ < close + length(timeframe) + settle_rule_.settle_delay + settle_rule_.grace;
}

void Scanner::take_market_state() {
  MarketState state = survey_market({now_, instruments_, exchange_rank_, book_, prices_,
                                     seconds(settings_.breadth_window), price_freshness(settings_)},
                                    trend_);
  trend_ = state.trend.trend;
  for (std::size_t i = 0; i < states_.size(); ++i) {
    const auto& latest = states_[i].latest;
    Timeframe timeframe = book_[i].candles.timeframe();
    state.active_signals += latest && latest->combined >= points(60) &&
                            is_fresh(close_time(latest->open_time, timeframe), timeframe);
  }
  market_state_ = std::make_shared<const MarketState>(std::move(state));
}

void Scanner::take_ranking() {
  MarketPicture picture{now_,
                        instruments_,
                        exchange_rank_,
                        book_,
                        prices_,
                        seconds(settings_.breadth_window),
                        price_freshness(settings_)};
  std::vector<ScanRow> rows;
  for (std::size_t i = 0; i < states_.size(); ++i) {
    if (!states_[i].latest)
      continue;
    const LatestSignal& latest = *states_[i].latest;
    ScanRow& row = rows.emplace_back();
    row.instrument = instrument_of(i);
    row.timeframe = book_[i].candles.timeframe();
    row.combined = latest.combined;
    row.type = latest.type;
    row.close_time = close_time(latest.open_time, row.timeframe);
    row.price = prices_.price(row.instrument).value_or(latest.price);
    row.change_24h = change_24h(picture, row.instrument);
    row.quote_volume_24h = quote_volume_24h(picture, row.instrument);
    scans_.describe(row, i, book_[i]);
  }
  ranking_ = std::make_shared<const std::vector<ScanRow>>(rank_scan(std::move(rows)));
  ranking_as_of_ = now_;
}

void Scanner::publish(const std::array<bool, stream_count>& ran, EffectBuffer& effects) const {
  PublishView view;
  view.as_of = now_;
  view.market_state = market_state_;
  view.ranking = ranking_;
  view.ranking_as_of = ranking_as_of_;
  view.ran = ran;
  view.counters = counters_;
  view.buffers.ticks = prices_.ticks();
  view.buffers.signals = signals_made_;
  for (std::size_t i = 0; i < stream_count; ++i)
    view.streams[i] = timers_[i].stats();
  view.series_candles.reserve(book_.size());
  for (std::size_t i = 0; i < book_.size(); ++i) {
    auto n = static_cast<std::uint32_t>(
        std::min(book_[i].candles.candles().size(),
                 static_cast<std::size_t>(settings_.max_candles_per_timeframe)));
    view.series_candles.push_back(n);
    view.buffers.candles += n;
  }
  effects.push_back(std::move(view));
}

}  // namespace cscan
