// What one frame of an exchange's stream costs until it is an event, and until a signal is made of
// it, in processor time, on one core. It is told what to measure line by line, so that a peer in
// another process can take its turns between; decode_bench.py tells both.
//
// usage: decode_bench --make DIR [--quick]   writes generated frames, a file a set, a frame a line
//        decode_bench DIR [--quick]          reads "decode SET", "update SET" or "score MODEL SET"
//                                            and answers each with a line of JSON
// A set is DIR/EXCHANGE.NAME.txt.

#include <fmt/format.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

#include "base/check.hpp"
#include "bench_scanner.hpp"
#include "exchange/binance/protocol.hpp"
#include "exchange/binanceusdm/protocol.hpp"
#include "exchange/kucoinfutures/protocol.hpp"
#include "kline_frames.hpp"
#include "measurement.hpp"

namespace cscan::bench {
namespace {

namespace fs = std::filesystem;

/// Later than any capture, and than the synthetic candles.
constexpr Timestamp received{1'800'000'000'000};
constexpr double pass_ns_min = 2e8;
constexpr std::size_t closed_candles = 6;

struct Size {
  std::size_t markets = 500;
};

void write_frames(const fs::path& path, const Frames& frames) {
  std::ofstream file(path, std::ios::binary);
  for (const std::string& frame : frames)
    file << frame << '\n';
  CHECK(file.good(), "{}", path.string());
}

void make_frames(const fs::path& folder, Size size) {
  KlineTraffic traffic = make_kline_traffic(size.markets, closed_candles);
  write_frames(folder / "binance.kline.txt", traffic.binance_forming);
  write_frames(folder / "binance.mini_tickers.txt", traffic.binance_mini_tickers);
  write_frames(folder / "kucoinfutures.candle.txt", traffic.kucoin_forming);
  Frames closed;
  for (const Frames& frames : traffic.binance_closed)
    closed.insert(closed.end(), frames.begin(), frames.end());
  write_frames(folder / "binance.closed_kline.txt", closed);
}

Frames read_frames(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  CHECK(file.good(), "{}", path.string());
  Frames frames;
  for (std::string line; std::getline(file, line);)
    frames.push_back(line);
  CHECK(!frames.empty(), "{}", path.string());
  return frames;
}

std::unique_ptr<Protocol> protocol_of(std::string_view set) {
  std::string_view exchange = set.substr(0, set.find('.'));
  if (exchange == "binance")
    return binance::make_protocol();
  if (exchange == "binanceusdm")
    return binanceusdm::make_protocol();
  CHECK(exchange == "kucoinfutures", "{}", exchange);
  return kucoinfutures::make_protocol();
}

void answer(double ns_per_frame, double events_per_frame) {
  fmt::print("{{\"ns_per_frame\":{},\"events_per_frame\":{}}}\n", ns_per_frame, events_per_frame);
  std::fflush(stdout);
}

/// All frames of a set, again and again.
void decode(const Frames& frames, Protocol& protocol) {
  DecodedFrame out;
  std::size_t passes = 0, events = 0;
  double ns = 0;
  for (; ns < pass_ns_min; ++passes) {
    events = 0;
    ns += cpu_ns([&] {
      for (const std::string& frame : frames) {
        protocol.decode_frame(frame, received, out);
        events += out.messages.size();
        CHECK(out.rejects.empty(), "{}: {}", frame, out.rejects[0].message);
      }
    });
  }
  auto count = static_cast<double>(frames.size());
  answer(ns / count / static_cast<double>(passes), static_cast<double>(events) / count);
}

/// Nothing is due by itself while frames are measured.
Settings without_streams(ScoreModel model) {
  Settings settings;
  settings.score_model = model;
  settings.price_update_interval = 3'600;
  settings.signal_generation_interval = 3'600;
  settings.market_state_interval = 3'600;
  settings.scan_interval = 3'600;
  return settings;
}

/// A scanner that hears Binance's frames.
class Listener {
 public:
  Listener(ScoreModel model, Size size)
      : protocol_(binance::make_protocol()), markets_(size.markets) {
    step(scanner_, SettingsChanged{without_streams(model)});
    fill(scanner_, markets_, false);
    for (std::size_t m = 0; m < markets_; ++m)
      market_of_.emplace(binance_market(m), InstrumentId{static_cast<std::uint32_t>(m)});
  }

