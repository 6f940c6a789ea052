#include "replay/frame_recording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "base/limits.hpp"
#include "frames/frame_recording_reader.hpp"
#include "model/symbol_match.hpp"
#include "replay/heard_exchange.hpp"

namespace cscan {
namespace {

using Progress = std::function<void(std::size_t, std::size_t)>;

/// Files between two words about progress would be hours apart, records too near.
constexpr std::uint64_t records_per_progress = 4'096;

/// Loads one recording, exchange by exchange.
class Loader {
 public:
  Loader(const std::filesystem::path& path, const FrameReplayOptions& options,
         const ProtocolMaker& make_protocol, const Progress& progress)
      : path_(path), options_(options), make_protocol_(make_protocol), progress_(progress) {}

  Result<FrameRecording> load() {
    auto exchanges = list_exchanges();
    if (!exchanges)
      return fail(std::move(exchanges.error()));
    for (const std::string& exchange : *exchanges)
      if (auto heard = hear(exchange); !heard)
        return fail(std::move(heard.error()));
    progress_(bytes_total_, bytes_total_);
    return assemble();
  }

 private:
  Result<std::set<std::string>> list_exchanges() {
    auto files = list_frame_files(path_);
    if (!files)
      return fail(std::move(files.error()));
    std::set<std::string> exchanges;
    std::error_code ignored;
    for (const FrameFile& file : *files) {
      if (!options_.filter.exchange.empty() && file.name.exchange != options_.filter.exchange)
        continue;
      exchanges.insert(file.name.exchange);
      if (auto size = std::filesystem::file_size(file.path, ignored); !ignored)
        bytes_total_ += size;
    }
    if (exchanges.empty())
      return fail(ErrorCode::not_found,
                  fmt::format("{} has no traffic of {}", path_.string(), options_.filter.exchange));
    return exchanges;
  }

  Status hear(const std::string& exchange) {
    auto protocol = make_protocol_(exchange);
    if (protocol == nullptr)
      return fail(ErrorCode::unsupported,
                  fmt::format("{} has traffic of {}, which this program does not speak with: "
                              "choose another one with --exchange",
                              path_.string(), exchange));
    HeardExchange heard(std::move(protocol), options_.filter, options_.settle_delay);
    if (auto found = find_listing(exchange, heard); !found)
      return found;
    if (!heard.knows_markets()) {
      recording_.notes.push_back(
          fmt::format("{} is left out: its traffic has no listing that can be read, so nobody "
                      "knows what its markets are called",
                      exchange));
      return {};
    }
    if (auto taken = take_all(exchange, heard); !taken)
      return taken;
    if (heard.rejects() > 0)
      recording_.notes.push_back(fmt::format("{}: {} messages could not be read, the first: {}",
                                             exchange, heard.rejects(), heard.first_reject()));
    std::ranges::move(heard.series(), std::back_inserter(series_));
    return {};
  }

  Status find_listing(const std::string& exchange, HeardExchange& heard) {
    auto reader = FrameRecordingReader::open(path_, exchange);
    if (!reader)
      return fail(std::move(reader.error()));
    while (true) {
      auto frame = (*reader)->next();
      if (!frame)
        return fail(std::move(frame.error()));
      if (!*frame || heard.take_listing((*frame)->record))
        return {};
    }
  }

  Status take_all(const std::string& exchange, HeardExchange& heard) {
    auto reader = FrameRecordingReader::open(path_, exchange);
    if (!reader)
      return fail(std::move(reader.error()));
    for (std::uint64_t records = 0;; ++records) {
      if (records % records_per_progress == 0)
        progress_(bytes_done_ + (*reader)->bytes_read(), bytes_total_);
      auto frame = (*reader)->next();
      if (!frame)
        return fail(std::move(frame.error()));
      if (!*frame)
        break;
      heard.take((*frame)->record);
    }
    bytes_done_ += (*reader)->bytes_total();
    for (const std::string& torn : (*reader)->torn())
      recording_.notes.push_back(torn + ", as after a crash: what followed is not there");
    return {};
  }

  Status check_symbols() const {
    for (const std::string& symbol : options_.filter.symbols)
      if (std::ranges::none_of(series_, [&](const HeardSeries& series) {
            return equal_ignoring_case(series.instrument.symbol(), symbol);
          }))
        return fail(ErrorCode::not_found,
                    fmt::format("{} tells of no closed candles of {}", path_.string(), symbol));
    return {};
  }

  Result<FrameRecording> assemble() {
    if (auto all_there = check_symbols(); !all_there)
      return fail(std::move(all_there.error()));
    if (series_.empty())
      return fail(
          ErrorCode::not_found,
          fmt::format("{} tells of no closed candles{}{}", path_.string(),
                      recording_.notes.empty() ? "" : ": ", fmt::join(recording_.notes, "; ")));
    CandleRecording& candles = recording_.candles;
    std::set<Timeframe> timeframes;
    std::ranges::sort(series_, {}, [](const HeardSeries& series) {
      return std::tuple(series.instrument.exchange, series.instrument.symbol(), series.timeframe);
    });
    for (HeardSeries& series : series_) {
      if (candles.instruments.empty() || candles.instruments.back() != series.instrument)
        candles.instruments.push_back(series.instrument);
      timeframes.insert(series.timeframe);
      InstrumentId id{static_cast<std::uint32_t>(candles.instruments.size() - 1)};
      auto filled = static_cast<std::uint64_t>(
          std::ranges::count(series.candles, CandleState::no_trade, &Candle::state));
      candles.candles += series.candles.size();
      candles.series.push_back({id, series.timeframe, std::move(series.candles), filled});
    }
    candles.timeframes.assign(timeframes.begin(), timeframes.end());
    if (candles.instruments.size() > limits::instruments_max)
      return fail(ErrorCode::unsupported,
                  fmt::format("{} has {} markets, more than {}: choose some with --symbols",
                              path_.string(), candles.instruments.size(), limits::instruments_max));
    return std::move(recording_);
  }

  const std::filesystem::path& path_;
  const FrameReplayOptions& options_;
  const ProtocolMaker& make_protocol_;
  const Progress& progress_;
  std::uint64_t bytes_total_ = 0;
  std::uint64_t bytes_done_ = 0;
  std::vector<HeardSeries> series_{};
  FrameRecording recording_{};
};

}  // namespace

Result<FrameRecording> load_frame_recording(const std::filesystem::path& path,
                                            const FrameReplayOptions& options,
                                            const ProtocolMaker& make_protocol,
                                            const Progress& progress) {
  return Loader(path, options, make_protocol, progress).load();
}

}  // namespace cscan
