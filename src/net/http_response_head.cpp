#include "net/http_response_head.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>

namespace cscan {
namespace {

struct Reason {
  int status;
  std::string_view phrase;
};

constexpr Reason reasons[] = {
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {426, "Upgrade Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
};

std::string_view reason_phrase(int status) {
  const auto* reason = std::ranges::find(reasons, status, &Reason::status);
  return reason == std::end(reasons) ? "Unknown" : reason->phrase;
}

bool is_token(std::string_view name) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::ranges::all_of(name, [marks](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           marks.contains(c);
  });
}

bool is_value(std::string_view value) {
  return value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

bool is_framing_header(std::string_view name) {
  return equals_ignoring_case(name, "Content-Length") ||
         equals_ignoring_case(name, "Transfer-Encoding") ||
         equals_ignoring_case(name, "Connection");
}

void append_framing(std::string& head, const ResponseFraming& framing) {
  if (framing.end == BodyEnd::length)
    fmt::format_to(std::back_inserter(head), "Content-Length: {}\r\n", framing.length);
  else if (framing.end == BodyEnd::chunked)
    head += "Transfer-Encoding: chunked\r\n";
  if (!framing.keep_alive)
    head += "Connection: close\r\n";
  else if (framing.version == HttpVersion::http_1_0)
    head += "Connection: keep-alive\r\n";
}

}  // namespace

Result<std::string> response_head(const HttpResponse& response, const ResponseFraming& framing) {
  std::string head;
  head.reserve(256);
  fmt::format_to(std::back_inserter(head), "HTTP/1.1 {} {}\r\n", response.status,
                 reason_phrase(response.status));
  for (const HttpHeader& header : response.headers) {
    if (is_framing_header(header.name))
      continue;
    if (!is_token(header.name) || !is_value(header.value))
      return fail(ErrorCode::internal, "a response header has characters that cannot be sent");
    head.append(header.name).append(": ").append(header.value).append("\r\n");
  }
  append_framing(head, framing);
  head += "\r\n";
  return head;
}

}  // namespace cscan
