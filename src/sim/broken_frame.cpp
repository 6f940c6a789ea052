#include "sim/broken_frame.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

namespace cscan {
namespace {

namespace json = boost::json;

/// Binance's prices have one letter (and are texts: the same letters are counts elsewhere),
/// KuCoin's have "price" in their names.
bool is_price(std::string_view name, const json::value& value) {
  constexpr std::array<std::string_view, 8> letters = {"o", "h", "l", "c", "p", "b", "a", "w"};
  if (name.contains("rice"))
    return value.is_string() || value.is_number();
  return value.is_string() && std::ranges::find(letters, name) != letters.end();
}

void spoil(json::value& price, FaultKind kind) {
  if (kind == FaultKind::not_a_number)
    price = "NaN";
  else if (price.is_string())
    price.get_string().insert(0, "-");
  else
    price = -price.to_number<double>();
}

void spoil_prices(json::value& value, FaultKind kind) {
  if (json::array* list = value.if_array()) {
    for (json::value& item : *list)
      spoil_prices(item, kind);
    return;
  }
  json::object* object = value.if_object();
  if (object == nullptr)
    return;
  for (auto& member : *object) {
    json::array* row = member.key() == "candles" ? member.value().if_array() : nullptr;
    if (row != nullptr && row->size() > 4)  // open time, then four prices
      for (std::size_t i = 1; i <= 4; ++i)
        spoil((*row)[i], kind);
    else if (is_price({member.key().data(), member.key().size()}, member.value()))
      spoil(member.value(), kind);
    else
      spoil_prices(member.value(), kind);
  }
}

}  // namespace

std::string break_frame(std::string_view frame, FaultKind kind) {
  if (kind == FaultKind::malformed)
    return "{\"e\":" + std::string(frame);
  if (kind == FaultKind::truncated)
    return std::string(frame.substr(0, frame.size() / 2));
  if (kind != FaultKind::not_a_number && kind != FaultKind::absurd)
    return std::string(frame);
  json::value value = json::parse({frame.data(), frame.size()});
  spoil_prices(value, kind);
  return json::serialize(value);
}

}  // namespace cscan
