// What a reader of the full scan asks for and gets: rows, order, columns; and that the API's
// document says of every column what the column table says.

#include "server/scan_query.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "server/routes.hpp"
#include "server/server_test_support.hpp"

namespace cscan {
namespace {

namespace json = boost::json;
using testing::make_view;
using testing::spot;

class ServerScan : public ::testing::Test {
 protected:
  ServerScan() {
    auto rows = std::make_shared<std::vector<ScanRow>>(4);
    for (std::uint32_t i = 0; i < 4; ++i) {
      ScanRow& row = (*rows)[i];
      row.rank = i + 1;
      row.instrument = InstrumentId{i / 2};
      row.timeframe = i % 2 == 0 ? Timeframe::m5 : Timeframe::h1;
      row.combined = points(90 - 10 * static_cast<int>(i));
      row.price = 100 + i;
    }
    (*rows)[0].values.rsi_14 = 40;
    (*rows)[1].values.rsi_14 = 70.5;
    (*rows)[2].values.rsi_14 = 40;
    rows_ = rows;
  }

  ScanQuery ask(QueryParameters parameters, std::string* refusal = nullptr) {
    QueryReader reader(std::move(parameters));
    ScanQuery query = read_scan_query(reader, *view_);
    auto status = reader.finish();
    EXPECT_EQ(status.has_value(), refusal == nullptr);
    if (!status && refusal != nullptr)
      *refusal = status.error().message;
    return query;
  }
  std::vector<std::uint32_t> ranks(QueryParameters parameters) {
    std::vector<std::uint32_t> ranks;
    for (const ScanRow* row : select_scan(*rows_, names(), ask(std::move(parameters))).rows)
      ranks.push_back(row->rank);
    return ranks;
  }
  std::string refusal(QueryParameters parameters) {
    std::string message;
    ask(std::move(parameters), &message);
    return message;
  }
  std::string shown_text(QueryParameters parameters) {
    ScanQuery query = ask(std::move(parameters));
    std::string text;
    JsonWriter writer(text);
    write_scan_row(writer, (*rows_)[1], names(), query.columns);
    return text;
  }
  [[nodiscard]] ScanNames names() const { return {view_->run->instruments, view_->run->settings}; }

