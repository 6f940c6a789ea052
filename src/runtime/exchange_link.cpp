#include "runtime/exchange_link.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace cscan {
namespace {

RestResponse to_response(HttpReply reply) {
  RestResponse response;
  response.status = reply.status;
  response.body = std::move(reply.body);
  for (HttpHeader& header : reply.headers)
    response.headers.emplace_back(std::move(header.name), std::move(header.value));
  return response;
}

}  // namespace

ExchangeLink::ExchangeLink(std::unique_ptr<Protocol> protocol, SessionOptions options, Parts parts)
    : parts_(std::move(parts)), session_(std::move(protocol), std::move(options)) {}

void ExchangeLink::start(Timestamp quiet_until) {
  session_.start(now(), quiet_until);
  carry_out();
}

Result<WatchPlan> ExchangeLink::watch(const std::vector<std::string>& ids,
                                      std::vector<Timeframe> timeframes, std::size_t history) {
  auto plan = session_.watch(ids, std::move(timeframes), history, now());
  carry_out();
  return plan;
}

void ExchangeLink::request_history(std::size_t market, Timeframe timeframe, Timestamp from) {
  session_.request_history(market, timeframe, from, now());
  carry_out();
}

void ExchangeLink::step() {
  session_.step(now());
  carry_out();
}

void ExchangeLink::clock_moved(Duration by) { session_.clock_moved(by); }

void ExchangeLink::close() {
  is_closed_ = true;
  for (auto& [id, stream] : streams_)
    stream->close();
  streams_.clear();
}

void ExchangeLink::carry_out() {
  if (is_closed_)
    return;
  SessionOutput output = session_.take_output();
  for (SessionEvent& event : output.events)
    parts_.on_event(event);
  for (SessionAction& action : output.actions) {
    if (auto* request = std::get_if<SendRequest>(&action)) {
      query(std::move(*request));
    } else if (auto* stream = std::get_if<OpenStream>(&action)) {
      open(*stream);
    } else if (auto* message = std::get_if<SendText>(&action)) {
      if (auto found = streams_.find(message->stream); found != streams_.end())
        found->second->send(std::move(message->text));
    } else if (auto* end = std::get_if<CloseStream>(&action)) {
      if (auto found = streams_.find(end->stream); found != streams_.end()) {
        found->second->close();
        streams_.erase(found);
      }
    }
  }
}

void ExchangeLink::open(const OpenStream& stream) {
  const StreamId id = stream.stream;
  // The handlers are gone when the link closes the stream, so that `this` is there when they run.
  WebSocketHandlers handlers;
  handlers.on_open = [this, id] {
    session_.on_stream_open(id, now());
    carry_out();
  };
  handlers.on_message = [this, id](std::string_view text) {
    if (parts_.sink != nullptr)
      parts_.sink->on_frame(table().id, id, clock().now(), text);
    session_.on_stream_text(id, text, now());
    carry_out();
  };
  handlers.on_closed = [this, id](int refusal, const std::string& reason) {
    streams_.erase(id);
    session_.on_stream_closed(id, refusal, reason, now());
    carry_out();
  };
  streams_[id] =
      WebSocketClient::open(parts_.executor, parts_.tls, stream.url, {}, std::move(handlers));
}

void ExchangeLink::query(SendRequest request) {
  auto ask = [](std::shared_ptr<ExchangeLink> self,
                SendRequest sent) -> boost::asio::awaitable<void> {
    HttpQuery query;
    query.method = sent.request.method == RestMethod::post ? "POST" : "GET";
    query.url = std::move(sent.request.url);
    const std::string url = query.url;
    FrameSink* sink = self->parts_.sink;
    if (sink != nullptr)
      sink->on_request(self->table().id, url, self->clock().now());
    RestResponse response;
    try {
      response = to_response(co_await self->parts_.http->fetch(std::move(query)));
    } catch (const std::exception& failure) {
      response.body = failure.what();  // as if nothing came: it is asked again
    }
    if (self->is_closed_)
      co_return;
    if (sink != nullptr)
      sink->on_response(self->table().id, url, response.status, self->clock().now(), response.body);
    self->session_.on_response(sent.id, response, self->now());
    self->carry_out();
  };
  boost::asio::co_spawn(parts_.executor, ask(shared_from_this(), std::move(request)),
                        boost::asio::detached);
}

}  // namespace cscan
