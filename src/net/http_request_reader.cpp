#include "net/http_request_reader.hpp"

#include <algorithm>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstring>

#include "base/check.hpp"

namespace cscan {
namespace {

namespace http = boost::beast::http;

constexpr std::size_t receive_bytes = 4 * 1024;
/// "0 CR LF CR LF", the shortest end of a chunked body.
constexpr std::size_t last_chunk_bytes = 5;

constexpr HttpError header_too_large = {431, "header_too_large",
                                        "the request header is larger than this server accepts"};

HttpError to_refusal(const boost::beast::error_code& error) {
  if (error == http::error::header_limit)
    return header_too_large;
  if (error == http::error::body_limit)
    return {413, "body_too_large", "the request body is larger than this server accepts"};
  return {400, "invalid_argument", "the request is not valid HTTP/1.1"};
}

}  // namespace

struct HttpRequestReader::Parser {
  // Beast's parsers read one message each.
  std::optional<http::request_parser<http::string_body>> beast;
};

HttpRequestReader::HttpRequestReader(std::uint32_t header_bytes_max, std::uint64_t body_bytes_max)
    : header_bytes_max_(header_bytes_max),
      body_bytes_max_(body_bytes_max),
      parser_(std::make_unique<Parser>()) {}

HttpRequestReader::~HttpRequestReader() = default;

std::span<char> HttpRequestReader::space() {
  if (begin_ == end_) {
    begin_ = end_ = 0;
  } else if (begin_ > 0 && end_ == buffer_.size()) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ == buffer_.size())
    buffer_.resize(
        std::min(std::max(receive_bytes, buffer_.size() * 2), header_bytes_max_ + receive_bytes));
  return std::span(buffer_).subspan(end_);
}

void HttpRequestReader::received(std::size_t count) {
  CHECK(count <= buffer_.size() - end_, "{} bytes", count);
  end_ += count;
}

ReadStep HttpRequestReader::step() {
  if (refusal_)
    return ReadStep::refused;
  if (!parser_->beast) {
    parser_->beast.emplace();
    parser_->beast->header_limit(header_bytes_max_);
    parser_->beast->body_limit(body_bytes_max_);
    header_bytes_ = 0;
  }
  return parser_->beast->is_header_done() ? step_body() : step_header();
}

ReadStep HttpRequestReader::step_header() {
  auto& parser = *parser_->beast;
  boost::beast::error_code error;
  const std::size_t consumed =
      parser.put(boost::asio::buffer(buffer_.data() + begin_, end_ - begin_), error);
  begin_ += consumed;
  header_bytes_ += consumed;
  const std::size_t bytes_seen = header_bytes_ + (parser.is_header_done() ? 0 : end_ - begin_);
  if (bytes_seen > header_bytes_max_)
    return refuse(header_too_large);
  if (error == http::error::need_more)
    return ReadStep::need_bytes;
  if (error)
    return refuse(to_refusal(error));
  CHECK(parser.is_header_done());
  copy_header();
  is_chunked_ = parser.chunked();
  if (const std::optional<HttpError> fault = find_fault())
    return refuse(*fault);
  parser.eager(true);
  return parser.is_done() ? ReadStep::request_done : ReadStep::header_done;
}

ReadStep HttpRequestReader::step_body() {
  auto& parser = *parser_->beast;
  while (!parser.is_done()) {
    // Beast asserts that it is not asked again with less than the end of a chunked body. No
    // unfinished one has less left to come, so waiting for that much never waits for nothing.
    if (end_ - begin_ < (is_chunked_ ? last_chunk_bytes : 1))
      return ReadStep::need_bytes;
    boost::beast::error_code error;
    begin_ += parser.put(boost::asio::buffer(buffer_.data() + begin_, end_ - begin_), error);
    if (error == http::error::need_more) {
      if (end_ - begin_ >= header_bytes_max_)
        return refuse(header_too_large);  // chunk extensions or trailers without an end
      return ReadStep::need_bytes;
    }
    if (error)
      return refuse(to_refusal(error));
  }
  return ReadStep::request_done;
}

ReadStep HttpRequestReader::refuse(const HttpError& error) {
  refusal_ = error;
  return ReadStep::refused;
}

// Called before the body: what a chunked body's trailer says later is not part of the request.
void HttpRequestReader::copy_header() {
  const auto& message = parser_->beast->get();
  request_ = {};
  request_.method = message.method_string();
  if (request_.method == "HEAD") {
    request_.method = "GET";
    request_.is_head = true;
  }
  request_.target = message.target();
  request_.version = message.version() == 10 ? HttpVersion::http_1_0 : HttpVersion::http_1_1;
  request_.keep_alive = parser_->beast->keep_alive();
  for (const auto& field : message)
    request_.headers.push_back({field.name_string(), field.value()});
}

std::optional<HttpError> HttpRequestReader::find_fault() const {
  const bool is_http_1_1 = request_.version == HttpVersion::http_1_1;
  const std::size_t hosts = request_.header_count("Host");
  const std::size_t lengths = request_.header_count("Content-Length");
  const std::size_t encodings = request_.header_count("Transfer-Encoding");
  if (hosts == 0 && is_http_1_1)
    return HttpError{400, "invalid_argument", "the Host header is missing"};
  if (hosts > 1)
    return HttpError{400, "invalid_argument", "there is more than one Host header"};
  if (lengths > 1 || request_.header("Content-Length").value_or("").contains(','))
    return HttpError{400, "invalid_argument", "there is more than one Content-Length"};
  if (encodings > 0 && (lengths > 0 || encodings > 1 || !is_http_1_1))
    return HttpError{400, "invalid_argument", "the length of the body is ambiguous"};
  if (encodings > 0 && !equals_ignoring_case(*request_.header("Transfer-Encoding"), "chunked"))
    return HttpError{400, "invalid_argument", "chunked is the only transfer encoding accepted"};
  const auto expectation = request_.header("Expect");
  if (expectation && !equals_ignoring_case(*expectation, "100-continue"))
    return HttpError{417, "expectation_failed", "100-continue is the only expectation accepted"};
  return std::nullopt;
}

bool HttpRequestReader::expects_continue() const {
  // A client that has begun the body no longer waits; one of HTTP/1.0 never does.
  return request_.version == HttpVersion::http_1_1 && request_.header("Expect") && !has_bytes();
}

HttpRequest HttpRequestReader::take_request() {
  CHECK(parser_->beast && parser_->beast->is_done());
  request_.body = std::move(parser_->beast->get().body());
  parser_->beast.reset();
  return std::move(request_);
}

}  // namespace cscan
