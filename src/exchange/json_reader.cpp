#include "exchange/json_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.hpp"
#include "base/decimal.hpp"

namespace cscan {
namespace {

/// A reader that once met a large document gives its memory back before the next small one.
constexpr std::size_t kept_bytes_max = 4 * 1024 * 1024;

/// Marks errors of the text itself in Error::context.
constexpr std::string_view structural = "json";

using simdjson::ondemand::json_type;

Status wrong_type(std::string_view wanted) {
  return fail(ErrorCode::corrupt, fmt::format("is not {}", wanted));
}

/// The first byte of a value tells its type. simdjson's own type() fails on bytes that begin none.
Result<json_type> type_of(JsonValue& value) {
  json_type type{};
  if (auto code = value.type().get(type))
    return fail(json_error(code));
  return type;
}

/// The text of a number or word as it stands, without the space behind it.
std::string_view token_of(JsonValue& value) {
  std::string_view token = value.raw_json_token();
  return token.substr(0, token.find_last_not_of(" \t\r\n") + 1);
}

Result<std::string_view> text_of(JsonValue& value) {
  std::string_view text;
  if (auto code = value.get_string().get(text))
    return fail(json_error(code));
  return text;
}

Status read_decimal(JsonValue& value, double& out, bool text_allowed, bool number_allowed) {
  auto type = type_of(value);
  if (!type)
    return fail(type.error());
  std::string_view digits;
  if (*type == json_type::string && text_allowed) {
    auto text = text_of(value);
    if (!text)
      return fail(text.error());
    digits = *text;
  } else if (*type == json_type::number && number_allowed) {
    digits = token_of(value);
  } else {
    return wrong_type(number_allowed ? "a number" : "a decimal in quotes");
  }
  auto number = parse_decimal(digits);
  if (!number)
    return fail(ErrorCode::corrupt, printable(number.error().message, 120));
  out = *number;
  return {};
}

Status read_whole(JsonValue& value, std::int64_t& out) {
  auto type = type_of(value);
  if (!type || *type != json_type::number)
    return wrong_type("a whole number");
  auto number = parse_integer(token_of(value));
  if (!number)
    return fail(ErrorCode::corrupt, printable(number.error().message, 120));
  out = *number;
  return {};
}

Status take(JsonValue&, json::Skip) { return {}; }
Status take(JsonValue&, json::Present t) {
  t.out = true;
  return {};
}
Status take(JsonValue& value, json::DecimalText t) {
  return read_decimal(value, t.out, true, false);
}
Status take(JsonValue& value, json::DecimalNumber t) {
  return read_decimal(value, t.out, false, true);
}
Status take(JsonValue& value, json::Decimal t) { return read_decimal(value, t.out, true, true); }
Status take(JsonValue& value, json::WholeNumber t) { return read_whole(value, t.out); }
Status take(JsonValue& value, json::Nested t) { return t.read(value); }

Status take(JsonValue& value, json::Flag t) {
  std::string_view token = token_of(value);
  if (token != "true" && token != "false")
    return wrong_type("true or false");
  t.out = token == "true";
  return {};
}

Status take(JsonValue& value, json::Text t) {
  auto type = type_of(value);
  if (!type || *type != json_type::string)
    return wrong_type("a text");
  auto text = text_of(value);
  if (!text)
    return fail(text.error());
  t.out = *text;
  return {};
}

Status take(JsonValue& value, json::Label t) {
  auto type = type_of(value);
  if (type && *type == json_type::string)
    return take(value, json::Text{t.out});
  if (type && *type == json_type::null && token_of(value) == "null") {
    t.out = {};
    return {};
  }
  std::int64_t number = 0;
  if (auto read = read_whole(value, number); !read)
    return wrong_type("a text or a whole number");
  t.out = token_of(value);
  return {};
}

Status take(JsonValue& value, json::Time t) {
  std::int64_t number = 0;
  if (t.as_text) {
    std::string_view text;
    if (auto read = take(value, json::Text{text}); !read)
      return read;
    auto parsed = parse_integer(text);
    if (!parsed)
      return fail(ErrorCode::corrupt, printable(parsed.error().message, 120));
    number = *parsed;
  } else if (auto read = read_whole(value, number); !read) {
    return read;
  }
  auto time = to_timestamp(number, t.unit, t.received);
  if (!time)
    return fail(time.error());
  t.out = *time;
  return {};
}

Status take(JsonValue& value, json::Date t) {
  auto type = type_of(value);
  std::string_view text;
  if (type && *type == json_type::string && take(value, json::Text{text}) && text.empty())
    return {};
  std::int64_t number = 0;
  if (auto read = read_whole(value, number); !read)
    return read;
  auto date = to_date(number);
  if (!date)
    return fail(date.error());
  t.out = *date;
  return {};
}

Status take_any(JsonValue& value, const JsonTarget& target) {
  return std::visit([&](const auto& form) { return take(value, form); }, target);
}

bool is_null(JsonValue& value) { return token_of(value) == "null"; }

Error in_field(Error error, std::string_view name) {
  error.message = fmt::format("'{}': {}", printable(name, 40), error.message);
  return error;
}

/// Walks one object and remembers which wanted fields were there.
class ObjectWalk {
 public:
  explicit ObjectWalk(std::initializer_list<JsonField> fields) : fields_(fields) {
    CHECK(fields.size() <= 32);
  }

