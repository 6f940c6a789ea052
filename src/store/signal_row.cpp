#include "store/signal_row.hpp"

namespace cscan {

StoredSignal signal_row(const Signal& signal, const SignalContext& names, SignalEnvelope envelope,
                        std::string id, std::string body) {
  StoredSignal row;
  row.id = std::move(id);
  row.exchange = names.exchange;
  row.symbol = names.symbol;
  row.timeframe = signal.timeframe;
  row.open_time = signal.open_time;
  row.close_time = signal.close_time();
  row.type = signal.type;
  row.direction = signal.direction;
  row.combined = signal.combined;
  row.revision = signal.revision;
  row.unknown_n = signal.unknown_n;
  row.model = signal.model;
  row.envelope = std::move(envelope);
  row.is_preview = signal.is_preview();
  row.body = std::move(body);
  if (!row.is_preview)
    append_cluster_row(row.cluster_row, signal, names);
  return row;
}

}  // namespace cscan
