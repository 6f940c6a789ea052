// Whatever a query holds, GET …/signals makes checked parameters of it or refuses, and a page
// selected with them keeps to them, whatever the cursor says.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.hpp"
#include "base/limits.hpp"
#include "server/server_test_support.hpp"
#include "server/signal_selection.hpp"

namespace {

using namespace cscan;

/// A market with a closed signal and a preview in every timeframe.
const MarketView& view() {
  static const auto made = [] {
    auto result =
        testing::make_view({testing::spot("binance", "BTC"), testing::spot("okx", "ETH")});
    std::int32_t number = 0;
    for (SeriesView& series : result->series) {
      testing::SignalShape shape{series.instrument.value, series.timeframe,
                                 testing::test_now,       number * 1'000,
                                 SignalType::weak_buy,    testing::test_now + hours(1),
                                 std::to_string(number)};
      ++number;
      series.closed = testing::make_signal(shape);
      shape.id += "p";
      series.preview = testing::make_signal(shape);
    }
    return result;
  }();
  return *made;
}

void check_parameters(const SignalParameters& p) {
  CHECK(p.limit >= 1 && p.limit <= limits::signals_per_reply_max);
  CHECK(p.min_score >= points(0) && p.min_score <= points(100));
  for (const auto& time : {p.since, p.until})
    if (time)
      (void)format_rfc3339(*time - days(limits::training_days_max));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string target = "/?" + std::string(reinterpret_cast<const char*>(data), size);
  const auto query = parse_query(target);
  if (!query)
    return 0;
  QueryReader reader(*query);
  const auto parameters = read_signal_parameters(reader, view());
  if (!parameters) {
    CHECK(parameters.error().code == ErrorCode::invalid_argument);
    return 0;
  }
  check_parameters(*parameters);
  const auto page = select_latest(view(), *parameters, nullptr, testing::test_now);
  if (!page) {
    CHECK(page.error().code == ErrorCode::invalid_argument);
    return 0;
  }
  CHECK(page->signals.size() <= static_cast<std::size_t>(parameters->limit));
  CHECK(page->signals.size() <= page->total);
  for (const SignalPtr& signal : page->signals)
    CHECK(signal->signal.combined >= parameters->min_score);
  return 0;
}
