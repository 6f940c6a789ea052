// Raw captures of Binance's streams (INDEX.md beside them): every frame is read as it stands, and
// candles made of the captured trades are those that the exchange gave to others.

#include <gmock/gmock.h>

#include "base/decimal.hpp"
#include "binance_frame_check.hpp"
#include "exchange/binance/endpoints.hpp"
#include "exchange/binance/protocol.hpp"
#include "exchange_fixture.hpp"
#include "gz_lines.hpp"
#include "recorded_fixture.hpp"
#include "series/candle_builder.hpp"
#include "series/trade_candles.hpp"

namespace cscan::fixture {
namespace {

using Kinds = std::map<std::string, int>;

// ---- Two markets, eleven minutes of 2024, line by line "<received, ns> <frame>".

struct CapturedFrame {
  Timestamp received;  ///< by the recorder's clock, 1.3 s behind the exchange's
  std::string text;
};

class TradeCapture : public Recorded, public testing::WithParamInterface<const char*> {
 protected:
  /// The frames of both days; answers to queries (`snapshots_`) are none.
  std::vector<CapturedFrame> frames() {
    std::vector<CapturedFrame> all;
    for (const char* day : {"20240808", "20240809"})
      for (std::string& line : gz_lines(root_ / "raw/binance_ws_2024" /
                                        ("spot_" + std::string(GetParam()) + "_" + day + ".gz"))) {
        std::size_t space = line.find(' ');
        auto received = parse_integer(std::string_view(line).substr(0, space));
        EXPECT_TRUE(received) << line.substr(0, 100);
        std::string text = line.substr(space + 1);
        bool is_frame = text.starts_with(R"({"stream":)");
        if (is_frame)
          all.push_back({Timestamp{received.value_or(0) / 1'000'000}, std::move(text)});
        else
          snapshots_.push_back(std::move(text));
      }
    return all;
  }

  /// What the exchange gave to somebody who asked for candles later.
  std::vector<Candle> downloaded(Timestamp from, std::size_t count) {
    for (const CandleFile& file : files("binance_2024")) {
      std::string symbol = file.name.instrument.base + file.name.instrument.quote;
      std::ranges::transform(symbol, symbol.begin(), [](char c) {
        return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
      });
      if (symbol != GetParam() || file.name.timeframe != Timeframe::m5)
        continue;
      std::vector<Candle> candles = read(file);
      auto first = std::ranges::lower_bound(candles, from, {}, &Candle::open_time);
      auto rest = static_cast<std::size_t>(candles.end() - first);
      return {first, first + static_cast<std::ptrdiff_t>(std::min(count, rest))};
    }
    return {};
  }

