// Recorded payloads of KuCoin Futures, each field that we read compared with what another parser
// finds there.

#include "exchange/kucoinfutures/listing.hpp"
#include "exchange/kucoinfutures/rest_parse.hpp"
#include "exchange/kucoinfutures/stream_parse.hpp"
#include "exchange_fixture.hpp"
#include "exchange_fixture_cases.hpp"

namespace cscan::fixture {
namespace {

JsonReader reader(64 * 1024 * 1024);

/// Long after every capture.
constexpr Timestamp received{1'800'000'000'000};

json::object document(const std::string& name) { return json::parse(text(name)).as_object(); }

void check_candle(const CandleMessage& message, const json::object& frame) {
  const json::object& data = frame.at("data").as_object();
  const json::array& row = data.at("candles").as_array();
  EXPECT_EQ(message.market, word(data, "symbol"));
  EXPECT_EQ(to_string(message.timeframe), "1m");
  EXPECT_EQ(message.event_time.ms, whole(data, "time"));
  EXPECT_EQ(message.candle.open_time.ms, whole(row.at(0)) * 1'000);
  EXPECT_EQ(message.candle.open, number(row.at(1)));
  EXPECT_EQ(message.candle.close, number(row.at(2)));
  EXPECT_EQ(message.candle.high, number(row.at(3)));
  EXPECT_EQ(message.candle.low, number(row.at(4)));
  EXPECT_EQ(message.candle.volume, number(row.at(6)));
  EXPECT_EQ(message.candle.state, CandleState::forming);
}

void check_trade(const TradeMessage& message, const json::object& frame) {
  const json::object& data = frame.at("data").as_object();
  EXPECT_EQ(message.market, word(data, "symbol"));
  EXPECT_EQ(message.id, whole(data, "sequence"));
  EXPECT_EQ(message.price, number(data, "price"));
  EXPECT_EQ(message.quantity, number(data, "size"));
  EXPECT_EQ(message.trade_time.ms, whole(data, "ts") / 1'000'000);
  EXPECT_EQ(message.seller_is_aggressor, word(data, "side") == "sell");
}

void check_price(const PriceMessage& message, const json::object& frame) {
  const json::object& data = frame.at("data").as_object();
  EXPECT_EQ(message.market, word(data, "symbol"));
  EXPECT_EQ(message.price, number(data, "lastPrice"));
  EXPECT_EQ(message.quote_volume_24h, number(data, "turnover"));
  EXPECT_EQ(message.event_time.ms, whole(data, "ts") / 1'000'000);
}

void check_quote(const QuoteMessage& message, const json::object& frame) {
  const json::object& data = frame.at("data").as_object();
  EXPECT_EQ(message.market, word(data, "symbol"));
  EXPECT_EQ(message.bid, number(data, "bestBidPrice"));
  EXPECT_EQ(message.ask, number(data, "bestAskPrice"));
}

/// Every message of the classic streams; lines of the newer ones ("T", "sessionId", "result") are
/// of a protocol that is not spoken here.
void messages() {
  std::size_t candles = 0, trades = 0, quotes = 0, prices = 0, controls = 0;
  for (const Line& line : lines("ws/kucoinfutures_messages_2024_2026.jsonl")) {
    json::object frame = json::parse(line.raw).as_object();
    if (!frame.contains("type"))
      continue;
    DecodedFrame decoded;
    kucoinfutures::decode_frame(reader, line.raw, received, decoded);
    ASSERT_TRUE(decoded.rejects.empty()) << line.raw << ": " << decoded.rejects[0].message;
    ASSERT_EQ(decoded.messages.size(), 1u) << line.raw;
    DecodedFrame other;  // read the long way, as a space in front makes it
    kucoinfutures::decode_frame(reader, " " + line.raw, received, other);
    EXPECT_EQ(decoded.messages, other.messages) << line.raw;
    const StreamMessage& message = decoded.messages[0];
    std::string type = word(frame, "type");
    if (const auto* candle = std::get_if<CandleMessage>(&message)) {
      check_candle(*candle, frame);
      ++candles;
    } else if (const auto* trade = std::get_if<TradeMessage>(&message)) {
      check_trade(*trade, frame);
      ++trades;
    } else if (const auto* price = std::get_if<PriceMessage>(&message)) {
      check_price(*price, frame);
      ++prices;
    } else if (const auto* quote = std::get_if<QuoteMessage>(&message)) {
      check_quote(*quote, frame);
      ++quotes;
    } else if (const auto* refusal = std::get_if<RefusalMessage>(&message)) {
      EXPECT_EQ(type, "error");
      EXPECT_EQ(refusal->code, whole(frame, "code"));
      EXPECT_EQ(refusal->text, word(frame, "data"));
      EXPECT_EQ(refusal->id, frame.contains("id") ? word(frame, "id") : "");
      ++controls;
    } else if (const auto* ack = std::get_if<AckMessage>(&message)) {
      EXPECT_EQ(type, "ack");
      EXPECT_EQ(ack->id, word(frame, "id"));
      ++controls;
    } else if (std::holds_alternative<WelcomeMessage>(message)) {
      EXPECT_EQ(type, "welcome");
      ++controls;
    } else if (std::holds_alternative<PongMessage>(message)) {
      EXPECT_EQ(type, "pong");
      ++controls;
    } else {
      EXPECT_EQ(word(frame, "subject"), "mark.index.price");
    }
  }
  EXPECT_EQ(candles, 3u);
  EXPECT_EQ(trades, 2u);
  EXPECT_EQ(quotes, 2u);
  EXPECT_EQ(prices, 2u);
  EXPECT_EQ(controls, 6u);
}

void check_candles(const std::string& name, Timeframe timeframe) {
  auto page = kucoinfutures::parse_candles(reader, text(name), timeframe, received);
  ASSERT_TRUE(page) << page.error().message;
  const json::object body = document(name);
  const json::array& rows = body.at("data").as_array();
  ASSERT_EQ(page->candles.size(), rows.size());
  EXPECT_EQ(page->bad_rows, 0u);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const json::array& row = rows[i].as_array();
    const Candle& candle = page->candles[i];
    EXPECT_EQ(candle.open_time.ms, whole(row.at(0)));
    EXPECT_EQ(candle.open, number(row.at(1)));
    EXPECT_EQ(candle.high, number(row.at(2)));
    EXPECT_EQ(candle.low, number(row.at(3)));
    EXPECT_EQ(candle.close, number(row.at(4)));
    EXPECT_EQ(candle.volume, number(row.at(5)));
  }
}

void candles_8h() {
  check_candles("rest/kucoinfutures_official_kline_query_8h.json", Timeframe::h8);
}
void candles_1h() {
  check_candles("rest/ccxt_static_kucoinfutures_kline_1h_20240130.json", Timeframe::h1);
}

void server_time() {
  std::string body = text("rest/kucoinfutures_official_timestamp.json");
  auto time = kucoinfutures::parse_time(reader, body, received);
  ASSERT_TRUE(time) << time.error().message;
  EXPECT_EQ(time->ms, whole(json::parse(body).as_object(), "data"));
}

void token() {
  std::string name = "rest/kucoinfutures_official_bullet_public.json";
  auto parsed = kucoinfutures::parse_token(reader, text(name));
  ASSERT_TRUE(parsed) << parsed.error().message;
  const json::object body = document(name);
  const json::object& data = body.at("data").as_object();
  const json::object& server = data.at("instanceServers").as_array().at(0).as_object();
  EXPECT_EQ(parsed->token, word(data, "token"));
  EXPECT_EQ(parsed->endpoint, word(server, "endpoint"));
  EXPECT_EQ(parsed->ping_every.ms, whole(server, "pingInterval"));
}

std::string name_in_full(const json::object& entry) {
  auto common = [](std::string name) { return name == "XBT" ? "BTC" : name; };
  return common(word(entry, "baseCurrency")) + "/" + common(word(entry, "quoteCurrency")) + ":" +
         common(word(entry, "settleCurrency"));
}

void check_listing(const std::string& name) {
  auto listing = kucoinfutures::parse_listing(reader, text(name));
  ASSERT_TRUE(listing) << listing.error().message;
  ASSERT_TRUE(listing->rejects.empty()) << listing->rejects[0].message;
  const json::object body = document(name);
  const json::array& entries = body.at("data").as_array();
  ASSERT_EQ(listing->contracts.size(), entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const json::object& entry = entries[i].as_object();
    const ListedContract& contract = listing->contracts[i];
    bool inverse = entry.at("isInverse").as_bool();
    EXPECT_EQ(contract.id, word(entry, "symbol"));
    EXPECT_EQ(contract.status, word(entry, "status"));
    EXPECT_EQ(contract.is_trading, word(entry, "status") == "Open");
    EXPECT_EQ(contract.price_increment, number(entry, "tickSize"));
    EXPECT_EQ(contract.quantity_increment, number(entry, "lotSize"));
    EXPECT_EQ(contract.listed_at->ms, whole(entry, "firstOpenDate"));
    EXPECT_EQ(contract.lot_size, inverse ? 1 : number(entry, "multiplier"));
    if (word(entry, "type") == "FFWCSX") {
      EXPECT_EQ(contract.kind,
                inverse ? MarketKind::inverse_perpetual : MarketKind::linear_perpetual);
      EXPECT_EQ(contract.instrument.symbol(), name_in_full(entry));
      EXPECT_FALSE(contract.ends_at);
    } else {
      EXPECT_EQ(contract.kind, MarketKind::dated);
      EXPECT_TRUE(contract.instrument.symbol().starts_with(name_in_full(entry) + "-"));
    }
  }
}

void listing_official() { check_listing("rest/kucoinfutures_official_contracts_active.json"); }
void listing_2022() { check_listing("rest/kucoinfutures_contracts_active_2022.json"); }
void listing_2024() { check_listing("rest/kucoinfutures_contracts_active_202407_hummingbot.json"); }

constexpr FixtureCase all_cases[] = {
    {"ws/kucoinfutures_messages_2024_2026.jsonl", messages},
    {"rest/kucoinfutures_official_kline_query_8h.json", candles_8h},
    {"rest/ccxt_static_kucoinfutures_kline_1h_20240130.json", candles_1h},
    {"rest/kucoinfutures_official_timestamp.json", server_time},
    {"rest/kucoinfutures_official_bullet_public.json", token},
    {"rest/kucoinfutures_official_contracts_active.json", listing_official},
    {"rest/kucoinfutures_contracts_active_2022.json", listing_2022},
    {"rest/kucoinfutures_contracts_active_202407_hummingbot.json", listing_2024},
};

}  // namespace

std::span<const FixtureCase> kucoin_cases() { return all_cases; }

}  // namespace cscan::fixture
