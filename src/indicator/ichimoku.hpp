#pragma once
// Ichimoku Kinko Hyo (Goichi Hosoda; here after Manesh Patel, Trading with Ichimoku Clouds, 2010)
// with 9, 26, 52. A line is the middle of a range: (highest high + lowest low) / 2.
//
//   conversion line (tenkan-sen)  of 9 candles
//   base line (kijun-sen)         of 26 candles
//   leading span A                (conversion + base) / 2, drawn 26 candles ahead
//   leading span B                of 52 candles, drawn 26 candles ahead
//
// As Hosoda counts, the candle itself is the first of the 26: the cloud over a candle is made of
// the spans 25 candles before it. The state is where the close lies: above both spans, below both,
// or in the cloud (its edges included).

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "indicator/price_range.hpp"
#include "model/scan_row.hpp"

namespace cscan {

struct IchimokuValue {
  double conversion = 0;
  double base = 0;
  double span_a = 0;  ///< of the cloud over this candle
  double span_b = 0;
  CloudState state = CloudState::inside;
  bool operator==(const IchimokuValue&) const = default;
};

class Ichimoku {
 public:
  static constexpr std::size_t displacement = 26;

  void update(const Candle& candle);
  /// Empty with fewer than 52 + 25 = 77 candles.
  [[nodiscard]] std::optional<IchimokuValue> value() const;
  [[nodiscard]] std::optional<IchimokuValue> peek(const Candle& forming) const {
    return peek_value(*this, forming);
  }
  [[nodiscard]] std::size_t count() const { return span_b_.count(); }

 private:
  struct Spans {
    double a = 0;
    double b = 0;
  };
  PriceRange<9> conversion_;
  PriceRange<26> base_;
  PriceRange<52> span_b_;
  std::array<Spans, displacement> drawn_{};
  double close_ = 0;
};

}  // namespace cscan
