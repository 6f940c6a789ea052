#pragma once
// For this room's tests only: rows that look real.

#include <string>

#include "base/temp_dir.hpp"
#include "store/signal_row.hpp"

namespace cscan::store_test {

/// Fails the running test (include <gtest/gtest.h> first) with the error's message.
#define ASSERT_OK(result)                                              \
  do {                                                                 \
    const auto& checked_ = (result);                                   \
    ASSERT_TRUE(checked_) << #result ": " << checked_.error().message; \
  } while (false)
#define EXPECT_OK(result)                                              \
  do {                                                                 \
    const auto& checked_ = (result);                                   \
    EXPECT_TRUE(checked_) << #result ": " << checked_.error().message; \
  } while (false)

/// 2025-10-24T00:00:00Z.
inline constexpr Timestamp day_zero{1'761'264'000'000};

inline StoredCandle make_candle(const SeriesName& series, Timestamp open_time, double close = 101,
                                std::uint32_t revision = 0) {
  StoredCandle row{series.exchange, series.symbol, series.timeframe, {}, {}};
  row.candle = {
      open_time, 100, 110,      90,
      close,     5.5, revision, revision == 0 ? CandleState::final : CandleState::revised};
  row.available_at = close_time(open_time, series.timeframe) + seconds(5);
  return row;
}

inline StoredSignal make_signal(const SeriesName& series, Timestamp open_time,
                                Score combined = points(50), std::uint32_t revision = 0,
                                std::uint16_t unknown_n = 0) {
  Signal signal;
  signal.history_n = 500;
  signal.unknown_n = unknown_n;
  signal.window_mark = unknown_n;
  signal.timeframe = series.timeframe;
  signal.model = ScoreModel::classic;
  signal.open_time = open_time;
  signal.price = 101.25;
  signal.combined = combined;
  signal.thesis = combined;
  signal.revision = revision;
  signal.type = combined > points(60) ? SignalType::strong_buy : SignalType::weak_sell;
  signal.direction = direction_of(signal.type);
  SignalContext context{series.exchange, series.symbol, "scalp", "0123456789abcdef"};

  SignalEnvelope envelope{signal.close_time(), signal.close_time() + seconds(5), Origin::live,
                          false, "synthetic"};
  return signal_row(signal, context, envelope, signal_id(signal, context),
                    signal_body_json(signal, context));
}

inline StoredSignal make_preview(const SeriesName& series, Timestamp open_time,
                                 Timestamp computed_at) {
  StoredSignal row = make_signal(series, open_time);
  row.id = "preview-" + std::to_string(open_time.ms);
  row.is_preview = true;
  row.cluster_row.clear();
  row.envelope.computed_at = computed_at;
  return row;
}

inline const SeriesName btc_5m{"binance", "BTC/USDT", Timeframe::m5};
inline const SeriesName btc_1h{"binance", "BTC/USDT", Timeframe::h1};
inline const SeriesName eth_5m{"kucoinfutures", "ETH/USDT:USDT", Timeframe::m5};

}  // namespace cscan::store_test
