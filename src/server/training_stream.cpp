#include "server/training_stream.hpp"

#include "base/decimal.hpp"
#include "server/market_json.hpp"
#include "wire/candle_json.hpp"

namespace cscan {
namespace {

/// Text handed over at a time: large enough to amortise a write, small enough to forget.
constexpr std::size_t piece_bytes = 64 * 1024;

using Kind = TrainingItem::Kind;

/// Writes the one big object piece by piece. Sections open and close as rows arrive: signals, then
/// candles by timeframe, then clusters.
class JsonPieces {
 public:
  JsonPieces(std::shared_ptr<TrainingRows> rows, TrainingHeader header)
      : rows_(std::move(rows)), header_(std::move(header)) {}

  Result<std::optional<std::string>> next() {
    if (done_)
      return std::nullopt;
    std::string out;
    if (!begun_)
      begin(out);
    while (out.size() < piece_bytes) {
      auto item = rows_->next();
      if (!item)
        return fail(std::move(item.error()));
      if (!*item) {
        end(out);
        break;
      }
      add(out, **item);
    }
    return out;
  }

 private:
  void begin(std::string& out) {
    begun_ = true;
    JsonWriter(out).begin_object().field("symbol", header_.symbol).field("days", header_.days);
    out += R"(,"dataset":{"signals":[)";
  }

  void add(std::string& out, const TrainingItem& item) {
    advance_to(out, item.kind);
    if (item.kind == Kind::candle && (!in_timeframe_ || timeframe_ != item.timeframe)) {
      out += in_timeframe_ ? "],\"" : "\"";
      out += to_string(item.timeframe);
      out += "\":[";
      in_timeframe_ = true;
      timeframe_ = item.timeframe;
      first_ = true;
    }
    if (!first_)
      out += ',';
    first_ = false;
    if (item.kind == Kind::candle) {
      JsonWriter json(out);
      write_candle(json, item.candle);
    } else {
      out += item.json;
    }
  }

  /// Closes sections until `kind` is open.
  void advance_to(std::string& out, Kind kind) {
    if (kind_ == Kind::signal && kind != Kind::signal) {
      out += "],\"ohlcv\":{";
      kind_ = Kind::candle;
      first_ = true;
    }
    if (kind_ == Kind::candle && kind == Kind::cluster) {
      out += in_timeframe_ ? "]},\"clustering\":[" : "},\"clustering\":[";
      kind_ = Kind::cluster;
      first_ = true;
    }
  }

  void end(std::string& out) {
    done_ = true;
    advance_to(out, Kind::cluster);
    out += "]},\"summary\":";
    JsonWriter json(out);
    json.begin_object().field("total_signals", rows_->total_signals());
    json.key("timeframes").begin_array();
    for (Timeframe timeframe : rows_->timeframes())
      json.value(to_string(timeframe));
    json.end_array().field("total_clusters", rows_->total_clusters()).end_object();
    json.key("manifest")
        .begin_object()
        .field("from", header_.from)
        .field("to", header_.to)
        .field("as_of", header_.as_of)
        .field("labels", "none")
        .field("build", CSCAN_VERSION);
    json.key("series").raw(rows_->summary_json()).end_object();
    json.key("resolved").begin_array();
    for (const Instrument& instrument : header_.resolved)
      write_instrument(json, instrument);
    json.end_array();
    end_reply(json, header_.source);
    out += '\n';
  }

  std::shared_ptr<TrainingRows> rows_;
  TrainingHeader header_;
  Kind kind_ = Kind::signal;
  Timeframe timeframe_{};
  bool in_timeframe_ = false;
  bool first_ = true;
  bool begun_ = false;
  bool done_ = false;
};

void append_line(std::string& out, const TrainingItem& item) {
  JsonWriter json(out);
  json.begin_object();
  if (item.kind == Kind::candle) {
    json.field("kind", "candle")
        .field("exchange", item.exchange)
        .field("symbol", item.symbol)
        .field("timeframe", to_string(item.timeframe))
        .field("available_at", item.available_at);
    json.key("candle");
    write_candle(json, item.candle);
  } else {
    bool signal = item.kind == Kind::signal;
    json.field("kind", signal ? "signal" : "cluster");
    json.key(signal ? "signal" : "cluster").raw(item.json);
  }
  json.end_object();
  out += '\n';
}

std::string csv_text(const std::string& text) {
  std::string safe = !text.empty() && std::string_view("=+-@\t\r").contains(text[0]) ? "'" : "";
  for (char c : text)
    safe += c == '"' ? std::string("\"\"") : std::string(1, c);
  return safe.find_first_of(",\"\n\r") == std::string::npos ? safe : '"' + safe + '"';
}

void append_csv(std::string& out, const TrainingItem& item) {
  const Candle& c = item.candle;
  out += csv_text(item.exchange) + ',' + csv_text(item.symbol) + ',';
  out += to_string(item.timeframe);
  out += ',' + format_rfc3339(c.open_time);
  for (double value : {c.open, c.high, c.low, c.close, c.volume}) {
    out += ',';
    append_decimal(out, value);
  }
  out += ',';
  out += to_string(c.state);
  out += ',' + std::to_string(c.revision) + ',' + format_rfc3339(item.available_at) + '\n';
}

/// A stream of lines: `append` writes one row, `head` comes first.
BodyStream lines(std::shared_ptr<TrainingRows> rows, std::string head,
                 void (*append)(std::string&, const TrainingItem&)) {
  return [rows = std::move(rows), head = std::move(head), append,
          done = false]() mutable -> Result<std::optional<std::string>> {
    if (done)
      return std::nullopt;
    std::string out = std::exchange(head, {});
    while (out.size() < piece_bytes) {
      auto item = rows->next();
      if (!item)
        return fail(std::move(item.error()));
      if (!*item) {
        done = true;
        break;
      }
      append(out, **item);
    }
    return out.empty() ? std::nullopt : std::optional(std::move(out));
  };
}

}  // namespace

BodyStream training_json(std::shared_ptr<TrainingRows> rows, TrainingHeader header) {
  auto pieces = std::make_shared<JsonPieces>(std::move(rows), std::move(header));
  return [pieces] { return pieces->next(); };
}

BodyStream training_ndjson(std::shared_ptr<TrainingRows> rows) {
  return lines(std::move(rows), "", &append_line);
}

BodyStream training_csv(std::shared_ptr<TrainingRows> rows) {
  return lines(std::move(rows),
               "exchange,symbol,timeframe,timestamp,open,high,low,close,volume,state,revision,"
               "available_at\n",
               &append_csv);
}

}  // namespace cscan
