#include "server/training_stream.hpp"

#include <gmock/gmock.h>

#include "server/server_test_support.hpp"

namespace cscan {
namespace {

using testing::FakeTrainingRows;
using testing::test_now;
using Kind = TrainingItem::Kind;
namespace json = boost::json;

TrainingItem signal_item(int number) {
  TrainingItem item;
  item.kind = Kind::signal;
  item.json = "{\"id\":\"s" + std::to_string(number) + "\"}";
  return item;
}
TrainingItem cluster_item(int number) {
  TrainingItem item;
  item.kind = Kind::cluster;
  item.json = "{\"cluster\":" + std::to_string(number) + "}";
  return item;
}
TrainingItem candle_item(Timeframe timeframe, int number) {
  TrainingItem item;
  item.kind = Kind::candle;
  item.timeframe = timeframe;
  item.exchange = "binance";
  item.symbol = "BTC/USDT";
  item.candle = {test_now + length(timeframe) * number, 100, 101, 99, 100.5, 7};
  item.available_at = close_time(item.candle.open_time, timeframe) + seconds(5);
  return item;
}

TrainingHeader header() {
  return {"BTC/USDT",
          30,
          test_now - days(30),
          test_now,
          test_now,
          "synthetic",
          {testing::spot("binance", "BTC")}};
}

/// All pieces in a row; fails the test at an error.
std::string drain(const BodyStream& stream, std::size_t* largest = nullptr) {
  std::string text;
  for (;;) {
    auto piece = stream();
    EXPECT_TRUE(piece);
    if (!piece || !*piece)
      return text;
    EXPECT_FALSE((*piece)->empty()) << "an empty piece would end a chunked response";
    if (largest != nullptr)
      *largest = std::max(*largest, (*piece)->size());
    text += **piece;
  }
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t from = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', from)) {
    lines.push_back(text.substr(from, end - from));
    from = end + 1;
  }
  EXPECT_EQ(from, text.size()) << "the last line has no end";
  return lines;
}

struct Amounts {
  int signals = 0;
  std::vector<std::pair<Timeframe, int>> candles;
  int clusters = 0;
};

std::shared_ptr<FakeTrainingRows> rows_of(const Amounts& amounts) {
  std::vector<TrainingItem> items;
  for (int i = 0; i < amounts.signals; ++i)
    items.push_back(signal_item(i));
  for (const auto& [timeframe, count] : amounts.candles)
    for (int i = 0; i < count; ++i)
      items.push_back(candle_item(timeframe, i));
  for (int i = 0; i < amounts.clusters; ++i)
    items.push_back(cluster_item(i));
  return std::make_shared<FakeTrainingRows>(std::move(items));
}

TEST(ServerTrainingStream, IsOneJsonObjectWhateverIsThere) {
  const std::vector<std::vector<std::pair<Timeframe, int>>> candle_cases = {
      {},
      {{Timeframe::m5, 1}},
      {{Timeframe::m5, 3}},
      {{Timeframe::m5, 2}, {Timeframe::h1, 1}},
      {{Timeframe::m1, 1}, {Timeframe::h4, 2}, {Timeframe::d1, 1}}};
  for (int signals : {0, 1, 3})
    for (const auto& candles : candle_cases)
      for (int clusters : {0, 1, 3}) {
        const std::string text =
            drain(training_json(rows_of({signals, candles, clusters}), header()));
        json::error_code error;
        const json::value body = json::parse(text, error);
        ASSERT_FALSE(error) << text;
        const json::object& dataset = body.at("dataset").as_object();
        EXPECT_EQ(dataset.at("signals").as_array().size(), signals) << text;
        EXPECT_EQ(dataset.at("clustering").as_array().size(), clusters) << text;
        ASSERT_EQ(dataset.at("ohlcv").as_object().size(), candles.size()) << text;
        for (const auto& [timeframe, count] : candles)
          EXPECT_EQ(dataset.at("ohlcv").at(std::string(to_string(timeframe))).as_array().size(),
                    count);
        EXPECT_EQ(body.at("summary").at("total_signals").as_int64(), signals);
        EXPECT_EQ(body.at("summary").at("total_clusters").as_int64(), clusters);
      }
}

TEST(ServerTrainingStream, SaysWhatItIs) {
  const json::value body =
      json::parse(drain(training_json(rows_of({1, {{Timeframe::m5, 1}}, 1}), header())));
  EXPECT_EQ(body.at("symbol").as_string(), "BTC/USDT");
  EXPECT_EQ(body.at("days").as_int64(), 30);
  EXPECT_EQ(body.at("source").as_string(), "synthetic");
  EXPECT_EQ(body.at("schema_version").as_int64(), 1);
  EXPECT_EQ(body.at("manifest").at("to").as_string(), "2025-10-24T10:00:00.000Z");
  EXPECT_EQ(body.at("manifest").at("from").as_string(), "2025-09-24T10:00:00.000Z");
  EXPECT_EQ(body.at("resolved").as_array()[0].at("exchange").as_string(), "binance");
  EXPECT_EQ(body.at("dataset").at("signals").as_array()[0].at("id").as_string(), "s0");
  EXPECT_EQ(body.at("dataset").at("clustering").as_array()[0].at("cluster").as_int64(), 0);
  const json::value& candle = body.at("dataset").at("ohlcv").at("5m").as_array()[0];
  EXPECT_EQ(candle.at("open_time").as_string(), "2025-10-24T10:00:00.000Z");
  EXPECT_EQ(candle.at("close").as_double(), 100.5);
}

TEST(ServerTrainingStream, HandsOverSmallPieces) {
  std::size_t largest = 0;
  const std::string text =
      drain(training_json(rows_of({2'000, {{Timeframe::m5, 5'000}}, 2'000}), header()), &largest);
  EXPECT_GT(text.size(), 500'000);
  EXPECT_LT(largest, 70'000);
  EXPECT_TRUE(json::parse(text).is_object());
  EXPECT_EQ(lines_of(drain(training_csv(rows_of({0, {{Timeframe::m5, 5'000}}, 0})))).size(), 5'001);
}

TEST(ServerTrainingStream, WritesOneObjectALine) {
  const Amounts amounts{2, {{Timeframe::m5, 2}, {Timeframe::h1, 1}}, 1};
  const std::vector<std::string> lines = lines_of(drain(training_ndjson(rows_of(amounts))));
  ASSERT_EQ(lines.size(), 6);
  const std::vector<std::string> kinds = {"signal", "signal", "candle",
                                          "candle", "candle", "cluster"};
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const json::value row = json::parse(lines[i]);
    EXPECT_EQ(row.as_object().begin()->key(), "kind");
    EXPECT_EQ(row.at("kind").as_string(), kinds[i]);
    EXPECT_TRUE(row.at(kinds[i]).is_object()) << lines[i];
  }
  EXPECT_EQ(json::parse(lines[4]).at("timeframe").as_string(), "1h");
  EXPECT_EQ(drain(training_ndjson(rows_of({}))), "");
}

TEST(ServerTrainingStream, WritesCandlesAsATable) {
  const std::vector<std::string> lines =
      lines_of(drain(training_csv(rows_of({0, {{Timeframe::m5, 1}}, 0}))));
  ASSERT_EQ(lines.size(), 2);
  EXPECT_EQ(lines[0],
            "exchange,symbol,timeframe,timestamp,open,high,low,close,volume,state,"
            "revision,available_at");
  EXPECT_EQ(lines[1],
            "binance,BTC/USDT,5m,2025-10-24T10:00:00.000Z,100,101,99,100.5,7,final,0,"
            "2025-10-24T10:05:05.000Z");
  EXPECT_EQ(lines_of(drain(training_csv(rows_of({})))).size(), 1);
}

TEST(ServerTrainingStream, GivesASpreadsheetNoFormulas) {
  const std::vector<std::pair<const char*, const char*>> cases = {
      {"=1+1/USDT", "'=1+1/USDT"},
      {"+A/USDT", "'+A/USDT"},
      {"-A/USDT", "'-A/USDT"},
      {"@SUM(A1)/USDT", "'@SUM(A1)/USDT"},
      {"\t=A/USDT", "'\t=A/USDT"},
      {"=HYPERLINK(\"http://evil\",\"x\")/USDT",
       "\"'=HYPERLINK(\"\"http://evil\"\",\"\"x\"\")/USDT\""},
      {"A,B/USDT", "\"A,B/USDT\""},
      {"A\"B/USDT", "\"A\"\"B/USDT\""},
      {"币/USDT", "币/USDT"},
      {"1000PEPE/USDT", "1000PEPE/USDT"}};
  for (const auto& [symbol, expected] : cases) {
    TrainingItem item = candle_item(Timeframe::m5, 0);
    item.symbol = symbol;
    const std::string text =
        drain(training_csv(std::make_shared<FakeTrainingRows>(std::vector<TrainingItem>{item})));
    const std::size_t start = text.find('\n') + std::string_view("\nbinance,").size();
    EXPECT_EQ(text.substr(start, std::string_view(expected).size() + 4),
              std::string(expected) + ",5m,");
  }
}

TEST(ServerTrainingStream, AnErrorInTheMiddleNeverLooksLikeTheEnd) {
  const Error disk{ErrorCode::io, "the disk is gone", {}};
  for (int rows : {0, 1, 3'000}) {
    std::vector<TrainingItem> items;
    for (int i = 0; i < rows; ++i)
      items.push_back(candle_item(Timeframe::m5, i));
    auto make = [&] { return std::make_shared<FakeTrainingRows>(items, disk); };
    for (const BodyStream& stream :
         {training_json(make(), header()), training_ndjson(make()), training_csv(make())}) {
      std::string before;
      Result<std::optional<std::string>> piece = stream();
      for (; piece && *piece; piece = stream())
        before += **piece;
      ASSERT_FALSE(piece) << "the stream ended as if it were whole";
      EXPECT_EQ(piece.error().message, disk.message);
      EXPECT_FALSE(before.ends_with("}\n") && before.starts_with("{\"symbol\""));
    }
  }
}

}  // namespace
}  // namespace cscan
