#pragma once
// On-balance volume (Joseph Granville, 1963) as TA-Lib counts it: begins with the first candle's
// volume, then adds the volume of a candle that closed above the one before and takes off that of
// one that closed below. Its level depends on where the data begins; only its changes mean
// anything.
//
// The slope is over the newest 20 candles: the mean change of OBV a candle, in units of the mean
// volume of these candles, which is Σ ±volume / Σ volume: −1 when all volume fell, 1 when all rose.
// 0 when nothing was traded.

#include <cstddef>
#include <optional>

#include "indicator/peek.hpp"
#include "indicator/sliding_fold.hpp"
#include "model/candle.hpp"

namespace cscan {

struct ObvValue {
  double level = 0;             ///< in base units
  std::optional<double> slope;  ///< −1..1; empty with fewer than Obv::slope_window + 1 candles
  bool operator==(const ObvValue&) const = default;
};

class Obv {
 public:
  static constexpr std::size_t slope_window = 20;

  void update(const Candle& candle);
  /// Empty before the first candle.
  [[nodiscard]] std::optional<ObvValue> value() const;
  [[nodiscard]] std::optional<ObvValue> peek(const Candle& forming) const {
    return peek_value(*this, forming);
  }
  [[nodiscard]] std::size_t count() const { return count_; }

 private:
  struct Flow {
    double net = 0;
    double total = 0;
  };
  struct Add {
    Flow operator()(const Flow& a, const Flow& b) const {
      return {a.net + b.net, a.total + b.total};
    }
  };
  SlidingFold<Flow, slope_window, Add> window_;
  double level_ = 0;
  double close_ = 0;
  std::size_t count_ = 0;
};

}  // namespace cscan
