#include "gate_sets.hpp"

#include <algorithm>
#include <cstdlib>

#include "null_walks.hpp"
#include "sim/synthetic_market.hpp"

namespace cscan::gate {
namespace {

constexpr Timestamp walk_start = Timestamp{} + days(20'000);
constexpr std::uint64_t synthetic_seed = 42;

/// Counts and sorts what `series` needs: instruments by exchange and symbol, then timeframes.
void finish(CandleRecording& recording) {
  for (RecordedSeries& series : recording.series) {
    recording.candles += series.candles.size();
    if (std::ranges::find(recording.timeframes, series.timeframe) == recording.timeframes.end())
      recording.timeframes.push_back(series.timeframe);
  }
  std::ranges::sort(recording.timeframes);
}

/// Stretches without trades, as a thin market has them.
void silence(std::vector<Candle>& candles) {
  for (std::size_t i = 1; i < candles.size(); ++i)
    if (i % 97 < 3)
      candles[i] = flat_candle(candles[i].open_time, candles[i - 1].close);
}

CandleRecording make_walk() {
  CandleRecording recording;
  recording.instruments = {{"walk", "FAT", "USDT", ""}, {"walk", "IID", "USDT", ""}};
  auto fat = garch_walk(1, {1'300, walk_start, Timeframe::m5});
  auto iid = iid_walk(2, {1'300, walk_start, Timeframe::m5}, 1.1);
  auto slow = garch_walk(3, {900, walk_start - days(30), Timeframe::h1});
  silence(iid);
  recording.series = {{InstrumentId{0}, Timeframe::m5, std::move(fat), 0},
                      {InstrumentId{0}, Timeframe::h1, std::move(slow), 0},
                      {InstrumentId{1}, Timeframe::m5, std::move(iid), 0}};
  finish(recording);
  return recording;
}

CandleRecording make_synthetic() {
  SyntheticMarket market(synthetic_seed);
  CandleRecording recording;
  recording.instruments = {{"binance", "BTC", "USDT", ""},
                           {"binance", "OXT", "USDT", ""},
                           {"binanceusdm", "ETH", "USDT", "USDT"},
                           {"kucoinfutures", "CHZ", "USDT", "USDT"}};
  Timestamp end = Timestamp{} + days(20'300);
  for (std::uint32_t id = 0; id < recording.instruments.size(); ++id)
    for (Timeframe timeframe : {Timeframe::m5, Timeframe::h1})
      recording.series.push_back({InstrumentId{id}, timeframe,
                                  market.history(recording.instruments[id], timeframe, end, 1'000),
                                  0});
  finish(recording);
  return recording;
}

}  // namespace

const std::vector<SetInfo>& all_sets() {
  static const std::vector<SetInfo> sets = {{"walk", false, true, true},
                                            {"synthetic", false, false, true},
                                            {"outage_2021", true, true, false},
                                            {"binance_2024", true, true, false}};
  return sets;
}

const SetInfo* find_set(std::string_view name) {
  auto found = std::ranges::find(all_sets(), name, &SetInfo::name);
  return found == all_sets().end() ? nullptr : &*found;
}

std::optional<std::filesystem::path> recorded_root() {
  const char* given = std::getenv("CSCAN_MARKET_DATA");
  std::filesystem::path root = given != nullptr ? given : CSCAN_MARKET_DATA_DEFAULT;
  return std::filesystem::is_directory(root) ? std::optional(root) : std::nullopt;
}

Result<CandleRecording> load_set(const SetInfo& set, const std::filesystem::path& root) {
  if (set.name == "walk")
    return make_walk();
  if (set.name == "synthetic")
    return make_synthetic();
  RecordingFilter filter;
  if (set.name == "binance_2024")
    filter.symbols = {"WIF/USDT", "DOGS/USDT"};
  return load_recording(root / set.name, filter, [](std::size_t, std::size_t) {});
}

}  // namespace cscan::gate
