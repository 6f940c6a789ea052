#pragma once
// For the tests of this room: folders of candle files, written by DuckDB and not by our own code.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/temp_dir.hpp"
#include "core/scanner_rig.hpp"
#include "store/database.hpp"

namespace cscan::testing {

/// A folder of recorded candles that goes with the test.
class RecordingDir {
 public:
  [[nodiscard]] const std::filesystem::path& path() const { return dir_.path(); }

  /// Writes a file in the recorded sets' form: timestamp_ms, open, high, low, close, volume.
  void write(const std::string& name, const std::vector<Candle>& candles) const {
    auto database = Database::in_memory();
    ASSERT_TRUE(database);
    auto connection = database->connect();
    ASSERT_TRUE(connection);
    ASSERT_TRUE(
        connection->execute("CREATE TABLE c(timestamp_ms BIGINT, open DOUBLE, high DOUBLE, "
                            "low DOUBLE, close DOUBLE, volume DOUBLE)"));
    auto rows = Appender::open(*connection, "c");
    ASSERT_TRUE(rows);
    for (const Candle& c : candles)
      rows->add(c.open_time.ms)
          .add(c.open)
          .add(c.high)
          .add(c.low)
          .add(c.close)
          .add(c.volume)
          .end_row();
    ASSERT_TRUE(rows->close());
    auto written = connection->execute(
        fmt::format("COPY c TO {} (FORMAT PARQUET)", sql_literal((path() / name).string())));
    ASSERT_TRUE(written) << written.error().message;
  }

 private:
  TempDir dir_;
};

inline void no_progress(std::size_t, std::size_t) {}

}  // namespace cscan::testing