  std::vector<std::string> snapshots_;
};

TEST_P(TradeCapture, EveryFrameIsReadAsItStands) {
  Kinds kinds;
  for (const CapturedFrame& frame : frames()) {
    ++kinds[check_binance_frame(binance::table, frame.text)];
    if (HasFailure())
      break;
  }
  bool is_btc = std::string(GetParam()) == "btcusdt";
  EXPECT_EQ(kinds, is_btc ? (Kinds{{"other", 6'495}, {"quote", 73'174}, {"trade", 19'904}})
                          : (Kinds{{"other", 6'470}, {"quote", 58'758}, {"trade", 14'515}}));
  ASSERT_EQ(snapshots_.size(), 1U);  // a book that was asked for: no frame
  EXPECT_EQ(decode_binance_frame(binance::table, snapshots_[0]).rejects.size(), 1U);
}

/// What a scanner would do with trades, if candles came no other way: it asks for the candle in
/// which it began to listen.
class TradeFeed {
 public:
  explicit TradeFeed(std::vector<Candle> downloaded) : downloaded_(std::move(downloaded)) {}

  void take(const TradeMessage& message, Timestamp received) {
    std::vector<Candle> made;
    TradeOutcome outcome =
        candles_.on_trade({message.id, message.price, message.quantity, message.trade_time}, made);
    ++outcomes[outcome];
    for (const Candle& candle : made)
      tell(candle, message.trade_time, received);
    advance_to(received);
  }
  void advance_to(Timestamp now) {
    builder.on_clock(now, settled);
    if (auto wanted = builder.take_request(now, rule))
      answer(*wanted, now);
  }

  std::map<TradeOutcome, int> outcomes;
  std::vector<Timestamp> requests;
  CandleBuilder builder{Timeframe::m5};
  std::vector<Candle> settled;

 private:
  static constexpr SettleRule rule{seconds(5), seconds(5)};

  void tell(const Candle& candle, Timestamp event_time, Timestamp received) {
    builder.on_update({InstrumentId{0}, Timeframe::m5, candle, event_time, received}, rule,
                      settled);
  }
  void answer(Timestamp wanted, Timestamp received) {
    requests.push_back(wanted);
    auto at = std::ranges::find(downloaded_, wanted, &Candle::open_time);
    ASSERT_NE(at, downloaded_.end());
    tell(*at, received, received);
  }

  std::vector<Candle> downloaded_;
  TradeCandles candles_{Timeframe::m5};
};

TEST_P(TradeCapture, ItsTradesMakeTheCandlesThatOthersDownloaded) {
  Timestamp begin = *parse_timestamp("2024-08-08T23:50:00Z");
  std::vector<Candle> expected = downloaded(begin, 3);
  ASSERT_EQ(expected.size(), 3U);
  auto protocol = binance::make_protocol();
  TradeFeed feed({expected[0]});
  DecodedFrame decoded;
  for (const CapturedFrame& frame : frames()) {
    protocol->decode_frame(frame.text, frame.received, decoded);
    for (const StreamMessage& message : decoded.messages)
      if (const auto* trade = std::get_if<TradeMessage>(&message))
        feed.take(*trade, frame.received);
  }
  feed.advance_to(begin + minutes(15) + seconds(6));  // the capture ends within the settle delay
  bool is_btc = std::string(GetParam()) == "btcusdt";
  // No id is missing; before the very first nothing is known.
  EXPECT_EQ(feed.outcomes,
            (std::map<TradeOutcome, int>{{TradeOutcome::after_gap, 1},
                                         {TradeOutcome::taken, is_btc ? 19'903 : 14'514}}));
  EXPECT_THAT(feed.requests, testing::ElementsAre(begin));  // its beginning was not heard
  EXPECT_EQ(feed.settled, expected);                        // to the last bit, state final
  EXPECT_EQ(expected[1].volume, is_btc ? 199.42863 : 2091.5828);
  EXPECT_EQ(expected[2].volume, is_btc ? 221.61722 : 2012.4564);
  ASSERT_TRUE(feed.builder.forming());  // its end was not heard
  EXPECT_EQ(feed.builder.forming()->open_time, begin + minutes(15));
}

INSTANTIATE_TEST_SUITE_P(Binance2024, TradeCapture, testing::Values("btcusdt", "ethusdt"),
                         [](const auto& test) { return std::string(test.param); });

// ---- Half a minute of many markets, 2021; line by line "<received, s>: <frame>".

/// What one session says of a market, with what stands in the frames beside what we read.
struct Told {
  std::vector<json::object> candles;            ///< the "k" of each kline event, as they came
  std::map<std::int64_t, json::object> trades;  ///< aggregates, by the id of their last trade
};

/// The candle that the frame's text holds.
Candle candle_of(const json::object& k) {
  return {Timestamp{whole(k, "t")}, number(k, "o"), number(k, "h"),
          number(k, "l"),           number(k, "c"), number(k, "v")};
}

/// What the exchange says of one candle in several ways agrees: turnover lies within its prices,
/// the takers' part within the whole, and the trades are as many as their ids.
void expect_consistent(const json::object& k) {
  Candle candle = candle_of(k);
  double turnover = number(k, "q");
  EXPECT_EQ(candle_defect(candle), nullptr) << json::serialize(k);
  EXPECT_LE(candle.low * candle.volume, turnover * (1 + 1e-12)) << json::serialize(k);
  EXPECT_GE(candle.high * candle.volume, turnover * (1 - 1e-12)) << json::serialize(k);
  EXPECT_LE(number(k, "V"), candle.volume) << json::serialize(k);
  EXPECT_LE(number(k, "Q"), turnover) << json::serialize(k);
  EXPECT_EQ(whole(k, "n"), whole(k, "L") - whole(k, "f") + 1) << json::serialize(k);
}

/// The candle `before` (empty: none yet) after the trades beyond its last up to `k`'s; nullopt when
/// the session did not tell all of them.
std::optional<Candle> grown(const json::object* before, const json::object& k, const Told& told) {
  std::int64_t next = before != nullptr ? whole(*before, "L") + 1 : whole(k, "f");
  std::optional<Candle> candle;
  DecimalSum volume;
  if (before != nullptr) {
    candle = candle_of(*before);
    volume.add(candle->volume);
  }
  for (auto at = told.trades.lower_bound(next); next <= whole(k, "L"); ++at) {
    if (at == told.trades.end() || whole(at->second, "f") != next)
      return std::nullopt;
    double price = number(at->second, "p");
    if (!candle)
      candle = {Timestamp{whole(k, "t")}, price, price, price, price};
    candle->high = std::max(candle->high, price);
    candle->low = std::min(candle->low, price);
    candle->close = price;
    volume.add(number(at->second, "q"));
    next = at->first + 1;
  }
  candle->volume = volume.value();
  return candle;
}

/// How many of a market's candle frames were compared with its trades.
int compare_with_trades(const Told& told) {
  int compared = 0;
  const json::object* before = nullptr;
  for (const json::object& k : told.candles) {
    if (before != nullptr && whole(*before, "t") != whole(k, "t"))
      before = nullptr;
    if (auto expected = grown(before, k, told)) {
      EXPECT_EQ(candle_of(k), *expected) << json::serialize(k);
      ++compared;
    }
    before = &k;
  }
  return compared;
}

struct Session {
  const char* file;
  Kinds kinds;
  int compared;  ///< candle frames whose trades were all told
};

class StreamCapture : public Recorded, public testing::WithParamInterface<Session> {};

TEST_P(StreamCapture, CandlesAreReadAsTheyStandAndGrowByTheirTrades) {
  Kinds kinds;
  std::map<std::string, Told> markets;
  auto lines = gz_lines(root_ / "raw/cryptofeed_samples" / GetParam().file);
  ASSERT_GT(lines.size(), 1U);
  for (std::size_t i = 1; i < lines.size(); ++i) {  // the first line is the address
    std::size_t colon = lines[i].find(": ");
    if (lines[i].empty())
      continue;
    ASSERT_NE(colon, std::string::npos) << lines[i];
    std::string frame = lines[i].substr(colon + 2);
    std::string kind = check_binance_frame(binance::table, frame);
    ++kinds[kind];
    json::object event = binance_event(frame);
    if (kind == "trade")
      markets[word(event, "s")].trades[whole(event, "l")] = event;
    if (kind == "forming" || kind == "closed")
      markets[word(event, "s")].candles.push_back(event.at("k").as_object());
  }
  EXPECT_EQ(kinds, GetParam().kinds);
  int compared = 0;
  for (const auto& [name, told] : markets) {
    for (const json::object& k : told.candles)
      expect_consistent(k);
    compared += compare_with_trades(told);
  }
  EXPECT_EQ(compared, GetParam().compared);
}

INSTANTIATE_TEST_SUITE_P(
    Cryptofeed2021, StreamCapture,
    testing::Values(
        Session{
            "BINANCE.ws.1.0.gz", {{"forming", 2}, {"other", 177}, {"quote", 84}, {"trade", 2}}, 1},
        Session{"BINANCE_US.ws.1.0.gz",
                {{"forming", 4}, {"closed", 1}, {"other", 336}, {"quote", 128}, {"trade", 11}},
                4}),
    [](const auto& test) {
      return std::string(test.param.file).find("_US") == std::string::npos ? "binance"
                                                                           : "binanceus";
    });

}  // namespace
}  // namespace cscan::fixture
