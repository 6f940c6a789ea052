#pragma once
// A simulated exchange, a session with it and the core behind the session, in simulated time and
// without a socket. What the core takes for final is compared with what really happened.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/scanner_rig.hpp"
#include "exchange/exchange_session.hpp"
#include "sim/exchange_sim.hpp"
#include "wire/signal_json.hpp"

namespace cscan::live_rig {

/// One market for all tests: made once, never changed.
inline std::shared_ptr<const MarketTruth> truth() {
  static const auto made =
      std::make_shared<SyntheticTruth>(std::make_shared<const SyntheticMarket>(7));
  return made;
}

/// The same with a few of its markets, so that an exchange is made in no time.
class FewMarkets final : public MarketTruth {
 public:
  explicit FewMarkets(std::vector<Instrument> instruments) : instruments_(std::move(instruments)) {}

  [[nodiscard]] std::vector<TradedMarket> markets(std::string_view exchange) const override {
    std::vector<TradedMarket> few = truth()->markets(exchange);
    std::erase_if(few, [&](const TradedMarket& market) {
      return std::ranges::find(instruments_, market.instrument) == instruments_.end();
    });
    return few;
  }
  [[nodiscard]] std::vector<Candle> closed(const Instrument& instrument, Timeframe timeframe,
                                           Timestamp end, std::size_t count) const override {
    return truth()->closed(instrument, timeframe, end, count);
  }
  [[nodiscard]] std::unique_ptr<CandleFollower> follow(
      const Instrument& instrument, std::span<const Timeframe> timeframes) const override {
    return truth()->follow(instrument, timeframes);
  }

 private:
  std::vector<Instrument> instruments_;
};

inline std::vector<Instrument> parse_symbols(std::string_view exchange,
                                             const std::vector<std::string>& symbols) {
  std::vector<Instrument> instruments;
  for (const std::string& symbol : symbols)
    instruments.push_back(*parse_symbol(exchange, symbol));
  return instruments;
}

/// 2025-03-05 09:58:20 UTC: a five-minute candle closes soon.
inline constexpr Timestamp start{1'741'168'700'000};
inline constexpr std::size_t history = 150;

struct SeriesKey {
  std::uint32_t instrument = 0;
  Timeframe timeframe{};
  Timestamp open_time{};
  auto operator<=>(const SeriesKey&) const = default;
};

class LiveRig {
 public:
  LiveRig(std::unique_ptr<Protocol> protocol, const std::vector<std::string>& symbols,
          std::string_view faults,
          std::vector<Timeframe> timeframes = {Timeframe::m1, Timeframe::m5})
      : exchange_(protocol->table().id),
        timeframes_(std::move(timeframes)),
        instruments_(parse_symbols(exchange_, symbols)),
        sim_(std::make_shared<FewMarkets>(instruments_), {*parse_faults(faults), true},
             {start, start}),
        session_(std::move(protocol), {*local_hosts("http://sim"), seconds(2), 1, 1, true}) {
    session_.start(now(), {});
    carry_out();
  }

