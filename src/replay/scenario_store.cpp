#include "replay/scenario_store.hpp"

#include <fmt/format.h>

#include "base/digest.hpp"

namespace cscan {
namespace {

void note_first(std::string& first, const Signal& signal, const SignalContext& context) {
  if (first.empty())
    first = fmt::format("{} {} {} {}", context.exchange, context.symbol,
                        to_string(signal.timeframe), format_rfc3339(signal.open_time));
}

}  // namespace

void ScenarioStore::take(const Signal& signal, const RunNames& names) {
  const SignalContext& context = names.context(signal);
  std::string id = signal_id(signal, context);
  std::string digest = sha256_hex(signal_body_json(signal, context), 16);
  ++made_;
  bool old = before_.contains(id);
  note_first(old ? first_old_ : first_new_, signal, context);
  auto [stored, is_new] = stored_.try_emplace(std::move(id), digest);
  if (is_new)
    return;
  bool equal = stored->second == digest;
  ++(equal ? recomputed_equal_ : recomputed_different_);
  if (!equal)
    note_first(first_different_, signal, context);
}

void ScenarioStore::begin_anew() {
  for (const auto& [id, digest] : stored_)
    before_.insert(id);
  made_ = 0;
  first_new_.clear();
  first_old_.clear();
  first_different_.clear();
}

std::string ScenarioStore::test_identity(bool same) const {
  if (made_ == 0)
    return "no signal was made since the scanner began anew";
  if (same && !first_new_.empty())
    return "this signal was not made before: " + first_new_;
  if (same && !first_different_.empty())
    return "this signal had another body before: " + first_different_;
  if (!same && !first_old_.empty())
    return "this signal has the id it had before: " + first_old_;
  return {};
}

}  // namespace cscan
