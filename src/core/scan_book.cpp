#include "core/scan_book.hpp"

#include "analysis/scan_verdict.hpp"

namespace cscan {

ScanBook::ScanBook(const SeriesBook& book) {
  states_.reserve(book.size());
  for (std::size_t i = 0; i < book.size(); ++i)
    states_.emplace_back(book[i].candles.timeframe());
}

void ScanBook::append(std::size_t series, const Candle& settled) {
  if (!states_.empty())
    states_[series].update(settled);
}

void ScanBook::rebuild(std::size_t series, std::span<const Candle> candles) {
  if (!states_.empty())
    states_[series].rebuild(candles);
}

void ScanBook::describe(ScanRow& row, std::size_t series, const MarketSeries& market) const {
  CHECK(series < states_.size());
  const ScanIndicators& state = states_[series];
  const auto& forming = market.builder.forming();
  row.forming = forming && state.count() > 0 &&
                forming->open_time == state.newest_open() + length(market.candles.timeframe());
  row.basis_open = row.forming ? forming->open_time : state.newest_open();
  row.values = row.forming ? state.peek(*forming) : state.value();
  row.verdict = judge_scan(row.values);
}

}  // namespace cscan
