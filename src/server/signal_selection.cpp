#include "server/signal_selection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/decimal.hpp"
#include "base/limits.hpp"
#include "server/symbol_lookup.hpp"

namespace cscan {
namespace {

std::string upper(std::string text) {
  for (char& c : text)
    c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return text;
}

constexpr std::string_view type_choices =
    "MOMENTUM_BUY, MOMENTUM_SELL, REVERSION_BULLISH, REVERSION_BEARISH, STRONG_BUY, STRONG_SELL, "
    "WEAK_BUY, WEAK_SELL or NEUTRAL";

void read_kinds(QueryReader& query, const MarketView& view, SignalParameters& p) {
  for (const std::string& name : query.all("timeframe")) {
    if (auto interval = find_interval(view, name))
      p.timeframes.push_back(*interval);
    else
      query.reject(std::move(interval.error()));
  }
  for (const std::string& name : query.all("signal_type")) {
    if (auto type = parse_signal_type(upper(name)))
      p.types.push_back(*type);
    else
      query.reject("signal_type", name, type_choices);
  }
  if (auto name = query.text("direction")) {
    p.direction = parse_direction(*name);
    if (!p.direction)
      query.reject("direction", *name, "bullish, bearish or neutral");
  }
}

/// Sort key: smaller comes first.
using Key = std::tuple<std::int64_t, std::int64_t, std::string_view>;

Key key_of(const RenderedSignal& signal, bool by_time) {
  std::int64_t score = -std::int64_t{signal.signal.combined.hundredths};
  std::int64_t close = -signal.signal.close_time().ms;
  return by_time ? Key{close, score, signal.id} : Key{score, close, signal.id};
}

bool passes(const RenderedSignal& signal, const SignalParameters& p, Timestamp now) {
  const Signal& s = signal.signal;
  auto within = [](const auto& wanted, const auto& value) {
    return wanted.empty() || std::ranges::find(wanted, value) != wanted.end();
  };
  return s.combined >= p.min_score && within(p.timeframes, s.timeframe) &&
         within(p.types, s.type) && (!p.direction || s.direction == *p.direction) &&
         (!p.since || s.close_time() >= *p.since) && (!p.until || s.close_time() < *p.until) &&
         (p.include_stale || now < signal.stale_at);
}

std::vector<SignalPtr> matching(const MarketView& view, const SignalParameters& p,
                                const std::vector<std::size_t>* instruments, Timestamp now) {
  std::vector<SignalPtr> found;
  for (const SeriesView& series : view.series) {
    if (instruments != nullptr &&
        !std::ranges::binary_search(*instruments, series.instrument.value))
      continue;
    if (!p.exchange.empty() &&
        view.run->instruments[series.instrument.value].exchange != p.exchange)
      continue;
    if (series.closed && passes(*series.closed, p, now))
      found.push_back(series.closed);
    if (p.include_preview && series.preview && passes(*series.preview, p, now))
      found.push_back(series.preview);
  }
  return found;
}

/// "latest:<order>:<score>:<close>:<id>".
std::string make_cursor(const RenderedSignal& last, bool by_time) {
  return fmt::format("latest:{}:{}:{}:{}", by_time ? "time" : "score",
                     last.signal.combined.hundredths, last.signal.close_time().ms, last.id);
}

struct CursorPlace {
  std::int64_t score = 0;
  std::int64_t close = 0;
  std::string id;
};

Result<CursorPlace> parse_cursor_text(std::string_view text, bool by_time) {
  std::string_view shown = text;
  std::vector<std::string_view> parts;
  for (std::size_t colon = text.find(':'); colon != std::string_view::npos;
       colon = text.find(':')) {
    parts.push_back(text.substr(0, colon));
    text.remove_prefix(colon + 1);
  }
  parts.push_back(text);
  if (parts.size() == 5 && parts[0] == "latest" && parts[1] == (by_time ? "time" : "score")) {
    auto score = parse_integer(parts[2]);
    auto close = parse_integer(parts[3]);
    // Beyond these bounds no signal lies, and their negatives below would overflow.
    if (score && close && *score >= 0 && *score <= points(100).hundredths && *close >= 0)
      return CursorPlace{*score, *close, std::string(parts[4])};
  }
  return fail(Error{ErrorCode::invalid_argument,
                    "cursor is not one of this view and order: use next_cursor of the page before "
                    "with the same parameters",
                    {}}
                  .with("field", "cursor")
                  .with("value", std::string(shown.substr(0, 96))));
}

}  // namespace

Result<SignalParameters> read_signal_parameters(QueryReader& query, const MarketView& view) {
  SignalParameters p;
  p.symbol = query.text("symbol").value_or("");
  p.exchange = query.text("exchange").value_or("");
  read_kinds(query, view, p);
  p.min_score = to_score(query.number("min_score", 0, 0, 100));
  p.limit = query.integer("limit", 50, 1, limits::signals_per_reply_max);
  p.sort_by_time = query.choice("sort", {"score", "time"}) == "time";
  p.history = query.choice("view", {"latest", "history"}) == "history";
  p.since = query.time("since");
  p.until = query.time("until");
  p.cursor = query.text("cursor").value_or("");
  p.include_stale = query.flag("include_stale", false);
  p.include_preview = query.flag("include_preview", false);
  if (auto status = query.finish(); !status)
    return fail(std::move(status.error()));
  return p;
}

Result<SignalSelection> select_latest(const MarketView& view, const SignalParameters& p,
                                      const std::vector<std::size_t>* instruments, Timestamp now) {
  std::vector<SignalPtr> found = matching(view, p, instruments, now);
  auto key = [&](const SignalPtr& signal) { return key_of(*signal, p.sort_by_time); };
  std::ranges::sort(found, {}, key);
  SignalSelection selection;
  selection.total = found.size();
  auto first = found.begin();
  if (!p.cursor.empty()) {
    auto place = parse_cursor_text(p.cursor, p.sort_by_time);
    if (!place)
      return fail(std::move(place.error()));
    Key after = p.sort_by_time ? Key{-place->close, -place->score, place->id}
                               : Key{-place->score, -place->close, place->id};
    first = std::ranges::upper_bound(found, after, {}, key);
  }
  auto count = std::min<std::ptrdiff_t>(found.end() - first, p.limit);
  selection.signals.assign(first, first + count);
  if (first + count != found.end())
    selection.next_cursor = make_cursor(*selection.signals.back(), p.sort_by_time);
  return selection;
}

}  // namespace cscan
