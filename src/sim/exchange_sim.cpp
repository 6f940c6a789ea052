#include "sim/exchange_sim.hpp"

#include <fmt/format.h>

#include "base/decimal.hpp"
#include "sim/sim_json.hpp"

namespace cscan {
namespace {

constexpr std::size_t true_candles_max = 5'000;
constexpr std::size_t faults_max = 1'000;  // of an exchange

SimReply not_found() {
  return {404, R"({"code":"404","msg":"Not Found","retry":false,"success":false})"};
}

SimReply bad_request(std::string_view why) {
  return {400, fmt::format(R"({{"error":{}}})", json_text(why))};
}

std::optional<Timestamp> time_of(const SimRequest& request, std::string_view name) {
  auto text = request.find(name);
  if (!text)
    return std::nullopt;
  auto number = parse_integer(*text);
  return number ? std::optional(Timestamp{*number}) : std::nullopt;
}

}  // namespace

ExchangeSim::Exchange::Exchange(const std::shared_ptr<const MarketTruth>& truth,
                                std::unique_ptr<ExchangeDialect> its_dialect,
                                const ExchangeSimOptions& options, SimTime start)
    : dialect(std::move(its_dialect)),
      venue(truth, std::string(dialect->exchange())),
      faults(options.faults, dialect->exchange(), start.market),
      meter(dialect->limits(), options.has_limits),
      streams(venue, *dialect, faults) {
  dialect->name_markets(venue);
}

SimTime ExchangeSim::Exchange::time(SimTime now) const {
  const Fault* skew = faults.active(FaultKind::skew, now.market);
  const Duration ahead = skew != nullptr ? skew->by : Duration{};
  return {now.market + ahead, now.real, ahead};
}

ExchangeSim::ExchangeSim(std::shared_ptr<const MarketTruth> truth,
                         const ExchangeSimOptions& options, SimTime start)
    : has_limits_(options.has_limits), source_(options.source) {
  exchanges_.push_back(
      std::make_unique<Exchange>(truth, make_binance_dialect(false), options, start));
  exchanges_.push_back(
      std::make_unique<Exchange>(truth, make_binance_dialect(true), options, start));
  exchanges_.push_back(std::make_unique<Exchange>(truth, make_kucoin_dialect(), options, start));
}

SimReply ExchangeSim::answer(const SimRequest& request, SimTime now) {
  if (request.path == "/sim/candles")
    return true_candles(request, now);
  if (request.path == "/sim/report")
    return report_reply(now);
  if (request.path == "/sim/faults")
    return change_faults(request, now);
  for (auto& exchange : exchanges_)
    if (auto weight = exchange->dialect->weight_of(request))
      return answer_of(*exchange, request, *weight, now);
  return not_found();
}

SimReply ExchangeSim::status_reply(Exchange& exchange, const Fault& fault, SimTime now) {
  const Duration wait = fault.retry_after.value_or(Duration{});
  SimReply reply = exchange.dialect->over_limit(
      {exchange.meter.used(), wait, now.real + wait, fault.code == 418});
  if (fault.code == 451)
    reply.body = exchange.dialect->blocked_body();
  else if (fault.code != 429 && fault.code != 418)
    reply.body = exchange.dialect->error_body().body;
  reply.status = fault.code;
  if (fault.retry_after)
    exchange.meter.demand_silence(now.real + wait, now.real);
  else
    reply.headers.clear();
  return reply;
}

std::optional<SimReply> ExchangeSim::fault_reply(Exchange& exchange, SimTime now) {
  const auto active = [&](FaultKind kind) { return exchange.faults.active(kind, now.market); };
  if (active(FaultKind::no_answer) != nullptr)
    return SimReply{0, {}, {}, {}, true};
  if (const Fault* fault = active(FaultKind::status))
    return status_reply(exchange, *fault, now);
  if (const Fault* fault = active(FaultKind::html))
    return SimReply{fault->code == 0 ? 503 : fault->code,
                    "<html><head><title>Maintenance</title></head><body>back soon</body></html>",
                    {},
                    "text/html"};
  if (active(FaultKind::error_body) != nullptr)
    return exchange.dialect->error_body();
  if (active(FaultKind::empty_body) != nullptr)
    return SimReply{200, ""};
  return std::nullopt;
}

SimReply ExchangeSim::answer_of(Exchange& exchange, const SimRequest& request, std::uint32_t weight,
                                SimTime now) {
  const RequestMeter::Verdict verdict = exchange.meter.take(weight, now.real);
  if (auto reply = fault_reply(exchange, now))
    return *reply;
  if (verdict != RequestMeter::Verdict::served)
    return exchange.dialect->over_limit(
        exchange.meter.over(verdict == RequestMeter::Verdict::banned, now.real));
  SimReply reply = exchange.dialect->answer(exchange.venue, request, exchange.time(now).market);
  exchange.dialect->add_headers(reply, request, has_limits_ ? exchange.meter.used() : 1,
                                exchange.meter.until_reset(now.real));
  return reply;
}

StreamVerdict ExchangeSim::open(SimStreamId stream, const SimRequest& request, SimTime now) {
  for (auto& exchange : exchanges_) {
    auto endpoint = exchange->dialect->endpoint(request);
    if (!endpoint)
      continue;
    if (exchange->faults.active(FaultKind::handshake_stall, now.market) != nullptr)
      return {StreamVerdict::Kind::stalled, {}};
    if (const Fault* fault = exchange->faults.active(FaultKind::status, now.market))
      return {StreamVerdict::Kind::refused, status_reply(*exchange, *fault, now)};
    stream_of_[stream] = exchange.get();
    exchange->streams.open(stream, std::move(*endpoint), exchange->time(now));
    return {StreamVerdict::Kind::accepted, {}};
  }
  return {StreamVerdict::Kind::refused, not_found()};
}

void ExchangeSim::on_text(SimStreamId stream, std::string_view text, SimTime now) {
  if (auto found = stream_of_.find(stream); found != stream_of_.end())
    found->second->streams.on_text(stream, text, found->second->time(now));
}

void ExchangeSim::on_pong(SimStreamId stream, SimTime now,
                          std::optional<std::string_view> payload) {
  if (auto found = stream_of_.find(stream); found != stream_of_.end())
    found->second->streams.on_pong(stream, now, payload);
}

void ExchangeSim::on_ping(SimStreamId stream, SimTime now) {
  if (auto found = stream_of_.find(stream); found != stream_of_.end())
    found->second->streams.on_ping(stream, now);
}

void ExchangeSim::on_closed(SimStreamId stream) {
  if (auto found = stream_of_.find(stream); found != stream_of_.end()) {
    found->second->streams.on_closed(stream);
    stream_of_.erase(found);
  }
}

void ExchangeSim::step(SimTime now) {
  for (auto& exchange : exchanges_) {
    exchange->streams.step(exchange->time(now));
    for (const LedgerEntry& entry : exchange->streams.take_ledger())
      if (ledger_)
        ledger_({exchange->dialect->exchange(), &exchange->venue.markets()[entry.market].traded,
                 entry.timeframe, entry.candle, entry.told_at});
  }
}

std::vector<SimFrame> ExchangeSim::take_frames() {
  std::vector<SimFrame> frames;
  for (auto& exchange : exchanges_)
    for (SimFrame& frame : exchange->streams.take_frames())
      frames.push_back(std::move(frame));
  return frames;
}

SimReply ExchangeSim::true_candles(const SimRequest& request, SimTime now) const {
  auto timeframe = parse_timeframe(request.find("timeframe").value_or(""));
  auto from = time_of(request, "from");
  if (!timeframe || !from)
    return bad_request("needs exchange, symbol, timeframe and from (ms)");
  for (const auto& exchange : exchanges_) {
    if (exchange->dialect->exchange() != request.find("exchange").value_or(""))
      continue;
    for (std::size_t i = 0; i < exchange->venue.markets().size(); ++i) {
      const SimMarket& market = exchange->venue.markets()[i];
      if (market.traded.instrument.symbol() != request.find("symbol").value_or(""))
        continue;
      std::string list = "[";
      const bool lists_flat = exchange->dialect->limits().lists_flat;
      for (const SimRow& row : exchange->venue.rows(
               i, *timeframe, {from, time_of(request, "to"), true_candles_max, Holes::are_skipped},
               exchange->time(now).market))
        if (const Candle& c = row.candle; row.is_closed && (lists_flat || c.volume > 0))
          append_item(list,
                      fmt::format("[{},{},{},{},{},{}]", c.open_time.ms, format_decimal(c.open),
                                  format_decimal(c.high), format_decimal(c.low),
                                  format_decimal(c.close), format_decimal(c.volume)));
      return {200, list + "]"};
    }
  }
  return bad_request("no such exchange or symbol");
}

SimReply ExchangeSim::change_faults(const SimRequest& request, SimTime now) {
  if (request.method == "DELETE") {
    const auto wanted = request.find("exchange");
    for (auto& exchange : exchanges_)
      if (!wanted || exchange->dialect->exchange() == *wanted)
        exchange->faults.clear();
    return {200, R"({"faults":0})"};
  }
  if (request.method != "POST")
    return bad_request("POST a script of faults, or DELETE them");
  auto faults = parse_faults(request.body);
  if (!faults)
    return bad_request(faults.error().message);
  for (const auto& exchange : exchanges_)
    if (exchange->faults.size() + faults->size() > faults_max)
      return bad_request(fmt::format("more than {} faults", faults_max));
  for (auto& exchange : exchanges_)
    exchange->faults.add(*faults, now.market);
  return {200, fmt::format(R"({{"faults":{}}})", faults->size())};
}

std::vector<SimReport> ExchangeSim::report(SimTime now) const {
  std::vector<SimReport> reports;
  for (const auto& exchange : exchanges_)
    reports.push_back({std::string(exchange->dialect->exchange()), exchange->meter.requests(),
                       exchange->meter.used_most(), exchange->dialect->limits().weight,
                       exchange->meter.asked_in_silence(), exchange->streams.frames_sent(),
                       exchange->streams.open_streams(), exchange->faults.is_over(now.market)});
  return reports;
}

SimReply ExchangeSim::report_reply(SimTime now) const {
  std::string list = "[";
  for (const SimReport& one : report(now))
    append_item(list,
                fmt::format(R"({{"exchange":"{}","requests":{},"weight_most":{},"weight_limit":{},)"
                            R"("asked_in_silence":{},"frames":{},"streams":{},"faults_over":{}}})",
                            one.exchange, one.requests, one.weight_most, one.weight_limit,
                            one.asked_in_silence, one.frames, one.streams, one.faults_over));
  return {200, fmt::format(R"({{"source":"{}","market_time":{},"exchanges":{}]}})", source_,
                           now.market.ms, list)};
}

}  // namespace cscan
