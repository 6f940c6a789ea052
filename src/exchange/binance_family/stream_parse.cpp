#include "exchange/binance_family/stream_parse.hpp"

#include <fmt/format.h>

#include "exchange/binance_family/event_parse.hpp"
#include "exchange/binance_family/usual_frame.hpp"

namespace cscan::binance_family {
namespace {

/// What the first look at a frame tells: enough to know how to read it.
struct Envelope {
  bool is_wrapped = false;
  bool is_list = false;  ///< an array of events
  std::string stream;    ///< of a wrapped frame
  std::string event;     ///< "e"; "bookTicker" for the one that spot leaves unnamed
  std::string id;
  bool has_id = false;
  bool is_refusal = false;
  std::int64_t code = 0;
  std::string text;
};

/// What names an event: "e", or the fields of the one that spot leaves unnamed. Field order is not
/// relied upon.
struct EventName {
  std::string_view name;
  bool has_update_id = false, has_bid = false, has_ask = false;

  [[nodiscard]] std::string_view kind() const {
    return name.empty() && has_update_id && has_bid && has_ask ? "bookTicker" : name;
  }
};

Status peek_event(JsonObject object, std::string& event) {
  EventName e;
  auto read = read_object(
      object, {optional("e", json::Text{e.name}), optional("u", json::Present{e.has_update_id}),
               optional("b", json::Present{e.has_bid}), optional("a", json::Present{e.has_ask})});
  event = e.kind();
  return read;
}

Status peek_data(JsonValue data, Envelope& envelope) {
  envelope.is_wrapped = true;
  auto object = to_object(data);
  if (object)
    return peek_event(*object, envelope.event);
  envelope.is_list = true;
  return {};
}

Status peek_refusal(JsonValue value, Envelope& envelope) {
  std::string_view text;
  envelope.is_refusal = true;
  auto read = read_object(value, {optional("code", json::WholeNumber{envelope.code}),
                                  optional("msg", json::Text{text})});
  envelope.text = printable(text, 200);
  return read;
}

/// Events, wrappers and answers to requests: {"e"}, {"stream","data"}, {"result","id"},
/// {"code","msg","id"}, {"error":{"code","msg"},"id"}.
Status peek_object(JsonDocument& document, Envelope& envelope) {
  std::string_view stream, id, text;
  EventName e;
  auto read_data = [&](JsonValue value) { return peek_data(value, envelope); };
  auto read_error = [&](JsonValue value) { return peek_refusal(value, envelope); };
  auto read = read_object(
      document,
      {optional("stream", json::Text{stream}),
       optional("data", json::Nested{JsonVisitor(read_data)}), optional("id", json::Label{id}),
       optional("code", json::WholeNumber{envelope.code}), optional("msg", json::Text{text}),
       optional("error", json::Nested{JsonVisitor(read_error)}), optional("e", json::Text{e.name}),
       optional("u", json::Present{e.has_update_id}), optional("b", json::Present{e.has_bid}),
       optional("a", json::Present{e.has_ask})});
  envelope.stream = stream;
  envelope.id = id;
  envelope.has_id = !id.empty();
  if (!envelope.is_wrapped)
    envelope.event = e.kind();
  if (envelope.code != 0 && !envelope.is_refusal) {
    envelope.is_refusal = true;
    envelope.text = printable(text, 200);
  }
  return read;
}

Result<Envelope> peek(JsonDocument& document) {
  Envelope envelope;
  simdjson::ondemand::json_type type{};
  if (auto code = document.type().get(type))
    return fail(json_error(code));
  if (type == simdjson::ondemand::json_type::array) {
    envelope.is_list = true;
    return envelope;
  }
  if (auto read = peek_object(document, envelope); !read)
    return fail(read.error());
  bool is_answer = envelope.is_refusal || (envelope.has_id && !envelope.is_wrapped);
  if (!is_answer)
    document.rewind();
  return envelope;
}

/// Reads the events of a frame; bad entries of a list are rejected one by one.
class FrameReader {
 public:
  FrameReader(const ExchangeTable& table, Timestamp received, DecodedFrame& out)
      : table_(table), received_(received), out_(out) {}

  Status read(JsonDocument& document) {
    auto envelope = peek(document);
    if (!envelope)
      return fail(envelope.error());
    if (envelope->is_refusal) {
      out_.messages.push_back(RefusalMessage{envelope->id, envelope->code, envelope->text});
      return {};
    }
    if (envelope->has_id && !envelope->is_wrapped) {
      out_.messages.push_back(AckMessage{envelope->id});
      return {};
    }
    if (envelope->is_wrapped)
      return read_wrapped(document, *envelope);
    if (envelope->is_list)
      return read_list(document);
    auto object = to_object(document);
    return object ? read_one(*object, envelope->event, {}) : fail(object.error());
  }

 private:
  Status read_wrapped(JsonDocument& document, const Envelope& envelope) {
    auto read_data = [&](JsonValue data) -> Status {
      if (envelope.is_list)
        return read_list(data);
      auto object = to_object(data);
      return object ? read_one(*object, envelope.event, envelope.stream) : fail(object.error());
    };
    return read_object(document, {required("data", json::Nested{JsonVisitor(read_data)})});
  }

  /// The only lists are arrays of mini tickers.
  template <class Source>
  Status read_list(Source& source) {
    auto each = [&](JsonValue value) -> Status {
      auto object = to_object(value);
      Status read = object ? read_one(*object, "24hrMiniTicker", {}) : fail(object.error());
      if (!read && !is_structural(read.error())) {
        out_.rejects.push_back(read.error());
        return {};
      }
      return read;
    };
    return read_array(source, JsonVisitor(each));
  }

  Status read_one(JsonObject object, std::string_view event, std::string_view stream) {
    EventSource source{table_, received_, stream};
    auto message = read_event(object, event, source);
    if (!message)
      return fail(message.error());
    if (*message)
      out_.messages.push_back(std::move(**message));
    return {};
  }

  const ExchangeTable& table_;
  Timestamp received_;
  DecodedFrame& out_;
};

}  // namespace

void decode_frame(const ExchangeTable& table, JsonReader& reader, std::string_view frame,
                  Timestamp received, DecodedFrame& out) {
  out.clear();
  if (read_usual_frame(table, frame, received, out))
    return;
  FrameReader frame_reader(table, received, out);
  auto read =
      reader.read(frame, [&](JsonDocument& document) { return frame_reader.read(document); });
  if (!read) {
    out.clear();
    out.rejects.push_back(read.error());
  }
}

}  // namespace cscan::binance_family
