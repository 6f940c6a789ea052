#include "runtime/store_history.hpp"

#include <algorithm>

#include "store/training_reader.hpp"
#include "wire/json_writer.hpp"
#include "wire/signal_json.hpp"

namespace cscan {
namespace {

MarketName market_name(const Instrument& instrument) {
  return {instrument.exchange, instrument.symbol()};
}

std::vector<MarketName> market_names(const std::vector<Instrument>& instruments) {
  std::vector<MarketName> names;
  for (const Instrument& instrument : instruments)
    names.push_back(market_name(instrument));
  return names;
}

SignalQuery to_query(const HistoryFilter& filter) {
  SignalQuery query;
  query.markets = market_names(filter.instruments);
  query.timeframes = filter.timeframes;
  query.types = filter.types;
  query.direction = filter.direction;
  query.min_score = filter.min_score;
  query.since = filter.since;
  query.until = filter.until;
  query.previews = filter.include_previews ? Previews::include : Previews::exclude;
  query.sort = filter.sort_by_time ? SignalSort::time : SignalSort::score;
  query.limit = filter.limit;
  query.cursor = filter.cursor;
  return query;
}

void write_series(JsonWriter& json, const SeriesSummary& series) {
  json.begin_object()
      .field("exchange", series.series.exchange)
      .field("symbol", series.series.symbol)
      .field("timeframe", to_string(series.series.timeframe))
      .field("signals", series.signals)
      .field("clusters", series.clusters)
      .field("candles", series.candles)
      .field("final", series.candles_final)
      .field("no_trade", series.candles_no_trade)
      .field("revised", series.candles_revised)
      .field("first_open", series.first_open)
      .field("last_open", series.last_open)
      .field("missing", series.missing);
  json.key("gaps").begin_array();
  for (const CandleGap& gap : series.gaps)
    json.begin_object()
        .field("from", gap.from)
        .field("to", gap.to)
        .field("missing", gap.missing)
        .end_object();
  json.end_array().end_object();
}

class StoreTrainingRows final : public TrainingRows {
 public:
  explicit StoreTrainingRows(TrainingReader reader) : reader_(std::move(reader)) {}

  Result<std::optional<TrainingItem>> next() override {
    auto row = reader_.next();
    if (!row)
      return fail(std::move(row.error()));
    if (!*row)
      return std::nullopt;
    return std::visit([](auto& value) { return std::optional(to_item(value)); }, **row);
  }
  std::string summary_json() const override {
    std::string out;
    JsonWriter json(out);
    json.begin_array();
    for (const SeriesSummary& series : reader_.summary().series)
      write_series(json, series);
    json.end_array();
    return out;
  }
  std::uint64_t total_signals() const override { return reader_.summary().signals; }
  std::uint64_t total_clusters() const override { return reader_.summary().clusters; }
  std::vector<Timeframe> timeframes() const override {
    std::vector<Timeframe> result;
    for (const SeriesSummary& series : reader_.summary().series)
      result.push_back(series.series.timeframe);
    std::ranges::sort(result);
    result.erase(std::ranges::unique(result).begin(), result.end());
    return result;
  }

 private:
  static TrainingItem to_item(const StoredSignal& signal) {
    TrainingItem item;
    item.kind = TrainingItem::Kind::signal;
    item.timeframe = signal.timeframe;
    item.exchange = signal.exchange;
    item.symbol = signal.symbol;
    item.json = stored_signal_json(signal, false);
    return item;
  }
  static TrainingItem to_item(const StoredCandle& candle) {
    return {TrainingItem::Kind::candle,
            candle.timeframe,
            candle.exchange,
            candle.symbol,
            candle.candle,
            candle.available_at,
            {}};
  }
  static TrainingItem to_item(StoredCluster& cluster) {
    return {TrainingItem::Kind::cluster,
            cluster.series.timeframe,
            cluster.series.exchange,
            cluster.series.symbol,
            {},
            {},
            std::move(cluster.row)};
  }

  TrainingReader reader_;
};

}  // namespace

std::string stored_signal_json(const StoredSignal& signal, bool stale) {
  std::string json = signal.body;
  json.pop_back();  // the brace that the envelope closes
  append_signal_envelope(json, signal.envelope, stale);
  return json;
}

Result<HistoryPage> StoreHistory::signals(const HistoryFilter& filter) const {
  auto page = store_.signals(to_query(filter));
  if (!page)
    return fail(std::move(page.error()));
  HistoryPage result;
  result.total = page->total;
  result.next_cursor = std::move(page->next_cursor);
  for (const StoredSignal& signal : page->signals)
    result.signals.push_back(stored_signal_json(signal, false));
  return result;
}

Result<std::vector<SignalHistoryPoint>> StoreHistory::votes(const Instrument& instrument,
                                                            Timeframe timeframe,
                                                            std::int64_t count) const {
  SignalQuery query;
  query.markets = {market_name(instrument)};
  query.timeframes = {timeframe};
  query.sort = SignalSort::time;
  query.limit = count;
  auto page = store_.signals(query);
  if (!page)
    return fail(std::move(page.error()));
  std::vector<SignalHistoryPoint> points;
  for (auto signal = page->signals.rbegin(); signal != page->signals.rend(); ++signal)
    points.push_back({signal->close_time, signal->direction, signal->combined});
  return points;
}

Result<std::vector<Candle>> StoreHistory::candles(const Instrument& instrument, Timeframe timeframe,
                                                  Timestamp from, Timestamp to,
                                                  std::int64_t limit) const {
  return store_.candles({instrument.exchange, instrument.symbol(), timeframe}, from, to, limit);
}

Result<std::vector<Instrument>> StoreHistory::instruments() const {
  auto names = store_.instruments();
  if (!names)
    return fail(std::move(names.error()));
  std::vector<Instrument> instruments;
  for (const MarketName& name : *names) {
    auto instrument = parse_symbol(name.exchange, name.symbol);
    if (!instrument)
      return fail(std::move(instrument.error()));
    instruments.push_back(std::move(*instrument));
  }
  return instruments;
}

Result<std::unique_ptr<TrainingRows>> StoreHistory::training(const TrainingRequest& request) const {
  auto connection = store_.connect();
  if (!connection)
    return fail(std::move(connection.error()));
  TrainingQuery query;
  query.markets = market_names(request.instruments);
  query.timeframes = request.timeframes;
  query.from = request.from;
  query.to = request.to;
  query.with_signals = request.signals;
  query.with_candles = request.candles;
  query.with_clusters = request.clusters;
  auto reader = TrainingReader::open(std::move(*connection), std::move(query));
  if (!reader)
    return fail(std::move(reader.error()));
  return std::make_unique<StoreTrainingRows>(std::move(*reader));
}

}  // namespace cscan