  /// Until the listing is there; then everything is watched.
  void begin() {
    for (int i = 0; i < 3'000 && (session_.listing() == nullptr || !knows_time_); ++i)
      pass();
    ASSERT_NE(session_.listing(), nullptr) << session_.health(now()).words;
    std::vector<std::string> ids;
    for (const Instrument& instrument : instruments_)
      for (const ListedContract& contract : session_.listing()->contracts)
        if (contract.instrument == instrument)
          ids.push_back(contract.id);
    ASSERT_EQ(ids.size(), instruments_.size());
    began_ = time();
    rig_ = std::make_unique<rig::Rig>(rig::settings_of(timeframes_), instruments_);
    auto plan = session_.watch(ids, timeframes_, history, now());
    ASSERT_TRUE(plan) << plan.error().message;
    carry_out();
  }

  void run(Duration time) {
    for (Timestamp end = now_ + time; now_ < end;)
      pass();
  }

  [[nodiscard]] SimReport report() const {
    for (SimReport& one : sim_.report({now_, now_}))
      if (one.exchange == exchange_)
        return one;
    return {};
  }
  [[nodiscard]] SessionHealth health() const { return session_.health(now()); }
  [[nodiscard]] const std::vector<std::string>& warnings() const { return warnings_; }

  /// Candles that the core settled with other values than they had, ever; those of the first
  /// `without` markets are left out.
  [[nodiscard]] std::vector<std::string> wrong_candles(std::uint32_t without = 0) {
    std::vector<std::string> wrong;
    for (const PersistCandle& persisted : rig_->candles) {
      const Candle& candle = persisted.candle;
      if (candle.state == CandleState::unknown || persisted.instrument.value < without)
        continue;
      const Candle real =
          real_candle({persisted.instrument.value, persisted.timeframe, candle.open_time});
      const bool same = real.volume == 0 ? candle.volume == 0 && candle.close == real.close
                                         : same_values(candle, real);
      if (!same)
        wrong.push_back(describe(persisted) + fmt::format(" in truth {} {} {} {} {}", real.open,
                                                          real.high, real.low, real.close,
                                                          real.volume));
    }
    return wrong;
  }

  /// Series and open times of which the core knows nothing certain, up to `until`; those of the
  /// first `without` markets are left out.
  [[nodiscard]] std::vector<std::string> missing_candles(Timestamp until,
                                                         std::uint32_t without = 0) {
    std::map<SeriesKey, CandleState> known;
    for (const PersistCandle& persisted : rig_->candles)
      known[{persisted.instrument.value, persisted.timeframe, persisted.candle.open_time}] =
          persisted.candle.state;
    std::vector<std::string> missing;
    for (std::uint32_t i = without; i < instruments_.size(); ++i)
      for (Timeframe timeframe : timeframes_) {
        const Duration step = length(timeframe);
        for (Timestamp open = floor_to(began_, step) - step * 100; open + step <= until;
             open = open + step) {
          auto found = known.find({i, timeframe, open});
          if (found == known.end() || !is_settled(found->second))
            missing.push_back(fmt::format("{} {} {}", instruments_[i].symbol(),
                                          to_string(timeframe), format_rfc3339(open)));
        }
      }
    return missing;
  }

  /// Newest signals whose bodies are not those that a core makes which was told the truth at once.
  [[nodiscard]] std::vector<std::string> wrong_signals() {
    rig::Rig replayed(rig::settings_of(timeframes_), instruments_);
    replayed.clock(time());
    for (std::uint32_t i = 0; i < instruments_.size(); ++i)
      for (Timeframe timeframe : timeframes_)
        replayed.history(timeframe, truth()->closed(instruments_[i], timeframe, time(), 400), i);
    std::map<SeriesKey, std::string> bodies;
    for (const PersistSignal& made : replayed.signals)
      bodies[key_of(made.signal)] = body_of(made.signal);
    std::map<SeriesKey, std::string> ours;
    for (const PersistSignal& made : rig_->signals)
      ours[key_of(made.signal)] = body_of(made.signal);
    std::vector<std::string> wrong;
    for (const auto& [key, body] : ours)
      if (bodies[key] != body)
        wrong.push_back(fmt::format("{}\n  not {}", body, bodies[key]));
    if (ours.empty())
      wrong.emplace_back("no signals at all");
    return wrong;
  }

  [[nodiscard]] std::size_t settled_candles() const { return rig_->candles.size(); }
  /// Market time, as the exchange's clock says.
  [[nodiscard]] Timestamp time() const { return std::max(newest_, now_ + steered_); }

  /// Sees the frames of all streams, counted from 1. What it makes of the text arrives; after
  /// false the connection ends.
  std::function<bool(std::uint64_t frame, std::string& text)> on_frame;

 private:
  struct Delivery {
    Timestamp at{};
    std::function<void()> arrive{};
  };
  static constexpr Duration tick = milliseconds(50);
  static constexpr Duration query_time = milliseconds(60);

  [[nodiscard]] SessionTime now() const {
    return {time(), now_, std::max(Duration{}, time() - (now_ + steered_))};
  }
  [[nodiscard]] SimTime sim_now() const { return {now_, now_}; }

  void pass() {
    now_ = now_ + tick;
    sim_.step(sim_now());
    take_frames();
    for (auto delivery = waiting_.begin(); delivery != waiting_.end();) {
      if (delivery->at > now_) {
        ++delivery;
        continue;
      }
      auto arrive = std::move(delivery->arrive);
      delivery = waiting_.erase(delivery);
      arrive();
      carry_out();
      delivery = waiting_.begin();
    }
    session_.step(now());
    carry_out();
    if (rig_) {
      rig_->clock(time());
      answer_core();
    }
  }

  void take_frames() {
    for (SimFrame& frame : sim_.take_frames()) {
      const StreamId stream = frame.stream;
      if (!open_.contains(stream))
        continue;
      if (frame.kind == SimFrame::Kind::ping) {
        sim_.on_pong(stream, sim_now());
      } else if (frame.kind == SimFrame::Kind::text) {
        const bool goes_on = !on_frame || on_frame(++frames_, frame.text);
        session_.on_stream_text(stream, frame.text, now());
        carry_out();
        if (!goes_on && open_.contains(stream)) {
          sim_.on_closed(stream);
          end(stream, "cut");
        }
      } else {
        end(stream, "closed by the other side");
      }
    }
  }

  void end(StreamId stream, const std::string& why) {
    open_.erase(stream);
    session_.on_stream_closed(stream, 0, why, now());
    carry_out();
  }

  static SimRequest to_request(std::string_view method, std::string_view url) {
    const std::size_t host = url.find("://") + 3;
    const std::size_t path = std::min(url.find_first_of("/?", host), url.size());
    std::string target(url.substr(path));
    if (!target.starts_with('/'))
      target.insert(0, "/");
    SimRequest request = parse_sim_target(method, target);
    request.host = "sim";
    return request;
  }

  void answer(const SendRequest& sent) {
    const SimReply reply = sim_.answer(
        to_request(sent.request.method == RestMethod::post ? "POST" : "GET", sent.request.url),
        sim_now());
    RestResponse response{reply.status, reply.headers, reply.body};
    if (reply.is_withheld)
      response = {0, {}, "no answer within 20 s"};
    waiting_.push_back(
        {now_ + (reply.is_withheld ? seconds(20) : query_time),
         [this, id = sent.id, response] { session_.on_response(id, response, now()); }});
  }

  void open(const OpenStream& wanted) {
    const StreamId id = wanted.stream;
    const StreamVerdict verdict = sim_.open(id, to_request("GET", wanted.url), sim_now());
    if (verdict.kind == StreamVerdict::Kind::accepted) {
      open_[id] = true;
      session_.on_stream_open(id, now());
      return;
    }
    const bool stalls = verdict.kind == StreamVerdict::Kind::stalled;
    waiting_.push_back({now_ + (stalls ? seconds(10) : query_time),
                        [this, id, status = stalls ? 0 : verdict.reply.status] {
                          session_.on_stream_closed(id, status, "refused", now());
                        }});
  }

  void carry_out() {
    SessionOutput output = session_.take_output();
    for (SessionEvent& event : output.events)
      tell_core(event);
    for (SessionAction& action : output.actions) {
      if (auto* request = std::get_if<SendRequest>(&action)) {
        answer(*request);
      } else if (auto* stream = std::get_if<OpenStream>(&action)) {
        open(*stream);
        carry_out();
      } else if (auto* text = std::get_if<SendText>(&action)) {
        if (open_.contains(text->stream))
          sim_.on_text(text->stream, text->text, sim_now());
      } else if (auto* close = std::get_if<CloseStream>(&action)) {
        open_.erase(close->stream);
        sim_.on_closed(close->stream);
      }
    }
  }

  void tell_core(SessionEvent& event) {
    if (auto* candle = std::get_if<SessionCandle>(&event))
      rig_->say(
          MarketEvent{CandleUpdate{InstrumentId{static_cast<std::uint32_t>(candle->market)},
                                   candle->timeframe, candle->candle, candle->event_time, time()}});
    if (auto* price = std::get_if<SessionPrice>(&event))
      rig_->price(price->price, time(), static_cast<std::uint32_t>(price->market));
    if (auto* past = std::get_if<SessionHistory>(&event))
      rig_->history(past->timeframe, past->candles, static_cast<std::uint32_t>(past->market),
                    past->from_listing);
    if (auto* clock = std::get_if<SessionClock>(&event)) {
      steer(clock->offset);
      knows_time_ = true;
    }
    if (auto* note = std::get_if<SessionNote>(&event); note != nullptr && note->warning)
      warnings_.push_back(note->text);
  }

  /// Market time follows the exchange's clock, but does not go back: it stands still instead.
  void steer(Duration by) {
    if (std::abs(by.ms) <= 150)
      return;
    newest_ = time();
    steered_ = steered_ + by;
    session_.clock_moved(by);
  }

  void answer_core() {
    for (const RequestHistory& wanted : std::exchange(rig_->requests, {}))
      session_.request_history(wanted.instrument.value, wanted.timeframe, wanted.from, now());
    carry_out();
  }

  [[nodiscard]] Candle real_candle(const SeriesKey& key) {
    auto [found, is_new] = real_.try_emplace(key);
    if (is_new) {
      // A whole stretch at once: one by one would be slow.
      auto candles = truth()->closed(instruments_[key.instrument], key.timeframe, time(), 400);
      for (const Candle& candle : candles)
        real_[{key.instrument, key.timeframe, candle.open_time}] = candle;
    }
    return real_[key];
  }

  [[nodiscard]] std::string describe(const PersistCandle& p) const {
    const Candle& c = p.candle;
    return fmt::format("{} {} {} {}: {} {} {} {} {}", instruments_[p.instrument.value].symbol(),
                       to_string(p.timeframe), format_rfc3339(c.open_time), to_string(c.state),
                       c.open, c.high, c.low, c.close, c.volume);
  }
  static SeriesKey key_of(const Signal& signal) {
    return {signal.instrument.value, signal.timeframe, signal.open_time};
  }
  /// Without what a revision leaves behind: the truth knows none.
  [[nodiscard]] std::string body_of(Signal signal) const {
    signal.revision = 0;
    signal.revised_n = 0;
    signal.window_mark = 0;
    if (signal.candle_state == CandleState::revised)
      signal.candle_state = CandleState::final;
    const Instrument& instrument = instruments_[signal.instrument.value];
    return signal_body_json(signal, {instrument.exchange, instrument.symbol(), "style", "digest"});
  }

  std::string exchange_;
  std::vector<Timeframe> timeframes_;
  std::vector<Instrument> instruments_;
  Timestamp now_ = start;  ///< this machine's
  Duration steered_{};
  bool knows_time_ = false;
  Timestamp newest_ = start;
  Timestamp began_ = start;  ///< market time of the watching
  ExchangeSim sim_;
  ExchangeSession session_;
  std::unique_ptr<rig::Rig> rig_;
  std::map<StreamId, bool> open_;
  std::deque<Delivery> waiting_;
  std::map<SeriesKey, Candle> real_;
  std::vector<std::string> warnings_;
  std::uint64_t frames_ = 0;
};

}  // namespace cscan::live_rig
