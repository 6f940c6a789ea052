#pragma once
// Timeframes that an exchange does not have, made of smaller ones that it has: KuCoin's 3m of its
// 1m, its 6h of its 2h. What an exchange has is never made here: its own word counts.

#include <optional>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "exchange/exchange_table.hpp"
#include "model/candle.hpp"
#include "model/timeframe.hpp"

namespace cscan {

struct DerivedTimeframe {
  Timeframe wanted{};
  Timeframe base{};  ///< of the exchange; the largest that divides the wanted one

  [[nodiscard]] std::int64_t ratio() const { return length(wanted) / length(base); }
};

/// What to ask an exchange for so that all wanted timeframes can be told.
struct NativeTimeframes {
  std::vector<Timeframe> watched{};  ///< its own; ascending
  std::vector<DerivedTimeframe> derived{};
};
/// unsupported: a timeframe that is neither there nor made of one that is.
[[nodiscard]] Result<NativeTimeframes> native_timeframes(const ExchangeTable& table,
                                                         std::span<const Timeframe> wanted);

/// One market's candles of one derived timeframe.
class DerivedCandles {
 public:
  explicit DerivedCandles(DerivedTimeframe timeframe) : timeframe_(timeframe) {}

  /// The derived candle around `base` as far as it is known to have grown; state forming. Without
  /// any trade nothing is said.
  [[nodiscard]] std::optional<Candle> grow(const Candle& base);
  /// The derived candles that settled base candles, ascending, make whole.
  [[nodiscard]] std::vector<Candle> settle(std::span<const Candle> bases);

 private:
  void keep(const Candle& base);

  DerivedTimeframe timeframe_;
  std::vector<Candle> parts_{};  ///< of the newest derived candle, ascending
};

}  // namespace cscan
