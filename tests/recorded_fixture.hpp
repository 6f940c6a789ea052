#pragma once
// Recorded candles of real exchanges (INDEX.md beside them), for tests.
//
// The data lies outside the repository: CSCAN_MARKET_DATA, by default ../shared/data/market. Where
// it is absent the cases are skipped, and say so. A case that ran adds its name to the file named
// by CSCAN_RECORDED_LOG.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "store/parquet_candles.hpp"

namespace cscan {

class Recorded : public testing::Test {
 protected:
  void SetUp() override {
    const char* given = std::getenv("CSCAN_MARKET_DATA");
    root_ = given != nullptr ? given : CSCAN_MARKET_DATA_DEFAULT;
    if (!std::filesystem::is_directory(root_))
      GTEST_SKIP() << "no recorded data in " << root_ << " (set CSCAN_MARKET_DATA)";
    auto opened = CandleFileReader::open();
    ASSERT_TRUE(opened);
    reader_.emplace(std::move(*opened));
  }
  void TearDown() override {
    const char* log = std::getenv("CSCAN_RECORDED_LOG");
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    if (log != nullptr && !IsSkipped())
      std::ofstream(log, std::ios::app) << info->test_suite_name() << '.' << info->name() << '\n';
  }

  std::vector<CandleFile> files(const std::string& set) {
    auto listed = list_candle_files(root_ / set);
    EXPECT_TRUE(listed) << listed.error().message;
    return listed ? *listed : std::vector<CandleFile>{};
  }
  std::vector<Candle> read(const CandleFile& file) {
    auto candles = reader_->read(file.path, file.name.timeframe);
    EXPECT_TRUE(candles) << candles.error().message;
    return candles ? *candles : std::vector<Candle>{};
  }
  /// All files of a set by symbol, then timeframe.
  std::map<std::string, std::map<Timeframe, std::vector<Candle>>> markets(const std::string& set) {
    std::map<std::string, std::map<Timeframe, std::vector<Candle>>> result;
    for (const CandleFile& file : files(set))
      result[file.name.instrument.symbol()][file.name.timeframe] = read(file);
    return result;
  }

  std::filesystem::path root_;
  std::optional<CandleFileReader> reader_;
};

}  // namespace cscan
