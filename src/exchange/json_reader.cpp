#include "exchange/json_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

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

/// Of the value as it stands; behind the document's last byte there is a zero.
char first_byte(JsonValue& value) { return *value.raw_json_token().data(); }

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/// The text of a number or word as it stands, without the space behind it.
std::string_view token_of(JsonValue& value) {
  std::string_view token = value.raw_json_token();
  while (!token.empty() && is_space(token.back()))
    token.remove_suffix(1);
  return token;
}

/// What stands between the quotes of a string, whose first byte `begin` is, if nothing in it is
/// escaped: then it is the text itself. The parser has made sure that the string ends.
std::optional<std::string_view> plain_text(const char* begin) {
  const char* end = begin;
  while (*end != '"' && *end != '\\')
    ++end;
  if (*end == '\\')
    return std::nullopt;
  return std::string_view(begin, static_cast<std::size_t>(end - begin));
}

/// Precondition: it is a string.
Result<std::string_view> text_of(JsonValue& value) {
  if (auto plain = plain_text(value.raw_json_token().data() + 1))
    return *plain;
  std::string_view text;
  if (auto code = value.get_string().get(text))
    return fail(json_error(code));
  return text;
}

Status read_decimal(JsonValue& value, double& out, bool text_allowed, bool number_allowed) {
  std::string_view digits;
  if (text_allowed && first_byte(value) == '"') {
    auto text = text_of(value);
    if (!text)
      return fail(text.error());
    digits = *text;
  } else {
    auto type = type_of(value);
    if (!type)
      return fail(type.error());
    if (*type != json_type::number || !number_allowed)
      return wrong_type(number_allowed ? "a number" : "a decimal in quotes");
    digits = token_of(value);
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
  if (first_byte(value) != '"')
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

bool is_null(JsonValue& value) { return first_byte(value) == 'n' && token_of(value) == "null"; }

/// Compares without a call where names differ at once, which is nearly always.
bool is_same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && !a.empty() && a.front() == b.front() &&
         (a.size() == 1 || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

Error in_field(Error error, std::string_view name) {
  error.message = fmt::format("'{}': {}", printable(name, 40), error.message);
  return error;
}

/// Walks one object and remembers which wanted fields were there.
class ObjectWalk {
 public:
  explicit ObjectWalk(std::initializer_list<JsonField> fields) : fields_(fields) {
    CHECK(fields.size() <= 32);
    for (const JsonField& field : fields)
      first_letters_ |= letter_bit(field.name);
  }

  Status take_field(simdjson::ondemand::field& field) {
    auto plain_name = plain_text(field.key().raw());
    std::string_view name = plain_name.value_or(std::string_view());
    if (!plain_name)
      if (auto code = field.unescaped_key().get(name))
        return fail(json_error(code));
    const JsonField* wanted = find(name);
    if (wanted == nullptr)
      return {};
    std::uint32_t bit = 1U << (wanted - fields_.begin());
    if ((seen_ & bit) != 0)
      return fail(ErrorCode::corrupt, fmt::format("'{}' is there twice", wanted->name));
    seen_ |= bit;
    JsonValue& value = field.value();
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
  static std::uint64_t letter_bit(std::string_view name) {
    return name.empty() ? 0 : std::uint64_t{1} << (static_cast<unsigned char>(name.front()) % 64);
  }

  /// Fields mostly come in the order in which they are wanted, others between them.
  const JsonField* find(std::string_view name) {
    if ((first_letters_ & letter_bit(name)) == 0)
      return nullptr;
    const JsonField* begin = fields_.begin();
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      const JsonField* field = begin + next_;
      next_ = next_ + 1 < fields_.size() ? next_ + 1 : 0;
      if (is_same_name(field->name, name))
        return field;
    }
    return nullptr;
  }

  std::initializer_list<JsonField> fields_;
  std::uint64_t first_letters_ = 0;  ///< a bit for each letter that a wanted name begins with
  std::size_t next_ = 0;             ///< where the next name is looked for first
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
    if (auto code = entry.error())
      return fail(json_error(code));
    // By reference: its parts were stored one by one, and a copy would wait for each of them.
    simdjson::ondemand::field&& field = std::move(entry).value_unsafe();
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
