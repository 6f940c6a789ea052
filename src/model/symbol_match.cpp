#include "model/symbol_match.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>

namespace cscan {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool is_linear_swap_of(const Instrument& instrument, const Instrument& pair) {
  return !instrument.settle.empty() && equal_ignoring_case(instrument.settle, instrument.quote) &&
         equal_ignoring_case(instrument.base, pair.base) &&
         equal_ignoring_case(instrument.quote, pair.quote);
}

bool is_exactly(const Instrument& instrument, const Instrument& wanted) {
  return equal_ignoring_case(instrument.base, wanted.base) &&
         equal_ignoring_case(instrument.quote, wanted.quote) &&
         equal_ignoring_case(instrument.settle, wanted.settle);
}

/// Matches of a pair with its parts known.
std::vector<std::size_t> match_parts(const Instrument& wanted,
                                     std::span<const Instrument> instruments) {
  std::set<std::string_view> has_exact;
  for (const Instrument& instrument : instruments)
    if (is_exactly(instrument, wanted))
      has_exact.insert(instrument.exchange);
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < instruments.size(); ++i) {
    bool exact = is_exactly(instruments[i], wanted);
    bool swap = wanted.settle.empty() && !has_exact.contains(instruments[i].exchange) &&
                is_linear_swap_of(instruments[i], wanted);
    if (exact || swap)
      found.push_back(i);
  }
  return found;
}

/// "BTCUSDT": every split of the text that is somebody's pair.
Result<std::vector<std::size_t>> match_joined(std::string_view text,
                                              std::span<const Instrument> instruments) {
  std::set<std::string> pairs;
  const Instrument* wanted = nullptr;
  for (const Instrument& instrument : instruments)
    if (equal_ignoring_case(instrument.base + instrument.quote, text)) {
      pairs.insert(instrument.base + "/" + instrument.quote);
      wanted = &instrument;
    }
  if (wanted == nullptr)
    return std::vector<std::size_t>{};
  if (pairs.size() > 1)
    return fail(Error{ErrorCode::invalid_argument,
                      fmt::format("'{}' could be {} or {}: write it with a slash", text,
                                  *pairs.begin(), *pairs.rbegin()),
                      {}}
                    .with("field", "symbol")
                    .with("value", std::string(text)));
  Instrument pair = *wanted;
  pair.settle.clear();
  return match_parts(pair, instruments);
}

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

Result<std::vector<std::size_t>> match_symbol(std::string_view text,
                                              std::span<const Instrument> instruments) {
  std::string form(text);
  if (form.find('/') == std::string::npos) {
    std::size_t dash = form.find('-');
    if (dash == std::string::npos) {
      if (auto shape = parse_symbol("", "X/" + form); !shape || !shape->settle.empty())
        return fail(Error{ErrorCode::invalid_argument,
                          fmt::format("'{}' is not a symbol: use BTC/USDT, BTC-USDT or BTCUSDT",
                                      text.substr(0, 64)),
                          {}}
                        .with("field", "symbol")
                        .with("value", std::string(text.substr(0, 64)))
                        .with("accepted", "BTC/USDT, BTC-USDT, BTCUSDT or BTC/USDT:USDT"));
      return match_joined(form, instruments);
    }
    form[dash] = '/';
  }
  auto wanted = parse_symbol("", form);
  if (!wanted)
    return fail(std::move(wanted.error())
                    .with("field", "symbol")
                    .with("value", std::string(text.substr(0, 64)))
                    .with("accepted", "BTC/USDT, BTC-USDT, BTCUSDT or BTC/USDT:USDT"));
  return match_parts(*wanted, instruments);
}

bool matches_pattern(std::string_view pattern, std::string_view symbol) {
  // Greedy matching with one point of return: linear in practice, never exponential.
  std::size_t p = 0, s = 0, star = std::string_view::npos, resume = 0;
  while (s < symbol.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = s;
    } else if (p < pattern.size() && (pattern[p] == '?' || lower(pattern[p]) == lower(symbol[s]))) {
      ++p;
      ++s;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      s = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*')
    ++p;
  return p == pattern.size();
}

}  // namespace cscan
