#include "exchange/kucoinfutures/stream_parse.hpp"

#include "exchange/kucoinfutures/event_parse.hpp"
#include "exchange/kucoinfutures/usual_frame.hpp"

namespace cscan::kucoinfutures {
namespace {

/// What the first look at a frame tells.
struct Envelope {
  std::string type, id, topic, subject;
  std::int64_t code = 0;
};

Result<Envelope> peek(JsonDocument& document) {
  std::string_view type, id, topic, subject;
  Envelope envelope;
  auto read = read_object(
      document, {required("type", json::Text{type}), optional("id", json::Label{id}),
                 optional("topic", json::Text{topic}), optional("subject", json::Text{subject}),
                 optional("code", json::WholeNumber{envelope.code})});
  if (!read)
    return fail(read.error());
  envelope.type = type;
  envelope.id = id;
  envelope.topic = topic;
  envelope.subject = subject;
  document.rewind();
  return envelope;
}

Status read_frame(JsonDocument& document, Timestamp received, DecodedFrame& out) {
  auto envelope = peek(document);
  if (!envelope)
    return fail(envelope.error());
  if (envelope->type == "message") {
    auto read = [&](JsonValue data) -> Status {
      auto message = read_event(data, {received, envelope->topic, envelope->subject});
      if (!message)
        return fail(message.error());
      out.messages.push_back(std::move(*message));
      return {};
    };
    return read_object(document, {required("data", json::Nested{JsonVisitor(read)})});
  }
  std::string_view text;
  if (envelope->type == "error") {
    if (auto read = read_object(document, {optional("data", json::Label{text})}); !read)
      return read;
    out.messages.push_back(RefusalMessage{envelope->id, envelope->code, printable(text, 200)});
    return {};
  }
  // Walked to its end, or the reader would not notice what follows.
  if (auto walked = read_object(document, {}); !walked)
    return walked;
  if (envelope->type == "welcome")
    out.messages.push_back(WelcomeMessage{});
  else if (envelope->type == "ack")
    out.messages.push_back(AckMessage{envelope->id});
  else if (envelope->type == "pong")
    out.messages.push_back(PongMessage{});
  else
    out.messages.push_back(OtherMessage{printable(envelope->type, 40)});
  return {};
}

}  // namespace

void decode_frame(JsonReader& reader, std::string_view frame, Timestamp received,
                  DecodedFrame& out) {
  out.clear();
  if (read_usual_frame(frame, received, out))
    return;
  auto read = reader.read(
      frame, [&](JsonDocument& document) { return read_frame(document, received, out); });
  if (!read) {
    out.clear();
    out.rejects.push_back(read.error());
  }
}

}  // namespace cscan::kucoinfutures
