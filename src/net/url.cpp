#include "net/url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace cscan {
namespace {

struct Scheme {
  std::string_view prefix;
  bool is_secure;
};
constexpr std::array<Scheme, 4> schemes = {
    {{"http://", false}, {"https://", true}, {"ws://", false}, {"wss://", true}}};

constexpr std::string_view own_port(bool is_secure) { return is_secure ? "443" : "80"; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_port(std::string_view text) {
  if (text.empty() || text.size() > 5 || !std::ranges::all_of(text, is_digit))
    return false;
  int value = 0;
  for (char c : text)
    value = value * 10 + (c - '0');
  return value > 0 && value <= 65'535;
}

bool is_host_byte(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' ||
         c == '_';
}

std::unexpected<Error> bad(std::string_view why) {
  return fail(ErrorCode::invalid_argument, fmt::format("not an address: {}", why));
}

/// "[::1]:80" or "host:80", cut in two. The port is empty when there is none.
std::optional<std::pair<std::string_view, std::string_view>> split_authority(
    std::string_view authority) {
  std::size_t end = authority.find(':');
  std::string_view host = authority.substr(0, end);
  if (authority.starts_with('[')) {
    std::size_t bracket = authority.find(']');
    if (bracket == std::string_view::npos)
      return std::nullopt;
    host = authority.substr(1, bracket - 1);
    end = bracket + 1;
    if (host.empty() || host.find_first_not_of("0123456789abcdefABCDEF:.") != host.npos)
      return std::nullopt;
  } else if (host.empty() || !std::ranges::all_of(host, is_host_byte)) {
    return std::nullopt;
  }
  if (end >= authority.size())
    return std::pair{host, std::string_view()};
  if (authority[end] != ':' || !is_port(authority.substr(end + 1)))
    return std::nullopt;
  return std::pair{host, authority.substr(end + 1)};
}

}  // namespace

std::string Url::authority() const {
  std::string text = host.contains(':') ? "[" + host + "]" : host;
  return port == own_port(is_secure) ? text : text + ":" + port;
}

Result<Url> parse_url(std::string_view text) {
  auto scheme = std::ranges::find_if(
      schemes, [&](const Scheme& known) { return text.starts_with(known.prefix); });
  if (scheme == schemes.end())
    return bad("it begins with none of http://, https://, ws://, wss://");
  std::string_view rest = text.substr(scheme->prefix.size());
  std::size_t end = std::min(rest.find_first_of("/?#"), rest.size());
  auto authority = split_authority(rest.substr(0, end));
  if (!authority)
    return bad("its host or port");
  std::string_view target = rest.substr(end);
  bool plain = std::ranges::all_of(target, [](char c) { return c > ' ' && c < '\x7f'; });
  if (!plain || target.contains('#'))
    return bad("bytes of its path that have to be encoded");
  Url url{scheme->is_secure, std::string(authority->first),
          std::string(authority->second.empty() ? own_port(scheme->is_secure) : authority->second),
          std::string(target)};
  if (!url.target.starts_with('/'))
    url.target.insert(0, "/");
  return url;
}

}  // namespace cscan
