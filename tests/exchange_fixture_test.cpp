// Every recorded payload of a real exchange is read by the exchange room and compared value by
// value with what another parser finds in it.
//
// The payloads lie outside the repository: CSCAN_FIXTURES, by default ../shared/fixtures. Where
// they are absent the cases are skipped, and say so. A case that ran adds its name to the file
// named by CSCAN_RECORDED_LOG.

#include "exchange_fixture_cases.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "exchange_fixture.hpp"

namespace cscan::fixture {
namespace {

class RecordedPayload : public testing::TestWithParam<FixtureCase> {
 protected:
  void SetUp() override { REQUIRE_FIXTURES(); }
  void TearDown() override {
    const char* log = std::getenv("CSCAN_RECORDED_LOG");
    if (log != nullptr && !IsSkipped())
      std::ofstream(log, std::ios::app) << "RecordedPayload." << GetParam().file << '\n';
  }
};

TEST_P(RecordedPayload, IsReadAsItStands) { GetParam().check(); }

std::string name_of(const testing::TestParamInfo<FixtureCase>& info) {
  std::string name = info.param.file;
  for (char& c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0)
      c = '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(Binance, RecordedPayload, testing::ValuesIn(binance_cases()), name_of);
INSTANTIATE_TEST_SUITE_P(Kucoin, RecordedPayload, testing::ValuesIn(kucoin_cases()), name_of);

}  // namespace
}  // namespace cscan::fixture
