#pragma once
// The newest price of every instrument and the tick buffer of the brief: one sample per price
// stream run, the last hundred kept.

#include <optional>
#include <vector>

#include "base/limits.hpp"
#include "base/ring_buffer.hpp"
#include "model/instrument.hpp"
#include "model/market_event.hpp"

namespace cscan {

struct TickSample {
  Timestamp time;
  double price = 0;
};

/// Change of a price over a window, and the span between the two samples it was taken from.
struct PriceChange {
  double change = 0;
  Duration span;
};

class PriceBook {
 public:
  PriceBook() = default;
  explicit PriceBook(std::size_t instruments) : markets_(instruments) {}

  /// A price from the exchange; older ones than the newest known are ignored.
  void on_price(InstrumentId instrument, double price, Timestamp event_time,
                Timestamp received_time);
  void on_quote_volume(InstrumentId instrument, double quote_volume_24h);

  /// Puts a known past price before the first sample, so that breadth need not wait for its window.
  void seed(InstrumentId instrument, TickSample sample);

  /// Samples every instrument whose price is fresh: received within `freshness` before `now`.
  void sample(Timestamp now, Duration freshness);

  /// From the oldest sample inside the window to the newest; empty with fewer than two samples or
  /// when the newest is older than `freshness`.
  [[nodiscard]] std::optional<PriceChange> change(InstrumentId instrument, Timestamp now,
                                                  Duration window, Duration freshness) const;
  [[nodiscard]] std::optional<double> price(InstrumentId instrument) const;
  [[nodiscard]] std::optional<double> quote_volume_24h(InstrumentId instrument) const;
  /// Samples kept over all instruments.
  [[nodiscard]] std::uint64_t ticks() const;

 private:
  struct Market {
    std::optional<double> price;
    std::optional<double> quote_volume_24h;
    Timestamp event_time;
    Timestamp received_time;
    RingBuffer<TickSample> samples{limits::ticks_per_instrument};
  };
  std::vector<Market> markets_;
};

}  // namespace cscan
