#pragma once
// How often each score, type and detector occurs: on recorded candles, and on candles in which
// there is nothing to find (null_walks.hpp). What docs/scores.md is made of.

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "model/settings.hpp"
#include "model/signal.hpp"

namespace cscan::survey {

/// What can fire on a candle.
enum class Firing : std::uint8_t {
  trend_formation,
  reversion_candidate,
  momentum_above_70,
  momentum_exhaustion,  ///< the four factors of reversion, fully met
  volume_exhaustion,
  excessive_gain,
  rsi,
  count,
};
inline constexpr std::size_t firing_count = static_cast<std::size_t>(Firing::count);

/// Counts over the signals of one or more series.
struct Tally {
  std::uint64_t signals = 0;
  std::array<std::uint64_t, 3> at_least{};  ///< combined >= 40, 60, 80
  std::array<std::uint64_t, signal_type_count> types{};
  std::array<std::uint64_t, firing_count> fired{};

  void add(const Signal& signal);
  void add(const Tally& other);
  /// In percent; 0 of nothing.
  [[nodiscard]] double share(std::uint64_t part) const;
};

/// Every closed signal of one contiguous series, with default settings.
[[nodiscard]] Tally tally_series(std::span<const Candle> candles, ScoreModel model);

/// One row of the tables: a timeframe of a recorded set, or a null.
struct Group {
  std::string set;
  std::string timeframe;
  Tally all;
  std::vector<double> symbol_shares;  ///< of combined >= 60 in percent, one of each series, sorted
};
void add_series(Group& group, std::span<const Candle> candles, ScoreModel model);

/// A line of a table of docs/scores.md.
[[nodiscard]] std::string score_row(const Group& group);
[[nodiscard]] std::string type_row(const Group& group);
[[nodiscard]] std::string firing_row(const Group& group);

/// Receives one series after the other.
using SeriesSink =
    std::function<void(std::string_view set, Timeframe timeframe, const std::vector<Candle>&)>;

/// Part of a recorded set: only each `every`-th file of a timeframe.
struct RecordedPart {
  std::string_view set;
  std::optional<Timeframe> timeframe;  ///< none: all, each for itself, for a set is large
  std::size_t every = 1;
};
/// Every series of it. Rows a file lacks are no_trade.
[[nodiscard]] Status for_each_recorded(const std::filesystem::path& root, const RecordedPart& part,
                                       const SeriesSink& sink);
/// Two nulls of each series: shuffled, and with random signs.
[[nodiscard]] Status for_each_recorded_null(const std::filesystem::path& root,
                                            const RecordedPart& part, const SeriesSink& sink);
/// The random walks, `candles` long.
void for_each_walk(std::size_t candles, const SeriesSink& sink);

/// What docs/scores.md tells of.
inline constexpr std::array<std::string_view, 4> recorded_sets = {"binance_2024", "kucoin_2023",
                                                                  "outage_2021", "long"};
inline constexpr std::array<std::string_view, 2> recorded_null_sets = {"binance_2024",
                                                                       "kucoin_2023"};
inline constexpr std::size_t walk_candles = 60'000;
inline constexpr std::uint64_t seed = 20251024;

/// Groups by set and timeframe, in the order they came.
class Groups {
 public:
  explicit Groups(ScoreModel model) : model_(model) {}
  void add(std::string_view set, Timeframe timeframe, const std::vector<Candle>& candles);
  [[nodiscard]] const std::vector<Group>& all() const { return groups_; }

 private:
  ScoreModel model_;
  std::vector<Group> groups_;
};

}  // namespace cscan::survey
