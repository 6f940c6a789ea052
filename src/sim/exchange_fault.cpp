#include "sim/exchange_fault.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "base/decimal.hpp"

namespace cscan {
namespace {

struct KindName {
  FaultKind kind{};
  std::string_view name;
  bool is_instant = false;
};
constexpr std::array kinds = {
    KindName{FaultKind::disconnect, "disconnect", true},
    KindName{FaultKind::cut, "cut", true},
    KindName{FaultKind::shutdown, "shutdown", true},
    KindName{FaultKind::delist, "delist", true},
    KindName{FaultKind::rename, "rename", true},
    KindName{FaultKind::stall, "stall"},
    KindName{FaultKind::deaf, "deaf"},
    KindName{FaultKind::partial_ack, "partial-ack"},
    KindName{FaultKind::withhold, "withhold"},
    KindName{FaultKind::duplicate, "duplicate"},
    KindName{FaultKind::reorder, "reorder"},
    KindName{FaultKind::late_close, "late-close"},
    KindName{FaultKind::missing_close, "missing-close"},
    KindName{FaultKind::revise, "revise"},
    KindName{FaultKind::huge, "huge"},
    KindName{FaultKind::malformed, "malformed"},
    KindName{FaultKind::truncated, "truncated"},
    KindName{FaultKind::not_a_number, "not-a-number"},
    KindName{FaultKind::absurd, "absurd"},
    KindName{FaultKind::handshake_stall, "handshake-stall"},
    KindName{FaultKind::token_expired, "token-expired"},
    KindName{FaultKind::status, "status"},
    KindName{FaultKind::html, "html"},
    KindName{FaultKind::error_body, "error-body"},
    KindName{FaultKind::empty_body, "empty-body"},
    KindName{FaultKind::no_answer, "no-answer"},
    KindName{FaultKind::skew, "skew"},
};

constexpr std::array<std::string_view, 3> exchanges = {"binance", "binanceusdm", "kucoinfutures"};
constexpr std::string_view blank = " \t\r";
constexpr Duration duration_max = days(10'000);
constexpr std::uint64_t huge_bytes = 5'000'000;

const KindName& row_of(FaultKind kind) { return *std::ranges::find(kinds, kind, &KindName::kind); }

std::unexpected<Error> refuse(std::string why) {
  return fail(ErrorCode::invalid_argument, std::move(why));
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (std::size_t at = line.find_first_not_of(blank); at != std::string_view::npos;) {
    std::size_t end = std::min(line.find_first_of(blank, at), line.size());
    if (line[at] == '#')
      break;
    words.push_back(line.substr(at, end - at));
    at = line.find_first_not_of(blank, end);
  }
  return words;
}

Result<Duration> parse_duration(std::string_view text) {
  struct Unit {
    std::string_view name;
    Duration length;
  };
  constexpr std::array units = {Unit{"ms", milliseconds(1)}, Unit{"s", seconds(1)},
                                Unit{"m", minutes(1)}, Unit{"h", hours(1)}, Unit{"d", days(1)}};
  bool negative = text.starts_with('-');
  std::string_view digits = text.substr(negative ? 1 : 0);
  std::string_view unit =
      digits.substr(std::min(digits.find_first_not_of("0123456789"), digits.size()));
  auto number = parse_integer(digits.substr(0, digits.size() - unit.size()));
  const auto* found = std::ranges::find(units, unit, &Unit::name);
  if (!number || found == units.end() || *number > duration_max / found->length)
    return refuse(fmt::format("'{}' is no time: write 500ms, 30s, 2m, 1h or 3d", text));
  return found->length * (negative ? -*number : *number);
}

/// A whole number in [min, max].
Result<std::int64_t> parse_count(std::string_view text, std::int64_t min, std::int64_t max) {
  auto number = parse_integer(text);
  if (!number || *number < min || *number > max)
    return refuse(fmt::format("'{}' is not a whole number from {} to {}", text, min, max));
  return *number;
}

template <class T, class U>
Status take(Result<T> value, U& out) {
  if (!value)
    return fail(value.error());
  out = static_cast<U>(*value);
  return {};
}

Status take_time(std::string_view text, Duration& out) {
  auto time = parse_duration(text);
  if (!time)
    return fail(time.error());
  out = *time;
  return {};
}

Status take_positive(std::string_view text, std::optional<Duration>& out) {
  Duration time{};
  if (auto taken = take_time(text, time); !taken)
    return taken;
  if (time < Duration{})
    return refuse(fmt::format("'{}' is before its beginning", text));
  out = time;
  return {};
}

Status read_setting(std::string_view name, std::string_view text, Fault& fault) {
  if (text.empty())
    return refuse(fmt::format("'{}=' has no value", name));
  if (name == "exchange") {
    if (text != "*" && std::ranges::find(exchanges, text) == exchanges.end())
      return refuse(
          fmt::format("exchange '{}' is not known: use {} or *", text, fmt::join(exchanges, ", ")));
    fault.exchange = text == "*" ? std::string_view() : text;
    return {};
  }
  if (name == "topic") {
    fault.topic = text;
    return {};
  }
  if (name == "to") {
    fault.to = text;
    return {};
  }
  if (name == "at") {
    std::optional<Duration> at;
    auto taken = take_positive(text, at);
    fault.at = at.value_or(Duration{});
    return taken;
  }
  if (name == "for")
    return take_positive(text, fault.lasts);
  if (name == "by")
    return take_time(text, fault.by);
  if (name == "retry-after")
    return take_positive(text, fault.retry_after);
  if (name == "code")
    return take(parse_count(text, 200, 599), fault.code);
  if (name == "bytes")
    return take(parse_count(text, 0, 1 << 30), fault.bytes);
  if (name == "every")
    return take(parse_count(text, 1, 1'000'000), fault.every);
  return refuse(
      fmt::format("'{}' is not a setting: use exchange, topic, at, for, by, code, "
                  "retry-after, bytes, every, to",
                  name));
}

Status check(const Fault& fault) {
  bool needs_topic = fault.kind == FaultKind::delist || fault.kind == FaultKind::rename;
  if (needs_topic && fault.topic.empty())
    return refuse(fmt::format("{} needs topic=MARKET", to_string(fault.kind)));
  if (fault.kind == FaultKind::rename && fault.to.empty())
    return refuse("rename needs to=NAME");
  if (fault.kind == FaultKind::status && fault.code == 0)
    return refuse("status needs code=NUMBER");
  return {};
}

Result<Fault> parse_fault(const std::vector<std::string_view>& words) {
  Fault fault;
  const auto* kind = std::ranges::find(kinds, words.front(), &KindName::name);
  if (kind == kinds.end()) {
    std::vector<std::string_view> names;
    for (const KindName& known : kinds)
      names.push_back(known.name);
    return refuse(
        fmt::format("'{}' is not a fault: use one of {}", words.front(), fmt::join(names, ", ")));
  }
  fault.kind = kind->kind;
  if (fault.kind == FaultKind::huge)
    fault.bytes = huge_bytes;
  for (std::size_t i = 1; i < words.size(); ++i) {
    std::size_t sign = words[i].find('=');
    if (sign == std::string_view::npos)
      return refuse(fmt::format("'{}' is no setting: write name=value", words[i]));
    auto read = read_setting(words[i].substr(0, sign), words[i].substr(sign + 1), fault);
    if (!read)
      return fail(read.error());
  }
  if (auto good = check(fault); !good)
    return fail(good.error());
  return fault;
}

}  // namespace

std::string_view to_string(FaultKind kind) { return row_of(kind).name; }

bool is_instant(FaultKind kind) { return row_of(kind).is_instant; }

Result<std::vector<Fault>> parse_faults(std::string_view script) {
  std::vector<Fault> faults;
  for (std::size_t line = 1; !script.empty(); ++line) {
    std::size_t end = std::min(script.find('\n'), script.size());
    auto words = words_of(script.substr(0, end));
    script.remove_prefix(std::min(end + 1, script.size()));
    if (words.empty())
      continue;
    auto fault = parse_fault(words);
    if (!fault)
      return refuse(fmt::format("line {}: {}", line, fault.error().message));
    faults.push_back(std::move(*fault));
  }
  return faults;
}

}  // namespace cscan