  /// Forming candles; nothing follows from them but that the scanner knows.
  void update(const Frames& frames) {
    step(scanner_, ClockAdvanced{bench_start() + minutes(5)});
    step(scanner_, ClockAdvanced{bench_start() + minutes(5) + seconds(1)});  // first runs
    std::size_t passes = 0;
    double ns = 0;
    for (; ns < pass_ns_min; ++passes)
      ns += cpu_ns([&] { hear(frames); });
    CHECK(effects_.empty());
    answer(ns / static_cast<double>(passes * frames.size()), 1);
  }

  /// The next closed candle of every market, until all are settled and scored.
  void score(const Frames& closed) {
    CHECK((next_ + 1) * markets_ <= closed.size());
    Frames frames(closed.begin() + static_cast<std::ptrdiff_t>(next_ * markets_),
                  closed.begin() + static_cast<std::ptrdiff_t>((next_ + 1) * markets_));
    ++next_;
    Timestamp close = bench_start() + minutes(5 * static_cast<std::int64_t>(next_));
    step(scanner_, ClockAdvanced{close + milliseconds(100)});
    double ns = cpu_ns([&] {
      hear(frames);
      scanner_.step(ClockAdvanced{close + seconds(8)}, effects_);
    });
    std::size_t signals = 0;
    for (const Effect& effect : effects_)
      signals += std::holds_alternative<PersistSignal>(effect);
    CHECK(signals == markets_, "{} signals", signals);
    effects_.clear();
    answer(ns / static_cast<double>(frames.size()), 1);
  }

 private:
  void hear(const Frames& frames) {
    for (const std::string& frame : frames) {
      protocol_->decode_frame(frame, received, decoded_);
      for (const StreamMessage& message : decoded_.messages)
        if (const auto* candle = std::get_if<CandleMessage>(&message))
          take(*candle);
    }
  }
  void take(const CandleMessage& message) {
    auto market = market_of_.find(message.market);
    CHECK(market != market_of_.end(), "{}", message.market);
    scanner_.step(MarketEvent{CandleUpdate{market->second, message.timeframe, message.candle,
                                           message.event_time, message.event_time}},
                  effects_);
  }

  std::unique_ptr<Protocol> protocol_;
  std::size_t markets_;
  Scanner scanner_;
  std::map<std::string, InstrumentId, std::less<>> market_of_;  // as a session finds it
  DecodedFrame decoded_;
  EffectBuffer effects_;
  std::size_t next_ = 0;  ///< closed candle
};

void serve(const fs::path& folder, Size size) {
  std::map<std::string, Frames> sets;
  std::map<std::string, std::unique_ptr<Listener>> listeners;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string what, model = "rarity", set;
    words >> what;
    if (what == "score")
      words >> model;
    words >> set;
    if (!sets.contains(set))
      sets[set] = read_frames(folder / (set + ".txt"));
    if (what == "decode") {
      decode(sets[set], *protocol_of(set));
      continue;
    }
    auto& listener = listeners[what + model];
    if (!listener)
      listener = std::make_unique<Listener>(
          model == "classic" ? ScoreModel::classic : ScoreModel::rarity, size);
    what == "score" ? listener->score(sets[set]) : listener->update(sets[set]);
  }
}

}  // namespace
}  // namespace cscan::bench

int main(int argc, char** argv) {
  using namespace cscan::bench;
  bool make = argc > 2 && std::strcmp(argv[1], "--make") == 0;
  bool quick = argc > 2 && std::strcmp(argv[argc - 1], "--quick") == 0;
  Size size{quick ? std::size_t{100} : std::size_t{500}};
  if (argc < 2) {
    fmt::print(stderr, "usage: decode_bench [--make] DIR [--quick]\n");
    return 2;
  }
  make ? make_frames(argv[2], size) : serve(argv[1], size);
}
