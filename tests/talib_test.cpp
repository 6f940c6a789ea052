// The full scan's indicators against TA-Lib's C source, to nine digits: on every recorded series,
// on random walks and on markets where nothing moves. Built where tools/fetch_talib.sh put the
// source.

#include <fmt/format.h>

#include "analysis/scan_indicators.hpp"
#include "core/scanner_rig.hpp"
#include "recorded_fixture.hpp"
#include "talib_columns.hpp"

namespace cscan {
namespace {

using Candles = std::vector<Candle>;

/// One of ours beside one of TA-Lib's. Below `floor` a difference is rounding: of a price 1e-12 of
/// itself, of a percentage 1e-10.
struct Pair {
  const char* name;
  std::optional<double> ScanValues::* ours;
  talib::Column theirs;
  bool is_price;
  [[nodiscard]] double floor(const Candle& candle) const {
    return is_price ? 1e-12 * candle.close : 1e-10;
  }
};

std::vector<Pair> pairs_of(talib::Columns& ta) {
  using V = ScanValues;
  return {{"rsi_14", &V::rsi_14, ta.rsi(), false},
          {"macd_12_26", &V::macd_12_26, ta.macd(0), true},
          {"macd_signal_9", &V::macd_signal_9, ta.macd(1), true},
          {"macd_histogram", &V::macd_histogram, ta.macd(2), true},
          {"ema_5", &V::ema_5, ta.ema(5), true},
          {"ema_9", &V::ema_9, ta.ema(9), true},
          {"ema_13", &V::ema_13, ta.ema(13), true},
          {"ema_21", &V::ema_21, ta.ema(21), true},
          {"ema_50", &V::ema_50, ta.ema(50), true},
          {"ema_200", &V::ema_200, ta.ema(200), true},
          {"sma_20", &V::sma_20, ta.sma(20), true},
          {"sma_50", &V::sma_50, ta.sma(50), true},
          {"stoch_k_14", &V::stoch_k_14, ta.stochastic(0), false},
          {"stoch_d_14", &V::stoch_d_14, ta.stochastic(1), false},
          {"atr_14", &V::atr_14, ta.atr(14), true},
          {"atr_100", &V::atr_100, ta.atr(100), true},
          {"adx_14", &V::adx_14, ta.adx(), false},
          {"plus_di_14", &V::plus_di_14, ta.plus_di(), false},
          {"minus_di_14", &V::minus_di_14, ta.minus_di(), false},
          {"obv", &V::obv, ta.obv(), false}};
}

bool near(double a, double b, double floor) {
  return std::abs(a - b) <= 1e-9 * std::abs(b) + floor;
}

class Comparison {
 public:
  /// A contiguous series. Stops at the first difference.
  void compare(const std::string& name, std::span<const Candle> candles, Timeframe timeframe) {
    talib::Columns ta(candles);
    std::vector<Pair> pairs = pairs_of(ta);
    ScanIndicators ours(timeframe);
    talib::Column upper = ta.bands(0), lower = ta.bands(2);
    for (std::size_t i = 0; i < candles.size(); ++i) {
      ours.update(candles[i]);
      ScanValues values = ours.value();
      SCOPED_TRACE(fmt::format("{} candle {}", name, i));
      for (const Pair& pair : pairs)
        expect_equal(pair, values, i, candles[i]);
      if (i >= 19)
        expect_bands(values, ta.bands_around_close(i), *upper[i], *lower[i]);
      if (testing::Test::HasFailure())
        return;
    }
    candles_ += candles.size();
  }
  /// The contiguous stretches of a series with holes.
  void compare_stretches(const std::string& name, const Candles& candles, Timeframe timeframe) {
    for (std::size_t begin = 0, end = 0; begin < candles.size(); begin = end) {
      do
        ++end;
      while (end < candles.size() &&
             candles[end].open_time == candles[end - 1].open_time + length(timeframe));
      compare(name, std::span(candles).subspan(begin, end - begin), timeframe);
    }
  }
  [[nodiscard]] std::size_t candles() const { return candles_; }
  /// Bands whose spread TA-Lib keeps nine digits of, straight from the whole series.
  [[nodiscard]] std::size_t wide_bands() const { return wide_bands_; }

