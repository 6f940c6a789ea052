#include "server/gate.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "server/api_error.hpp"

namespace cscan {
namespace {

/// Compares without telling by its time how much was right.
bool equal_in_constant_time(std::string_view a, std::string_view b) {
  unsigned char difference = a.size() != b.size();
  for (std::size_t i = 0; i < a.size(); ++i)
    difference |= static_cast<unsigned char>(a[i] ^ (b.empty() ? 0 : b[i % b.size()]));
  return difference == 0;
}

bool is_json_type(std::string_view type) {
  std::string_view media = type.substr(0, type.find(';'));
  while (media.ends_with(' '))
    media.remove_suffix(1);
  return equals_ignoring_case(media, "application/json");
}

}  // namespace

bool is_loopback(std::string_view bind_address) {
  return bind_address.starts_with("127.") || bind_address == "::1" || bind_address == "localhost";
}

Gate::Gate(const GateOptions& options) : token_(options.token) {
  std::vector<std::string> names = {"localhost", "127.0.0.1", "[::1]"};
  bool is_v6 = options.bind_address.find(':') != std::string::npos;
  names.push_back(is_v6 ? "[" + options.bind_address + "]" : options.bind_address);
  for (const std::string& name : names) {
    hosts_.push_back(fmt::format("{}:{}", name, options.port));
    if (options.port == 80)
      hosts_.push_back(name);
  }
  hosts_.insert(hosts_.end(), options.allowed_hosts.begin(), options.allowed_hosts.end());
}

bool Gate::host_allowed(std::string_view host) const {
  return std::ranges::any_of(
      hosts_, [&](const std::string& allowed) { return equals_ignoring_case(allowed, host); });
}

bool Gate::origin_allowed(const HttpRequest& request) const {
  auto site = request.header("Sec-Fetch-Site");
  if (site && *site != "same-origin" && *site != "none")
    return false;
  auto origin = request.header("Origin");
  if (!origin)
    return true;
  for (std::string_view scheme : {"http://", "https://"})
    if (origin->starts_with(scheme) && host_allowed(origin->substr(scheme.size())))
      return true;
  return false;
}

bool Gate::token_matches(const HttpRequest& request) const {
  auto given = request.header("Authorization");
  constexpr std::string_view scheme = "Bearer ";
  return given && given->starts_with(scheme) &&
         equal_in_constant_time(given->substr(scheme.size()), token_);
}

std::optional<HttpResponse> Gate::check(const HttpRequest& request, std::string_view path) const {
  auto host = request.header("Host");
  if (!host || !host_allowed(*host))
    return error_response(
        403, "forbidden_host",
        fmt::format("this server does not answer for that Host: use {}", hosts_.front()));
  if (!token_.empty() && path != "/health" && !token_matches(request)) {
    HttpResponse refusal =
        error_response(401, "unauthorized", "send the token as 'Authorization: Bearer …'");
    refusal.headers.push_back({"WWW-Authenticate", "Bearer"});
    return refusal;
  }
  if (request.method == "GET")
    return std::nullopt;
  if (!origin_allowed(request))
    return error_response(403, "forbidden_origin",
                          "a page of another origin may not change this scanner");
  auto type = request.header("Content-Type");
  if (!request.body.empty() && (!type || !is_json_type(*type)))
    return error_response(415, "unsupported_media_type",
                          "send the body as 'Content-Type: application/json'");
  return std::nullopt;
}

}  // namespace cscan
