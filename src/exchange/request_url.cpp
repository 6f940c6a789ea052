#include "exchange/request_url.hpp"

#include <algorithm>

#include "base/decimal.hpp"

namespace cscan {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::optional<std::string> percent_decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0)
      return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

}  // namespace

std::string_view path_of(std::string_view url) {
  std::size_t host = url.find("://");
  std::size_t slash = host == std::string_view::npos ? host : url.find('/', host + 3);
  return slash == std::string_view::npos ? "/" : url.substr(slash);
}

bool is_query_of(const Endpoint& endpoint, std::string_view url) {
  std::string_view path = path_of(url);
  if (endpoint.path.empty() || !path.starts_with(endpoint.path))
    return false;
  return path.size() == endpoint.path.size() || path[endpoint.path.size()] == '?';
}

std::optional<std::string> query_value(std::string_view url, std::string_view name) {
  std::size_t mark = url.find('?');
  std::string_view rest = mark == std::string_view::npos ? "" : url.substr(mark + 1);
  while (!rest.empty()) {
    std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=')
      return percent_decode(pair.substr(name.size() + 1));
  }
  return std::nullopt;
}

std::optional<std::int64_t> query_number(std::string_view url, std::string_view name) {
  auto text = query_value(url, name);
  auto number = parse_integer(text.value_or(""));
  return number && *number >= 0 ? std::optional(*number) : std::nullopt;
}

}  // namespace cscan
