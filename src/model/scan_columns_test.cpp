// The column table: well-formed, complete, and true to the row it reads.

#include "model/scan_columns.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <set>

namespace cscan {
namespace {

class ScanColumns : public testing::Test {
 protected:
  [[nodiscard]] ScanCell cell(std::string_view name) const {
    const ScanColumn* column = find_scan_column(name);
    EXPECT_NE(column, nullptr) << name;
    return column->cell(row_, {instruments_, settings_});
  }
  std::vector<Instrument> instruments_ = {{"binance", "BTC", "USDT", ""},
                                          {"kucoinfutures", "ETH", "USDT", "USDT"}};
  Settings settings_;
  ScanRow row_;
};

TEST_F(ScanColumns, HaveNamesOfTheirOwnAndSayWhatTheyAre) {
  std::set<std::string_view> names;
  for (const ScanColumn& column : scan_columns()) {
    EXPECT_TRUE(names.insert(column.name).second) << column.name;
    EXPECT_EQ(column.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"),
              std::string_view::npos);
    EXPECT_FALSE(column.meaning.empty()) << column.name;
    EXPECT_EQ(find_scan_column(column.name), &column);
  }
  EXPECT_EQ(find_scan_column("rsi"), nullptr);
  EXPECT_EQ(find_scan_column(""), nullptr);
}

TEST_F(ScanColumns, AreOfTheKindTheySayAndUnknownOnlyWhereTheyMay) {
  // Alternatives of ScanCell by kind; both kinds of text are text.
  auto fits = [](ScanKind kind, const ScanCell& cell) {
    switch (kind) {
      case ScanKind::number: return std::holds_alternative<double>(cell);
      case ScanKind::whole: return std::holds_alternative<std::int64_t>(cell);
      case ScanKind::flag: return std::holds_alternative<bool>(cell);
      case ScanKind::time: return std::holds_alternative<Timestamp>(cell);
      case ScanKind::text: break;
    }
    return std::holds_alternative<std::string_view>(cell) ||
           std::holds_alternative<std::string>(cell);
  };
  for (const ScanColumn& column : scan_columns()) {
    ScanCell empty = column.cell(row_, {instruments_, settings_});
    EXPECT_EQ(std::holds_alternative<std::monostate>(empty), column.optional) << column.name;
    EXPECT_TRUE(column.optional || fits(column.kind, empty)) << column.name;
  }
}

TEST_F(ScanColumns, ReadTheRow) {
  row_.instrument = InstrumentId{1};
  row_.timeframe = Timeframe::h4;
  row_.rank = 7;
  row_.combined = to_score(61.25);
  row_.forming = true;
  row_.values.candles = 321;
  row_.values.ema_21 = 1.5;
  row_.values.ichimoku_state = CloudState::above;
  row_.values.fib_swing_100 = Direction::bearish;
  row_.verdict.regime = ScanRegime::turbulent;
  row_.verdict.opportunity = points(12);
  EXPECT_EQ(cell("exchange"), ScanCell(std::string_view("kucoinfutures")));
  EXPECT_EQ(cell("symbol"), ScanCell(std::string("ETH/USDT:USDT")));
  EXPECT_EQ(cell("timeframe"), ScanCell(std::string_view("4h")));
  EXPECT_EQ(cell("style"), ScanCell(std::string_view("day_trade")));
  EXPECT_EQ(cell("rank"), ScanCell(std::int64_t{7}));
  EXPECT_EQ(cell("combined_score"), ScanCell(61.25));
  EXPECT_EQ(cell("basis"), ScanCell(std::string_view("forming")));
  EXPECT_EQ(cell("candles"), ScanCell(std::int64_t{321}));
  EXPECT_EQ(cell("ema_21"), ScanCell(1.5));
  EXPECT_EQ(cell("ichimoku_state"), ScanCell(std::string_view("above")));
  EXPECT_EQ(cell("fib_swing_100"), ScanCell(std::string_view("bearish")));
  EXPECT_EQ(cell("regime"), ScanCell(std::string_view("volatile")));
  EXPECT_EQ(cell("opportunity_score"), ScanCell(12.0));
}

TEST_F(ScanColumns, ShowNoNumberThatIsNone) {
  row_.change_24h = std::numeric_limits<double>::infinity();
  EXPECT_EQ(cell("change_24h"), ScanCell(std::monostate()));
  row_.change_24h = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(cell("change_24h"), ScanCell(std::monostate()));
}

}  // namespace
}  // namespace cscan
