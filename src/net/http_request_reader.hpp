#pragma once
// Turns the bytes of one connection into requests. It owns the receive buffer and the grammar and
// touches no socket, so that its tests and its fuzzer need none; http_session moves the bytes.
//
// The grammar is Beast's. Stricter than Beast: Host must be there once (HTTP/1.1), a body has
// exactly one declared length, "chunked" is the only transfer encoding, and the start line counts
// towards the header's limit. These are the requests that two servers in a row may read
// differently.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "net/http_error.hpp"
#include "net/http_message.hpp"

namespace cscan {

enum class ReadStep {
  need_bytes,    ///< call received() with more, then step() again
  header_done,   ///< a body follows; told once per request
  request_done,  ///< call take_request()
  refused,       ///< the answer is refusal(); the connection must be closed after it
};

/// One connection's reader. One thread at a time. Memory is bounded by both limits and 4 KiB.
class HttpRequestReader {
 public:
  HttpRequestReader(std::uint32_t header_bytes_max, std::uint64_t body_bytes_max);
  ~HttpRequestReader();
  HttpRequestReader(const HttpRequestReader&) = delete;
  HttpRequestReader& operator=(const HttpRequestReader&) = delete;

  /// Where to receive into; never empty after need_bytes.
  [[nodiscard]] std::span<char> space();
  /// The first `count` bytes of space() have been filled.
  void received(std::size_t count);
  /// Whether bytes wait that belong to no finished request (a pipelined one, or its beginning).
  [[nodiscard]] bool has_bytes() const { return begin_ < end_; }

  /// Forgets what has been received; space() is all of the buffer again.
  void discard() { begin_ = end_ = 0; }

  /// Reads on as far as the bytes go.
  [[nodiscard]] ReadStep step();
  /// After header_done: whether the client waits for "100 Continue" before it sends the body.
  [[nodiscard]] bool expects_continue() const;
  /// After request_done, once. Bytes beyond the request stay for the next one.
  [[nodiscard]] HttpRequest take_request();
  /// After refused.
  [[nodiscard]] const HttpError& refusal() const { return *refusal_; }

 private:
  struct Parser;

  [[nodiscard]] ReadStep step_header();
  [[nodiscard]] ReadStep step_body();
  [[nodiscard]] ReadStep refuse(const HttpError& error);
  void copy_header();
  [[nodiscard]] std::optional<HttpError> find_fault() const;

  const std::uint32_t header_bytes_max_;
  const std::uint64_t body_bytes_max_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;  ///< received and not yet read: [begin_, end_) of buffer_
  std::size_t end_ = 0;
  std::size_t header_bytes_ = 0;
  bool is_chunked_ = false;
  std::unique_ptr<Parser> parser_;
  HttpRequest request_;
  std::optional<HttpError> refusal_;
};

}  // namespace cscan
