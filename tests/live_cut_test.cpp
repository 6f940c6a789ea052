// A connection that ends within a frame, at every byte of it, with what had arrived taken for the
// whole: nothing wrong is believed, the connection is replaced, and the truth is known in the end.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "exchange/binance/protocol.hpp"
#include "exchange/binanceusdm/protocol.hpp"
#include "exchange/kucoinfutures/protocol.hpp"
#include "live_rig.hpp"

namespace cscan {
namespace {

using live_rig::LiveRig;
using testing::IsEmpty;

struct Venue {
  const char* name;
  std::unique_ptr<Protocol> (*protocol)();
  const char* symbol;
};

class CutSweep : public testing::TestWithParam<Venue> {
 protected:
  [[nodiscard]] std::unique_ptr<LiveRig> rig() const {
    return std::make_unique<LiveRig>(GetParam().protocol(),
                                     std::vector<std::string>{GetParam().symbol}, "",
                                     std::vector{Timeframe::m1});
  }
  /// What kind of frame it is: its names without its values.
  static std::string kind_of(const std::string& text) {
    std::string kind;
    for (char c : text)
      if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
        kind += c;
    return kind;
  }
};

TEST_P(CutSweep, EveryByteOfEveryKindOfFrame) {
  // The first frame of each kind, and the candle's last one.
  std::vector<std::pair<std::uint64_t, std::size_t>> chosen;  // number, length
  std::set<std::string> kinds;
  auto first = rig();
  first->on_frame = [&](std::uint64_t number, const std::string& text) {
    if (kinds.insert(kind_of(text)).second)
      chosen.emplace_back(number, text.size());
    return true;
  };
  first->begin();
  first->run(seconds(40));
  ASSERT_GE(chosen.size(), 3u);
  std::size_t cuts = 0;
  for (auto [number, size] : chosen)
    for (std::size_t bytes = 0; bytes < size; ++bytes, ++cuts) {
      auto live = rig();
      bool was_cut = false;
      live->on_frame = [&, frame = number](std::uint64_t at, std::string& text) {
        if (at != frame)
          return true;
        was_cut = true;
        text.resize(std::min(text.size(), bytes));
        return false;
      };
      live->begin();
      live->run(seconds(60));
      ASSERT_TRUE(was_cut);
      ASSERT_THAT(live->wrong_candles(), IsEmpty()) << "frame " << number << " cut at " << bytes;
      ASSERT_THAT(live->missing_candles(live->time() - seconds(12)), IsEmpty())
          << "frame " << number << " cut at " << bytes;
      ASSERT_EQ(live->health().state, SessionState::live) << live->health().words;
    }
  RecordProperty("cuts", static_cast<int>(cuts));
  std::printf("%zu cuts in %zu frames\n", cuts, chosen.size());
}

INSTANTIATE_TEST_SUITE_P(
    Exchanges, CutSweep,
    testing::Values(Venue{"binance", binance::make_protocol, "BTC/USDT"},
                    Venue{"binanceusdm", binanceusdm::make_protocol, "BTC/USDT:USDT"},
                    Venue{"kucoinfutures", kucoinfutures::make_protocol, "BTC/USDT:USDT"}),
    [](const auto& param) { return std::string(param.param.name); });

}  // namespace
}  // namespace cscan
