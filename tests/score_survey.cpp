#include "score_survey.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "analysis/series_scorer.hpp"
#include "null_walks.hpp"
#include "replay/candle_recording.hpp"
#include "sim/counter_random.hpp"
#include "store/parquet_candles.hpp"

namespace cscan::survey {
namespace {

constexpr Timestamp walk_start = Timestamp{} + days(20'000);

constexpr std::size_t at(Firing firing) { return static_cast<std::size_t>(firing); }

/// Whether a comparison was made and held.
bool met(const Signal& signal, Factor factor) {
  return std::ranges::any_of(
      signal.reasons, [&](const Reason& reason) { return reason.factor == factor && reason.met; });
}

std::array<bool, firing_count> firings(const Signal& s) {
  std::array<bool, firing_count> fired{};
  fired[at(Firing::trend_formation)] = s.clustering.trend_formation;
  fired[at(Firing::reversion_candidate)] = s.reversion.candidate;
  fired[at(Firing::momentum_above_70)] = s.momentum.score > points(70);
  fired[at(Firing::momentum_exhaustion)] = met(s, Factor::momentum_exhaustion);
  fired[at(Firing::volume_exhaustion)] =
      met(s, Factor::volume_exhaustion) && met(s, Factor::volume_decline);
  fired[at(Firing::excessive_gain)] =
      met(s, Factor::excessive_gain) || met(s, Factor::excessive_gain_sigma);
  fired[at(Firing::rsi)] = met(s, Factor::rsi_overbought) || met(s, Factor::rsi_oversold);
  return fired;
}

/// Of sorted numbers, at least one.
double median(const std::vector<double>& sorted) {
  std::size_t n = sorted.size();
  return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
}

/// A cell; empty when there are no signals to have a share of.
std::string percent(const Tally& of, std::uint64_t part) {
  return of.signals == 0 ? " |" : fmt::format(" {:.2f} |", of.share(part));
}

/// A seed of its own for each series, whatever the order of the files.
std::uint64_t series_seed(const Instrument& instrument, Timeframe timeframe) {
  return seed + name_bits(instrument.exchange + instrument.symbol()) +
         static_cast<std::uint64_t>(length(timeframe).ms);
}

/// The timeframes of a set, ascending.
std::vector<Timeframe> timeframes_of(const std::vector<CandleFile>& files) {
  std::set<Timeframe> found;
  for (const CandleFile& file : files)
    found.insert(file.name.timeframe);
  return {found.begin(), found.end()};
}

/// Each `every`-th symbol that has this timeframe.
std::vector<std::string> some_symbols(const std::vector<CandleFile>& files, Timeframe timeframe,
                                      std::size_t every) {
  std::vector<std::string> all, some;
  for (const CandleFile& file : files)
    if (file.name.timeframe == timeframe)
      all.push_back(file.name.instrument.symbol());
  for (std::size_t i = 0; i < all.size(); i += every)
    some.push_back(all[i]);
  return some;
}

using RecordedSink = std::function<void(const Instrument&, const RecordedSeries&)>;

Status for_each_series(const std::filesystem::path& root, const RecordedPart& part,
                       const RecordedSink& sink) {
  auto files = list_candle_files(root / part.set);
  if (!files)
    return fail(std::move(files.error()));
  for (Timeframe timeframe : timeframes_of(*files)) {
    if (part.timeframe.value_or(timeframe) != timeframe)
      continue;
    RecordingFilter filter{"", some_symbols(*files, timeframe, part.every), {timeframe}};
    auto recording = load_recording(root / part.set, filter, [](auto, auto) {});
    if (!recording)
      return fail(std::move(recording.error()));
    for (const RecordedSeries& series : recording->series)
      sink(recording->instruments[series.instrument.value], series);
  }
  return {};
}

}  // namespace

void Tally::add(const Signal& signal) {
  ++signals;
  for (std::size_t i = 0; i < at_least.size(); ++i)
    at_least[i] += signal.combined >= points(40 + 20 * static_cast<int>(i));
  ++types[static_cast<std::size_t>(signal.type)];
  auto now = firings(signal);
  for (std::size_t i = 0; i < firing_count; ++i)
    fired[i] += now[i];
}

void Tally::add(const Tally& other) {
  signals += other.signals;
  auto sum = [](auto& into, const auto& from) {
    for (std::size_t i = 0; i < into.size(); ++i)
      into[i] += from[i];
  };
  sum(at_least, other.at_least);
  sum(types, other.types);
  sum(fired, other.fired);
}

double Tally::share(std::uint64_t part) const {
  return signals == 0 ? 0 : 100 * static_cast<double>(part) / static_cast<double>(signals);
}

Tally tally_series(std::span<const Candle> candles, ScoreModel model) {
  Settings settings;
  settings.score_model = model;
  SeriesScorer scorer(*find_score_model(model));
  Tally tally;
  for (std::size_t i = 0; i < candles.size(); ++i)
    if (auto signal = scorer.score_closed(candles, i, false, settings))
      tally.add(*signal);
  return tally;
}

void add_series(Group& group, std::span<const Candle> candles, ScoreModel model) {
  Tally tally = tally_series(candles, model);
  if (tally.signals == 0)
    return;
  group.all.add(tally);
  double share = tally.share(tally.at_least[1]);
  group.symbol_shares.insert(std::ranges::upper_bound(group.symbol_shares, share), share);
}

std::string score_row(const Group& group) {
  std::string row = fmt::format("| {} | {} | {} |", group.set, group.timeframe, group.all.signals);
  for (std::uint64_t n : group.all.at_least)
    row += percent(group.all, n);
  const auto& shares = group.symbol_shares;
  row += shares.empty() ? " |"
                        : fmt::format(" {:.2f} / {:.2f} / {:.2f} of {} |", shares.front(),
                                      median(shares), shares.back(), shares.size());
  return row + '\n';
}

std::string type_row(const Group& group) {
  std::string row = fmt::format("| {} | {} |", group.set, group.timeframe);
  for (std::uint64_t n : group.all.types)
    row += percent(group.all, n);
  return row + '\n';
}

std::string firing_row(const Group& group) {
  std::string row = fmt::format("| {} | {} |", group.set, group.timeframe);
  for (std::uint64_t n : group.all.fired)
    row += percent(group.all, n);
  return row + '\n';
}

Status for_each_recorded(const std::filesystem::path& root, const RecordedPart& part,
                         const SeriesSink& sink) {
  return for_each_series(root, part, [&](const Instrument&, const RecordedSeries& series) {
    sink(part.set, series.timeframe, series.candles);
  });
}

void for_each_walk(std::size_t candles, const SeriesSink& sink) {
  WalkShape shape{candles, walk_start, Timeframe::m5};
  sink("iid, volume 0.5", shape.timeframe, iid_walk(seed, shape, 0.5));
  sink("iid, volume 0.8", shape.timeframe, iid_walk(seed + 1, shape, 0.8));
  sink("iid, volume 1.1", shape.timeframe, iid_walk(seed + 2, shape, 1.1));
  sink("GARCH(1,1)", shape.timeframe, garch_walk(seed + 3, shape));
}

Status for_each_recorded_null(const std::filesystem::path& root, const RecordedPart& part,
                              const SeriesSink& sink) {
  std::string in_random_order = fmt::format("{}, shuffled", part.set);
  std::string with_random_signs = fmt::format("{}, random signs", part.set);
  return for_each_series(
      root, part, [&](const Instrument& instrument, const RecordedSeries& series) {
        std::uint64_t own = series_seed(instrument, series.timeframe);
        sink(in_random_order, series.timeframe, shuffled(series.candles, own));
        sink(with_random_signs, series.timeframe, sign_randomised(series.candles, own));
      });
}

void Groups::add(std::string_view set, Timeframe timeframe, const std::vector<Candle>& candles) {
  std::string name(to_string(timeframe));
  auto found = std::ranges::find_if(
      groups_, [&](const Group& group) { return group.set == set && group.timeframe == name; });
  if (found == groups_.end())
    found = groups_.insert(groups_.end(), Group{std::string(set), name, {}, {}});
  add_series(*found, candles, model_);
}

}  // namespace cscan::survey