  Status take_field(simdjson::ondemand::field field) {
    std::string_view name;
    if (auto code = field.unescaped_key().get(name))
      return fail(json_error(code));
    const auto* wanted = std::ranges::find(fields_, name, &JsonField::name);
    if (wanted == fields_.end())
      return {};
    std::uint32_t bit = 1U << (wanted - fields_.begin());
    if ((seen_ & bit) != 0)
      return fail(ErrorCode::corrupt, fmt::format("'{}' is there twice", wanted->name));
    seen_ |= bit;
    JsonValue value = field.value();
    if (!wanted->is_required && is_null(value))
      return {};
    if (auto taken = take_any(value, wanted->target); !taken)
      return fail(in_field(taken.error(), wanted->name));
    return {};
  }

  [[nodiscard]] Status check_complete() const {
    std::uint32_t bit = 1;
    for (const JsonField& field : fields_) {
      if (field.is_required && (seen_ & bit) == 0)
        return fail(ErrorCode::corrupt, fmt::format("'{}' is missing", field.name));
      bit <<= 1;
    }
    return {};
  }

 private:
  std::initializer_list<JsonField> fields_;
  std::uint32_t seen_ = 0;
};

template <class Source>
Result<JsonObject> object_in(Source& source) {
  JsonObject object;
  if (auto code = source.get_object().get(object)) {
    if (code == simdjson::INCORRECT_TYPE)
      return fail(ErrorCode::corrupt, "is not an object");
    return fail(json_error(code));
  }
  return object;
}

template <class Source>
Status walk_array_in(Source& source, JsonVisitor each) {
  simdjson::ondemand::array array;
  if (auto code = source.get_array().get(array))
    return code == simdjson::INCORRECT_TYPE ? wrong_type("an array") : fail(json_error(code));
  for (auto element : array) {
    JsonValue value;
    if (auto code = element.get(value))
      return fail(json_error(code));
    if (auto read = each(value); !read)
      return read;
  }
  return {};
}

}  // namespace

Error json_error(simdjson::error_code code) {
  return Error{ErrorCode::corrupt, fmt::format("not JSON: {}", simdjson::error_message(code)), {}}
      .with(std::string(structural), "true");
}

bool is_structural(const Error& error) {
  return std::ranges::find(error.context, structural,
                           &std::pair<std::string, std::string>::first) != error.context.end();
}

std::string printable(std::string_view text, std::size_t bytes_max) {
  std::string out;
  for (unsigned char c : text.substr(0, bytes_max)) {
    if (c >= ' ' && c < 0x7f && c != '\\')
      out += static_cast<char>(c);
    else
      out += fmt::format("\\x{:02x}", c);
  }
  if (text.size() > bytes_max)
    out += fmt::format("... ({} bytes)", text.size());
  return out;
}

Status read_object(JsonObject object, std::initializer_list<JsonField> fields) {
  ObjectWalk walk(fields);
  for (auto entry : object) {
    simdjson::ondemand::field field;
    if (auto code = std::move(entry).get(field))
      return fail(json_error(code));
    if (auto taken = walk.take_field(field); !taken)
      return taken;
  }
  return walk.check_complete();
}

Status read_object(JsonValue value, std::initializer_list<JsonField> fields) {
  auto object = to_object(value);
  return object ? read_object(*object, fields) : fail(object.error());
}

Status read_object(JsonDocument& document, std::initializer_list<JsonField> fields) {
  auto object = to_object(document);
  return object ? read_object(*object, fields) : fail(object.error());
}

Result<JsonObject> to_object(JsonValue value) { return object_in(value); }
Result<JsonObject> to_object(JsonDocument& document) { return object_in(document); }

Status read_array(JsonValue value, JsonVisitor each) { return walk_array_in(value, each); }
Status read_array(JsonDocument& document, JsonVisitor each) {
  return walk_array_in(document, each);
}

Status read_row(JsonValue array, std::initializer_list<JsonTarget> columns) {
  const auto* column = columns.begin();
  auto each = [&](JsonValue value) -> Status {
    if (column == columns.end())
      return {};
    auto index = column - columns.begin();
    if (auto taken = take_any(value, *column++); !taken)
      return fail(in_field(taken.error(), fmt::format("[{}]", index)));
    return {};
  };
  if (auto read = read_array(array, JsonVisitor(each)); !read)
    return read;
  if (column != columns.end())
    return fail(ErrorCode::corrupt, fmt::format("has fewer than {} columns", columns.size()));
  return {};
}

JsonReader::JsonReader(std::size_t bytes_max) : bytes_max_(bytes_max) {}

Status JsonReader::open(std::string_view text, JsonDocument& document) {
  if (text.size() > bytes_max_)
    return fail(ErrorCode::corrupt,
                fmt::format("{} bytes; at most {} are read", text.size(), bytes_max_));
  if (!parser_ || (padded_.capacity() > kept_bytes_max && text.size() < kept_bytes_max / 4)) {
    parser_ = std::make_unique<simdjson::ondemand::parser>(bytes_max_);
    padded_ = {};
  }
  padded_.reserve(text.size() + simdjson::SIMDJSON_PADDING);
  padded_.assign(text);
  if (auto code = parser_->iterate(padded_).get(document))
    return fail(json_error(code));
  return {};
}

Status JsonReader::close(JsonDocument& document) {
  if (document.current_location().error() != simdjson::OUT_OF_BOUNDS)
    return fail(ErrorCode::corrupt, "not JSON: something follows its end");
  return {};
}

}  // namespace cscan
