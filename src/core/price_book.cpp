#include "core/price_book.hpp"

namespace cscan {

void PriceBook::on_price(InstrumentId instrument, double price, Timestamp event_time,
                         Timestamp received_time) {
  Market& market = markets_[instrument.value];
  if (market.price && event_time < market.event_time)
    return;
  market.price = price;
  market.event_time = event_time;
  market.received_time = received_time;
}

void PriceBook::on_quote_volume(InstrumentId instrument, double quote_volume_24h) {
  markets_[instrument.value].quote_volume_24h = quote_volume_24h;
}

void PriceBook::seed(InstrumentId instrument, TickSample sample) {
  Market& market = markets_[instrument.value];
  if (market.samples.empty() || market.samples.newest().time < sample.time)
    market.samples.push(sample);
}

void PriceBook::sample(Timestamp now, Duration freshness) {
  for (Market& market : markets_)
    if (market.price && now - market.received_time <= freshness)
      market.samples.push({now, *market.price});
}

std::optional<PriceChange> PriceBook::change(InstrumentId instrument, Timestamp now,
                                             Duration window, Duration freshness) const {
  const auto& samples = markets_[instrument.value].samples;
  if (samples.size() < 2 || now - samples.newest().time > freshness)
    return std::nullopt;
  std::size_t first = 0;
  while (first + 2 < samples.size() && samples[first].time < now - window)
    ++first;
  const TickSample& oldest = samples[first];
  const TickSample& newest = samples.newest();
  return PriceChange{newest.price / oldest.price - 1, newest.time - oldest.time};
}

std::optional<double> PriceBook::price(InstrumentId instrument) const {
  return markets_[instrument.value].price;
}

std::optional<double> PriceBook::quote_volume_24h(InstrumentId instrument) const {
  return markets_[instrument.value].quote_volume_24h;
}

std::uint64_t PriceBook::ticks() const {
  std::uint64_t sum = 0;
  for (const Market& market : markets_)
    sum += market.samples.size();
  return sum;
}

}  // namespace cscan
