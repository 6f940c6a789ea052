#include "replay/heard_exchange.hpp"

#include <algorithm>

#include "exchange/request_url.hpp"
#include "exchange/settled_page.hpp"
#include "model/symbol_match.hpp"

namespace cscan {
namespace {

/// Queries whose answer never came; sessions have far fewer on their way.
constexpr std::size_t asked_max = 10'000;

}  // namespace

HeardExchange::HeardExchange(std::unique_ptr<Protocol> protocol, const RecordingFilter& wanted,
                             Duration settle_delay)
    : protocol_(std::move(protocol)), wanted_(wanted), settle_delay_(settle_delay) {}

void HeardExchange::count_reject(const Error& error) {
  if (rejects_++ == 0)
    first_reject_ = error.message;
}

bool HeardExchange::is_success(const FrameRecord& record) {
  RestResponse response{static_cast<int>(record.status), {}, std::string(record.text)};
  return protocol_->judge(response, record.time).verdict == Verdict::ok;
}

Result<bool> HeardExchange::read_listing(const FrameRecord& record) {
  if (record.kind != FrameKind::response || !is_query_of(protocol_->table().listing, record.url) ||
      !is_success(record))
    return false;
  auto listing = protocol_->parse_listing(record.text);
  if (!listing)
    return fail(std::move(listing.error()));
  for (ListedContract& contract : listing->contracts) {
    std::string id = contract.id;
    contracts_.insert_or_assign(std::move(id), std::move(contract));
  }
  return true;
}

bool HeardExchange::take_listing(const FrameRecord& record) {
  auto read = read_listing(record);
  return read && *read;
}

void HeardExchange::take(const FrameRecord& record) {
  switch (record.kind) {
    case FrameKind::frame: return take_frame(record);
    case FrameKind::request:
      if (asked_at_.size() < asked_max && protocol_->parse_candle_request(record.url))
        asked_at_.insert_or_assign(std::string(record.url), record.time);
      return;
    case FrameKind::response: return take_response(record);
    case FrameKind::end: return;
  }
}

void HeardExchange::take_frame(const FrameRecord& record) {
  protocol_->decode_frame(record.text, record.time, frame_);
  for (const Error& reject : frame_.rejects)
    count_reject(reject);
  for (const StreamMessage& message : frame_.messages)
    if (const auto* candle = std::get_if<CandleMessage>(&message))
      take_candle(*candle);
}

void HeardExchange::take_response(const FrameRecord& record) {
  auto listing = read_listing(record);
  if (!listing)
    return count_reject(listing.error());
  if (auto question = protocol_->parse_candle_request(record.url)) {
    if (is_success(record))
      take_page(*question, record);
    if (auto asked = asked_at_.find(record.url); asked != asked_at_.end())
      asked_at_.erase(asked);
  }
}

const ListedContract* HeardExchange::wanted_contract(std::string_view market,
                                                     Timeframe timeframe) const {
  auto contract = contracts_.find(market);
  if (contract == contracts_.end())
    return nullptr;
  auto passes = [](const auto& values, auto&& is_it) {
    return values.empty() || std::ranges::any_of(values, is_it);
  };
  std::string symbol = contract->second.instrument.symbol();
  bool wanted = passes(wanted_.timeframes, [&](Timeframe one) { return one == timeframe; }) &&
                passes(wanted_.symbols,
                       [&](const std::string& one) { return equal_ignoring_case(one, symbol); });
  return wanted ? &contract->second : nullptr;
}

void HeardExchange::take_candle(const CandleMessage& message) {
  const ListedContract* contract = wanted_contract(message.market, message.timeframe);
  if (contract == nullptr)
    return;
  Candle candle = message.candle;
  candle.volume = to_base_units(*contract, candle.volume);
  heard_[{message.market, message.timeframe}].on_stream(candle, message.event_time);
}

void HeardExchange::take_page(const CandleQuestion& question, const FrameRecord& record) {
  const ListedContract* contract = wanted_contract(question.market, question.timeframe);
  // Asked from the beginning of time, an exchange tells its first candle ever, years before others.
  if (contract == nullptr || question.from == Timestamp{} ||
      question.from != floor_to(question.from, length(question.timeframe)))
    return;
  auto page = protocol_->parse_candles(record.text, question.timeframe, record.time);
  if (!page)
    return count_reject(page.error());
  for (Candle& candle : page->candles)
    candle.volume = to_base_units(*contract, candle.volume);
  HeardCandles& heard = heard_[{question.market, question.timeframe}];
  auto asked = asked_at_.find(record.url);
  Timestamp asked_at = asked == asked_at_.end() ? record.time : asked->second;
  heard.on_query(
      settle_page({question.timeframe, question.from, question.rows, asked_at - settle_delay_,
                   heard.close_before(question.from, length(question.timeframe)),
                   heard.traded(question.from)},
                  *page)
          .candles);
}

std::vector<HeardSeries> HeardExchange::series() const {
  auto rule = protocol_->table().flags_closed_candles ? HeardCandles::CloseRule::flag
                                                      : HeardCandles::CloseRule::successor;
  std::vector<HeardSeries> all;
  for (const auto& [key, heard] : heard_)
    if (auto candles = heard.closed(rule); !candles.empty())
      all.push_back(
          {contracts_.find(key.first)->second.instrument, key.second, std::move(candles)});
  return all;
}

}  // namespace cscan
