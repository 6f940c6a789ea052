#include "server/scan_query.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/edit_distance.hpp"
#include "base/limits.hpp"
#include "server/symbol_lookup.hpp"
#include "wire/scan_cell_json.hpp"

namespace cscan {
namespace {

/// Those that say which row it is; shown whatever else is asked for.
constexpr std::array<std::string_view, 4> naming = {"rank", "exchange", "symbol", "timeframe"};

/// "a column, perhaps rsi_14; there are rank exchange …"
std::string accepted_columns(std::string_view asked) {
  auto distance = [&](const ScanColumn& column) { return edit_distance(column.name, asked); };
  auto nearest = std::ranges::min_element(scan_columns(), {}, distance);
  std::string text = fmt::format("a column, perhaps {}; there are", nearest->name);
  for (const ScanColumn& column : scan_columns())
    fmt::format_to(std::back_inserter(text), " {}", column.name);
  return text;
}

const ScanColumn* read_column(QueryReader& query, std::string_view key, std::string_view name) {
  // Whatever was asked, an answer to a long name would help nobody.
  const ScanColumn* column = find_scan_column(name);
  if (column == nullptr)
    query.reject(key, name, accepted_columns(name.substr(0, 40)));
  return column;
}

/// Adds a column once.
void show(std::vector<const ScanColumn*>& columns, const ScanColumn& column) {
  if (std::ranges::find(columns, &column) == columns.end())
    columns.push_back(&column);
}

std::vector<const ScanColumn*> read_columns(QueryReader& query) {
  std::vector<const ScanColumn*> columns;
  std::vector<std::string> lists = query.all("columns");
  for (const ScanColumn& column : scan_columns())
    if (lists.empty() || std::ranges::find(naming, column.name) != naming.end())
      show(columns, column);
  for (std::string_view list : lists)
    for (bool more = true; more;) {
      std::size_t comma = list.find(',');
      const ScanColumn* column = read_column(query, "columns", list.substr(0, comma));
      if (column == nullptr)
        return columns;  // refused: one unknown name is enough
      show(columns, *column);
      more = comma != std::string_view::npos;
      list.remove_prefix(more ? comma + 1 : list.size());
    }
  return columns;
}

/// Names from A on and the best rank first; of numbers the largest.
ScanOrder usual_order(const ScanColumn& column) {
  return column.kind == ScanKind::text || column.name == "rank" ? ScanOrder::ascending
                                                                : ScanOrder::descending;
}

struct Keyed {
  ScanCell key;
  const ScanRow* row = nullptr;
};

bool comes_before(const Keyed& a, const Keyed& b, ScanOrder order) {
  bool a_known = a.key.index() != 0, b_known = b.key.index() != 0;
  if (a_known != b_known)
    return a_known;
  if (a.key != b.key)
    return order == ScanOrder::ascending ? a.key < b.key : b.key < a.key;
  return a.row->rank < b.row->rank;
}

}  // namespace

ScanQuery read_scan_query(QueryReader& query, const MarketView& view) {
  ScanQuery result;
  result.limit = query.integer("limit", 50, 1, limits::signals_per_reply_max);
  for (const std::string& name : query.all("timeframe")) {
    if (auto interval = find_interval(view, name))
      result.timeframes.push_back(*interval);
    else
      query.reject(std::move(interval.error()));
  }
  result.columns = read_columns(query);
  result.sort = read_column(query, "sort", query.text("sort").value_or("rank"));
  if (result.sort != nullptr)
    result.order = usual_order(*result.sort);
  if (auto order = query.text("order")) {
    if (*order == "asc")
      result.order = ScanOrder::ascending;
    else if (*order == "desc")
      result.order = ScanOrder::descending;
    else
      query.reject("order", *order, "asc or desc");
  }
  return result;
}

ScanSelection select_scan(std::span<const ScanRow> ranking, const ScanNames& names,
                          const ScanQuery& query) {
  std::vector<Keyed> matching;
  for (const ScanRow& row : ranking)
    if (query.timeframes.empty() ||
        std::ranges::find(query.timeframes, row.timeframe) != query.timeframes.end())
      matching.push_back({query.sort->cell(row, names), &row});
  auto shown = std::min(matching.size(), static_cast<std::size_t>(query.limit));
  std::ranges::partial_sort(
      matching, matching.begin() + static_cast<std::ptrdiff_t>(shown),
      [&](const Keyed& a, const Keyed& b) { return comes_before(a, b, query.order); });
  ScanSelection selection{{}, static_cast<std::int64_t>(matching.size())};
  for (const Keyed& keyed : std::span(matching).first(shown))
    selection.rows.push_back(keyed.row);
  return selection;
}

void write_scan_row(JsonWriter& json, const ScanRow& row, const ScanNames& names,
                    std::span<const ScanColumn* const> columns) {
  json.begin_object();
  for (const ScanColumn* column : columns) {
    json.key(column->name);
    append_scan_cell(json, column->cell(row, names));
  }
  json.end_object();
}

}  // namespace cscan
