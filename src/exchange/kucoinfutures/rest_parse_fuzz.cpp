// Any bytes as the body of any answer. The first byte chooses the status.

#include "exchange/kucoinfutures/rest_parse.hpp"

#include "base/check.hpp"
#include "exchange/kucoinfutures/listing.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cscan;
  static JsonReader reader(1024 * 1024);
  constexpr Timestamp received{1'790'993'400'500};
  constexpr int statuses[] = {0, 200, 400, 403, 404, 418, 429, 451, 500, 503};
  if (size == 0)
    return 0;
  std::string_view body(reinterpret_cast<const char*>(data + 1), size - 1);
  (void)kucoinfutures::parse_time(reader, body, received);
  if (auto page = kucoinfutures::parse_candles(reader, body, Timeframe::m5, received)) {
    Timestamp last{};
    for (const Candle& candle : page->candles) {
      CHECK(last < candle.open_time);
      CHECK(candle.state == CandleState::unknown || candle_defect(candle) == nullptr);
      last = candle.open_time;
    }
  }
  if (auto listing = kucoinfutures::parse_listing(reader, body))
    for (const ListedContract& contract : listing->contracts)
      CHECK(contract.lot_size > 0 && contract.price_increment > 0);
  if (auto token = kucoinfutures::parse_token(reader, body))
    CHECK(!token->token.empty() && token->ping_every >= seconds(1));
  RestResponse response{statuses[data[0] % std::size(statuses)], {}, std::string(body)};
  auto verdict = kucoinfutures::judge_response(reader, response);
  CHECK(verdict.wait >= Duration{} && verdict.wait <= minutes(10));
  return 0;
}
