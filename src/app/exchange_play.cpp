#include "app/exchange_play.hpp"

#include <fmt/format.h>

#include <utility>

#include "app/recorded_truth.hpp"

namespace cscan {
namespace {

Result<Timestamp> start_in(const RecordedTruth& recorded, const std::string& text) {
  if (text.empty())
    return recorded.usual_start();
  auto start = parse_timestamp(text);
  if (!start)
    return fail(ErrorCode::invalid_argument,
                fmt::format("--data-start {}: {}", text, start.error().message));
  if (*start < recorded.begin() || *start >= recorded.end())
    return fail(ErrorCode::invalid_argument,
                fmt::format("--data-start {}: what can be played begins at {} and ends at {}", text,
                            format_rfc3339(recorded.begin()), format_rfc3339(recorded.end())));
  return *start;
}

}  // namespace

ExchangePlay play_synthetic(std::uint64_t seed) {
  return {std::make_shared<SyntheticTruth>(std::make_shared<SyntheticMarket>(seed)),
          {},
          fmt::format("seed {}", seed),
          0};
}

Result<ExchangePlay> play_recording(const std::string& dir, const std::string& start,
                                    const std::function<void(std::size_t, std::size_t)>& progress) {
  auto recording = load_recording(dir, {}, progress);
  if (!recording)
    return fail(std::move(recording.error()));
  auto recorded = RecordedTruth::make(std::move(*recording));
  if (!recorded)
    return fail(recorded.error().code, fmt::format("--data {}: {}", dir, recorded.error().message));
  auto begin = start_in(**recorded, start);
  if (!begin)
    return fail(std::move(begin.error()));
  return ExchangePlay{*recorded, *begin,
                      fmt::format("recorded in {}, from {} to {}, then silent", dir,
                                  format_rfc3339(*begin), format_rfc3339((*recorded)->end())),
                      (*recorded)->left_out()};
}

ExchangePlay copied(ExchangePlay play, int copies) {
  if (copies > 1)
    play.truth = std::make_shared<CopiedTruth>(std::move(play.truth), copies);
  return play;
}

}  // namespace cscan
