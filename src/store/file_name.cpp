#include "store/file_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/digest.hpp"

namespace cscan {
namespace {

enum class Case : std::uint8_t { lower, upper };

/// Quote currencies, for splitting names that do not say where base ends.
constexpr std::array<std::string_view, 40> quotes = {
    "FDUSD", "USDT", "USDC", "TUSD", "BUSD", "USDP", "USDE", "USDS", "USDD", "BIDR",
    "IDRT",  "BVND", "AEUR", "EURI", "EURC", "XUSD", "USD1", "DAI",  "USD",  "EUR",
    "GBP",   "JPY",  "KRW",  "TRY",  "BRL",  "AUD",  "RUB",  "UAH",  "NGN",  "ZAR",
    "PLN",   "RON",  "ARS",  "MXN",  "BTC",  "ETH",  "BNB",  "TRX",  "XRP",  "KCS"};
constexpr std::string_view quote_sol = "SOL";

bool is_plain(char c, Case letters) {
  if (c >= '0' && c <= '9')
    return true;
  return letters == Case::lower ? c >= 'a' && c <= 'z' : c >= 'A' && c <= 'Z';
}

bool is_plain(std::string_view part, Case letters) {
  return !part.empty() && std::ranges::all_of(part, [&](char c) { return is_plain(c, letters); });
}

void append_escaped(std::string& out, std::string_view part, Case letters) {
  for (char c : part) {
    if (is_plain(c, letters))
      out += c;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
}

/// A stem that is too long: its readable front, and a digest of all of it.
std::string shorten(const std::string& stem) {
  constexpr std::size_t kept = 150;
  std::string front = stem.substr(0, kept);
  // No half of an escape may stay in front of the %H.
  if (std::size_t percent = front.rfind('%'); percent != std::string::npos && percent + 3 > kept)
    front.resize(percent);
  return front + "%H" + sha256_hex(stem, 16);
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/// Undoes append_escaped; nothing when it could not have written this.
std::optional<std::string> unescape(std::string_view text, Case letters) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_plain(text[i], letters)) {
      out += text[i];
      continue;
    }
    if (text[i] != '%' || i + 2 >= text.size())
      return std::nullopt;
    int high = hex_digit(text[i + 1]);
    int low = hex_digit(text[i + 2]);
    if (high < 0 || low < 0)
      return std::nullopt;
    char c = static_cast<char>(high << 4 | low);
    if (is_plain(c, letters))
      return std::nullopt;
    out += c;
    i += 2;
  }
  return out.empty() ? std::nullopt : std::optional(out);
}

/// Where base ends in "BTCUSDT": before the longest quote that leaves a base.
std::size_t split_place(std::string_view market) {
  std::size_t longest = 0;
  auto consider = [&](std::string_view quote) {
    if (market.size() > quote.size() && market.ends_with(quote))
      longest = std::max(longest, quote.size());
  };
  for (std::string_view quote : quotes)
    consider(quote);
  consider(quote_sol);
  return longest == 0 ? std::string_view::npos : market.size() - longest;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::unexpected<Error> not_a_stem(std::string_view stem, std::string_view why) {
  return fail(ErrorCode::invalid_argument,
              fmt::format("'{}' does not name a market ({}): expected <exchange>_<BASE><QUOTE> "
                          "such as binance_BTCUSDT, or with -<SETTLE> for a swap",
                          stem.substr(0, 96), why));
}

}  // namespace

std::optional<std::string> plain_stem(const Instrument& instrument) {
  bool plain = is_plain(instrument.exchange, Case::lower) &&
               is_plain(instrument.base, Case::upper) && is_plain(instrument.quote, Case::upper) &&
               (instrument.settle.empty() || is_plain(instrument.settle, Case::upper));
  std::string stem = instrument.exchange + "_" + instrument.base + instrument.quote;
  if (!instrument.settle.empty())
    stem += "-" + instrument.settle;
  if (!plain || stem.size() > file_stem_bytes_max)
    return std::nullopt;
  return stem;
}

std::string escaped_stem(const Instrument& instrument) {
  std::string stem;
  append_escaped(stem, instrument.exchange, Case::lower);
  stem += '_';
  append_escaped(stem, instrument.base, Case::upper);
  stem += "%2F";
  append_escaped(stem, instrument.quote, Case::upper);
  if (!instrument.settle.empty()) {
    stem += '-';
    append_escaped(stem, instrument.settle, Case::upper);
  }
  return stem.size() > file_stem_bytes_max ? shorten(stem) : stem;
}

Result<Instrument> parse_stem(std::string_view stem) {
  std::size_t underscore = stem.find('_');
  if (underscore == std::string_view::npos)
    return not_a_stem(stem, "no '_' after the exchange");
  if (stem.find("%H") != std::string_view::npos)
    return not_a_stem(stem, "a shortened name, which only the store can tell");
  std::string_view market = stem.substr(underscore + 1);
  std::string settle;
  if (std::size_t dash = market.find('-'); dash != std::string_view::npos) {
    std::optional<std::string> text = unescape(market.substr(dash + 1), Case::upper);
    if (!text)
      return not_a_stem(stem, "what follows '-' is not a currency");
    settle = *text;
    market = market.substr(0, dash);
  }
  std::size_t separator = market.find("%2F");
  std::size_t skipped = separator == std::string_view::npos ? 0 : 3;
  std::size_t base_end = skipped > 0 ? separator : split_place(market);
  if (base_end == std::string_view::npos)
    return not_a_stem(stem, "it does not end in a known quote currency");
  std::optional<std::string> exchange = unescape(stem.substr(0, underscore), Case::lower);
  std::optional<std::string> base = unescape(market.substr(0, base_end), Case::upper);
  std::optional<std::string> quote = unescape(market.substr(base_end + skipped), Case::upper);
  if (!exchange || !base || !quote)
    return not_a_stem(stem, "other characters than A-Z, 0-9 and %XX");
  Instrument instrument{*exchange, *base, *quote, settle};
  // Only what we would have written ourselves: a real symbol, spelled in the one way.
  Result<Instrument> checked = parse_symbol(instrument.exchange, instrument.symbol());
  if (!checked || *checked != instrument ||
      (plain_stem(instrument) != stem && escaped_stem(instrument) != stem))
    return not_a_stem(stem, "not the one spelling of a symbol");
  return instrument;
}

void FileNames::restore(const Instrument& instrument, std::string stem) {
  owners_[lower(stem)] = instrument;
  stems_[instrument] = std::move(stem);
}

const std::string* FileNames::find(const Instrument& instrument) const {
  auto found = stems_.find(instrument);
  return found == stems_.end() ? nullptr : &found->second;
}

std::string FileNames::propose(const Instrument& instrument) const {
  std::optional<std::string> plain = plain_stem(instrument);
  return plain && owner(*plain) == nullptr ? *plain : escaped_stem(instrument);
}

const Instrument* FileNames::owner(std::string_view stem) const {
  auto found = owners_.find(lower(stem));
  return found == owners_.end() ? nullptr : &found->second;
}

}  // namespace cscan
