#pragma once
// The server's view of the past, read from the store.

#include "server/ports.hpp"
#include "store/store.hpp"

namespace cscan {

/// Any worker thread; `store` outlives it.
class StoreHistory final : public HistoryPort {
 public:
  explicit StoreHistory(Store& store) : store_(store) {}
  [[nodiscard]] Result<HistoryPage> signals(const HistoryFilter& filter) const override;
  [[nodiscard]] Result<std::vector<SignalHistoryPoint>> votes(const Instrument& instrument,
                                                              Timeframe timeframe,
                                                              std::int64_t count) const override;
  [[nodiscard]] Result<std::vector<Candle>> candles(const Instrument& instrument,
                                                    Timeframe timeframe, Timestamp from,
                                                    Timestamp to,
                                                    std::int64_t limit) const override;
  [[nodiscard]] Result<std::vector<Instrument>> instruments() const override;
  [[nodiscard]] Result<std::unique_ptr<TrainingRows>> training(
      const TrainingRequest& request) const override;

 private:
  Store& store_;
};

/// Body and envelope of a stored signal as one JSON object. A stored signal is history: it says
/// neither fresh nor stale of itself, so `stale` is true once its successor ought to exist.
[[nodiscard]] std::string stored_signal_json(const StoredSignal& signal, bool stale);

}  // namespace cscan