 private:
  void expect_equal(const Pair& pair, const ScanValues& values, std::size_t i,
                    const Candle& candle) {
    std::optional<double> ours = values.*pair.ours;
    const std::optional<double>& theirs = pair.theirs[i];
    ASSERT_EQ(ours.has_value(), theirs.has_value()) << pair.name;
    if (!ours)
      return;
    ASSERT_TRUE(near(*ours, *theirs, pair.floor(candle)))
        << fmt::format("{}: {} is not TA-Lib's {}", pair.name, *ours, *theirs);
  }
  void expect_bands(const ScanValues& values, const talib::Columns::Bands& window, double upper,
                    double lower) {
    ASSERT_TRUE(values.bb_upper_20 && values.bb_width_20);
    double spread = window.upper - window.lower, middle = *values.sma_20;
    ASSERT_TRUE(near(*values.bb_width_20 * middle, spread, 0)) << spread;
    double position = spread > 0 ? -window.lower / spread : 0.5;
    ASSERT_TRUE(near(*values.bb_position_20, position, 1e-12)) << position;
    if (spread > 1e-4 * middle) {
      ++wide_bands_;
      ASSERT_TRUE(near(*values.bb_upper_20, upper, 0)) << upper;
      ASSERT_TRUE(near(*values.bb_lower_20, lower, 0)) << lower;
    }
  }

  std::size_t candles_ = 0;
  std::size_t wide_bands_ = 0;
};

class RecordedTalib : public Recorded, public testing::WithParamInterface<const char*> {};

TEST_P(RecordedTalib, EqualsOursOnEveryFile) {
  Comparison comparison;
  for (const CandleFile& file : files(GetParam())) {
    comparison.compare_stretches(file.path.filename().string(), read(file), file.name.timeframe);
    if (HasFailure())
      break;
  }
  std::cout << fmt::format("{}: {} candles compared, {} with wide bands\n", GetParam(),
                           comparison.candles(), comparison.wide_bands());
  EXPECT_GT(comparison.wide_bands(), comparison.candles() / 2);
}

INSTANTIATE_TEST_SUITE_P(All, RecordedTalib,
                         testing::Values("binance_2024", "kucoin_2023", "outage_2021", "long"),
                         [](const auto& test) { return std::string(test.param); });

TEST(Talib, EqualsOursOnRandomWalks) {
  Comparison comparison;
  for (std::uint64_t seed = 0; seed < 20; ++seed)
    comparison.compare(fmt::format("seed {}", seed),
                       rig::random_walk(seed, 1'500, rig::start, Timeframe::m5), Timeframe::m5);
  EXPECT_EQ(comparison.candles(), 30'000U);
}

TEST(Talib, EqualsOursWhereNothingMovesOrTrades) {
  Comparison comparison;
  Candles flat = rig::flat_market(300, rig::start, Timeframe::m5);
  comparison.compare("flat", flat, Timeframe::m5);
  // A market that halts for 150 candles (no_trade), and one that begins with such a halt.
  Candles halted = rig::random_walk(5, 600, rig::start, Timeframe::m5), late = halted;
  for (std::size_t i = 200; i < 350; ++i)
    halted[i] = flat_candle(halted[i].open_time, halted[199].close);
  for (std::size_t i = 0; i < 150; ++i)
    late[i] = flat_candle(late[i].open_time, late[150].open);
  comparison.compare("halted", halted, Timeframe::m5);
  comparison.compare("late", late, Timeframe::m5);
  EXPECT_EQ(comparison.candles(), 1'500U);
}

TEST(Talib, SeesNoBandsAroundACheapCoinWhereOursDoes) {
  // What the header of Bollinger says: at 0.00001 the variance of a quiet hour is below 1e-14.
  Candles candles = rig::random_walk(3, 100, rig::start, Timeframe::m5, 0.001);
  double unit = std::ldexp(1.0, -32);
  for (Candle& c : candles)
    for (double* price : {&c.open, &c.high, &c.low, &c.close})
      *price *= unit;
  ASSERT_LT(candles.back().close, 2e-5);
  talib::Columns raw(candles, false);
  EXPECT_EQ(*raw.bands(0)[99], *raw.bands(2)[99]);
  Comparison comparison;
  comparison.compare("cheap", candles, Timeframe::m5);
}

TEST(Talib, LetsRsiFallToZeroInALongHaltWhereOursStays) {
  Candles candles = rig::random_walk(3, 900, rig::start, Timeframe::m5);
  for (std::size_t i = 100; i < candles.size(); ++i)
    candles[i] = flat_candle(candles[i].open_time, candles[99].close);
  talib::Columns raw(candles, false);
  EXPECT_GT(*raw.rsi()[120], 1);
  EXPECT_EQ(*raw.rsi()[899], 0);
  ScanIndicators ours(Timeframe::m5);
  ours.rebuild(candles);
  EXPECT_NEAR(*ours.value().rsi_14, *raw.rsi()[99], 1e-6);
}

}  // namespace
}  // namespace cscan
