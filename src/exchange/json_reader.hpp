#pragma once
// The exchanges' JSON, strictly. A list of fields says which names are wanted, in which form and
// where they go; everything else in the object is skipped. simdjson's on-demand parser finds the
// way, base/decimal reads the numbers.
//
// What makes a document fail, whole: text that is not UTF-8, brackets or strings that do not close,
// anything after the end, a wanted field that is missing, twice there or of another type, a number
// that is not finite, a time outside its range. A cut message therefore never reads as a shorter
// one. What passes unseen: nonsense inside fields nobody asked for.
//
// No exception, no recursion, one pass. Texts point into the reader and live until its next read.

#include <simdjson.h>

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/result.hpp"
#include "exchange/wire_time.hpp"

namespace cscan {

using JsonValue = simdjson::ondemand::value;
using JsonObject = simdjson::ondemand::object;
using JsonDocument = simdjson::ondemand::document;

/// A reference to a callable that reads one value. The callable outlives the call.
class JsonVisitor {
 public:
  template <class Read>
  explicit JsonVisitor(Read& read)
      : object_(&read),
        call_([](void* object, JsonValue value) { return (*static_cast<Read*>(object))(value); }) {}
  Status operator()(JsonValue value) const { return call_(object_, value); }

 private:
  void* object_;
  Status (*call_)(void*, JsonValue);
};

/// Forms of a value, each with its destination.
namespace json {
struct Skip {};
/// Only whether it is there (null: no).
struct Present {
  bool& out;
};
/// "0.0010"
struct DecimalText {
  double& out;
};
/// 0.001, also 1E-3
struct DecimalNumber {
  double& out;
};
/// Either of the two: fields that changed their form over the years.
struct Decimal {
  double& out;
};
/// 12
struct WholeNumber {
  std::int64_t& out;
};
struct Flag {
  bool& out;
};
struct Text {
  std::string_view& out;
};
/// A time as a whole number, or as text of one (`as_text`).
struct Time {
  Timestamp& out;
  TimeUnit unit;
  Timestamp received;
  bool as_text = false;
};
/// An announced date, milliseconds; null and "" say that there is none.
struct Date {
  std::optional<Timestamp>& out;
};
/// A text, or a whole number taken as its digits; null gives "".
struct Label {
  std::string_view& out;
};
struct Nested {
  JsonVisitor read;
};
}  // namespace json

using JsonTarget = std::variant<json::Skip, json::Present, json::DecimalText, json::DecimalNumber,
                                json::Decimal, json::WholeNumber, json::Flag, json::Text,
                                json::Time, json::Date, json::Label, json::Nested>;

/// A wanted field. An optional one may be absent or null; its destination keeps its value then.
struct JsonField {
  std::string_view name;
  JsonTarget target;
  bool is_required = true;
};
inline JsonField required(std::string_view name, JsonTarget target) { return {name, target, true}; }
inline JsonField optional(std::string_view name, JsonTarget target) {
  return {name, target, false};
}

/// Reads the object's fields, at most 32 wanted ones. All of the object is walked.
[[nodiscard]] Status read_object(JsonObject object, std::initializer_list<JsonField> fields);
[[nodiscard]] Status read_object(JsonValue value, std::initializer_list<JsonField> fields);
[[nodiscard]] Status read_object(JsonDocument& document, std::initializer_list<JsonField> fields);

[[nodiscard]] Result<JsonObject> to_object(JsonValue value);
[[nodiscard]] Result<JsonObject> to_object(JsonDocument& document);

/// Reads an array by position; it may be longer than `columns`, not shorter.
[[nodiscard]] Status read_row(JsonValue array, std::initializer_list<JsonTarget> columns);

/// Calls `each` for every element; an error of `each` ends the walk.
[[nodiscard]] Status read_array(JsonValue array, JsonVisitor each);
[[nodiscard]] Status read_array(JsonDocument& document, JsonVisitor each);

[[nodiscard]] Error json_error(simdjson::error_code code);
/// Whether the text itself is broken. After such an error the document must be left; after any
/// other the next element of an array can be read.
[[nodiscard]] bool is_structural(const Error& error);
/// The first `bytes_max` bytes of a text, fit for a log: control bytes and non-ASCII escaped.
[[nodiscard]] std::string printable(std::string_view text, std::size_t bytes_max);

/// Owns the memory that reading needs: about five bytes for each byte of the largest text so far.
class JsonReader {
 public:
  /// Texts of more than `bytes_max` bytes are refused unread.
  explicit JsonReader(std::size_t bytes_max);

  /// Calls `read(JsonDocument&)`, which may call rewind() for a second look, and checks that
  /// nothing follows the document.
  template <class Read>
  [[nodiscard]] Status read(std::string_view text, Read&& read_document) {
    JsonDocument document;
    if (auto opened = open(text, document); !opened)
      return opened;
    if (auto done = read_document(document); !done)
      return done;
    return close(document);
  }

 private:
  Status open(std::string_view text, JsonDocument& document);
  static Status close(JsonDocument& document);

  std::size_t bytes_max_;
  std::unique_ptr<simdjson::ondemand::parser> parser_;
  std::string padded_;
};

}  // namespace cscan
