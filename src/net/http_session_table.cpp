#include "net/http_session_table.hpp"

#include <utility>

#include "base/check.hpp"
#include "net/http_session.hpp"

namespace cscan {
namespace {

/// Connections that are being told 503 at the same time; each takes a second at most.
constexpr std::size_t refused_max = 64;

}  // namespace

HttpSessionTable::HttpSessionTable(HttpServerOptions options, HttpHandler handler)
    : options_(std::move(options)), handler_(std::move(handler)) {}

void HttpSessionTable::report(std::string what) const {
  if (options_.on_error)
    options_.on_error(std::move(what));
}

Admission HttpSessionTable::admit(const asio::ip::address& peer) const {
  const auto of_peer = served_by_peer_.find(peer);
  const std::size_t served_of_peer = of_peer == served_by_peer_.end() ? 0 : of_peer->second;
  if (sessions_.size() - refused_count_ < options_.connections_max &&
      served_of_peer < options_.connections_per_address_max)
    return Admission::serve;
  return refused_count_ < refused_max ? Admission::refuse : Admission::drop;
}

void HttpSessionTable::add(HttpSession& session) {
  sessions_.push_back(&session);
  if (session.admission() == Admission::serve)
    ++served_by_peer_[session.peer()];
  else
    ++refused_count_;
}

void HttpSessionTable::remove(HttpSession& session) {
  std::erase(sessions_, &session);
  if (session.admission() != Admission::serve) {
    --refused_count_;
    return;
  }
  const auto of_peer = served_by_peer_.find(session.peer());
  CHECK(of_peer != served_by_peer_.end() && of_peer->second > 0);
  if (--of_peer->second == 0)
    served_by_peer_.erase(of_peer);
}

Tick HttpSessionTable::tick_after(Duration duration) const {
  // One more than the quotient rounded up: the current tick may be nearly over.
  return tick_ + (duration.ms + tick_length.ms - 1) / tick_length.ms + 1;
}

void HttpSessionTable::advance() {
  ++tick_;
  for (HttpSession* session : sessions_)
    session->interrupt_if_due(tick_);
}

void HttpSessionTable::stop() {
  is_stopping_ = true;
  stop_deadline_ = tick_after(options_.stop_timeout);
  for (HttpSession* session : sessions_)
    session->interrupt_if_idle();
}

void HttpSessionTable::abort_all() {
  for (HttpSession* session : sessions_)
    session->abort();
}

}  // namespace cscan