  std::shared_ptr<MarketView> view_ = make_view({spot("binance", "BTC"), spot("binance", "ETH")});
  std::shared_ptr<const std::vector<ScanRow>> rows_;
};

using Ranks = std::vector<std::uint32_t>;

TEST_F(ServerScan, IsRankedUnlessSortedOtherwise) {
  EXPECT_EQ(ranks({}), (Ranks{1, 2, 3, 4}));
  EXPECT_EQ(ranks({{"order", "desc"}}), (Ranks{4, 3, 2, 1}));
  EXPECT_EQ(ranks({{"limit", "2"}}), (Ranks{1, 2}));
  EXPECT_EQ(ranks({{"sort", "price"}}), (Ranks{4, 3, 2, 1}));
  EXPECT_EQ(ranks({{"sort", "price"}, {"order", "asc"}}), (Ranks{1, 2, 3, 4}));
}

TEST_F(ServerScan, PutsEqualsInTheirRankAndTheUnknownLast) {
  EXPECT_EQ(ranks({{"sort", "rsi_14"}}), (Ranks{2, 1, 3, 4}));
  EXPECT_EQ(ranks({{"sort", "rsi_14"}, {"order", "asc"}}), (Ranks{1, 3, 2, 4}));
}

TEST_F(ServerScan, SortsTextFromAOn) {
  EXPECT_EQ(ranks({{"sort", "symbol"}}), (Ranks{1, 2, 3, 4}));
  EXPECT_EQ(ranks({{"sort", "symbol"}, {"order", "desc"}}), (Ranks{3, 4, 1, 2}));
  EXPECT_EQ(ranks({{"sort", "timeframe"}}), (Ranks{2, 4, 1, 3}));
}

TEST_F(ServerScan, ChoosesTimeframesByStyleOrInterval) {
  EXPECT_EQ(ranks({{"timeframe", "scalp"}}), (Ranks{1, 3}));
  EXPECT_EQ(ranks({{"timeframe", "1h"}}), (Ranks{2, 4}));
  EXPECT_EQ(ranks({{"timeframe", "1h"}, {"timeframe", "5m"}}), (Ranks{1, 2, 3, 4}));
  EXPECT_EQ(select_scan(*rows_, names(), ask({{"timeframe", "1h"}, {"limit", "1"}})).total, 2);
}

TEST_F(ServerScan, ShowsEveryColumnInTheTablesOrder) {
  json::object row = json::parse(shown_text({})).as_object();
  std::size_t i = 0;
  ASSERT_EQ(row.size(), scan_columns().size());
  for (const auto& [name, value] : row)
    EXPECT_EQ(name, scan_columns()[i++].name);
  EXPECT_EQ(row["rsi_14"].as_double(), 70.5);
  EXPECT_TRUE(row["ema_21"].is_null());
  EXPECT_EQ(row["basis"].as_string(), "closed");
  EXPECT_EQ(row["style"].as_string(), "swing");
  EXPECT_EQ(row["warming_up"].as_bool(), true);
}

TEST_F(ServerScan, ShowsTheColumnsAskedForAfterTheNames) {
  std::string text = shown_text({{"columns", "rsi_14,symbol,price"}, {"columns", "rsi_14"}});
  EXPECT_EQ(text,
            "{\"rank\":2,\"exchange\":\"binance\",\"symbol\":\"BTC/USDT\",\"timeframe\":\"1h\","
            "\"rsi_14\":70.5,\"price\":101}");
}

TEST_F(ServerScan, RefusesWhatIsNoColumnAndSaysWhatIs) {
  std::string message = refusal({{"sort", "rsi14"}});
  EXPECT_NE(message.find("sort = 'rsi14'"), std::string::npos) << message;
  EXPECT_NE(message.find("perhaps rsi_14"), std::string::npos) << message;
  EXPECT_NE(message.find(" obv_slope_20"), std::string::npos) << message;
  EXPECT_NE(refusal({{"columns", "rsi_14,ema21"}}).find("perhaps ema_21"), std::string::npos);
  EXPECT_NE(refusal({{"columns", ""}}), "");
  EXPECT_NE(refusal({{"columns", "rsi_14,"}}), "");
  EXPECT_NE(refusal({{"order", "up"}}).find("asc or desc"), std::string::npos);
  EXPECT_NE(refusal({{"timeframe", "7m"}}), "");
  EXPECT_NE(refusal({{"sort", "price"}, {"sort", "rank"}}), "");
  EXPECT_NE(refusal({{"colums", "rsi_14"}}), "");
}

/// What the document has to say of a column: the table, in the document's words.
std::string description_of(const ScanColumn& column) {
  std::string text(column.meaning);
  text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  if (!column.unit.empty())
    text += fmt::format(" ({})", column.unit);
  return text + (column.optional ? "; null while unknown." : ".");
}

std::string_view type_of(ScanKind kind) {
  switch (kind) {
    case ScanKind::number: return "number";
    case ScanKind::whole: return "integer";
    case ScanKind::flag: return "boolean";
    default: return "string";
  }
}

/// `{"$ref": …}` and `{"type": …}` with the description; or what is wrong with it.
void expect_described(const json::object& schemas, const ScanColumn& column) {
  const json::object& property = schemas.at("ScanRow")
                                     .at("properties")
                                     .at({column.name.data(), column.name.size()})
                                     .as_object();
  EXPECT_EQ(property.at("description").as_string(), description_of(column)) << column.name;
  if (property.contains("$ref"))
    return;
  json::value type = json::value(json::string(type_of(column.kind)));
  if (column.optional)
    type = json::array{type, "null"};
  EXPECT_EQ(property.at("type"), type) << column.name;
}

TEST(ServerScanDocument, SaysOfEveryColumnWhatTheTableSays) {
  json::value document = json::parse(openapi_document());
  const json::object& schemas = document.at("components").at("schemas").as_object();
  std::size_t i = 0;
  const json::object& properties = schemas.at("ScanRow").at("properties").as_object();
  ASSERT_EQ(properties.size(), scan_columns().size());
  for (const auto& [name, property] : properties)
    EXPECT_EQ(name, scan_columns()[i++].name);
  for (const ScanColumn& column : scan_columns())
    expect_described(schemas, column);
  json::array names;
  for (const ScanColumn& column : scan_columns())
    names.emplace_back(json::string(column.name));
  EXPECT_EQ(schemas.at("ScanColumn").at("enum"), names);
}

}  // namespace
}  // namespace cscan
