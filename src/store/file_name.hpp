#pragma once
// The one codec between a market and the stem of its file names.
//
//   binance, BTC/USDT             binance_BTCUSDT
//   kucoinfutures, BTC/USDT:USDT  kucoinfutures_BTCUSDT-USDT
//   binance, A/BCUSDT             binance_A%2FBCUSDT      when binance_ABCUSDT is ABC/USDT already
//   binance, 币/USDT              binance_%E5%B8%81%2FUSDT
//
// Plain: exchange [a-z0-9]+, base, quote and settle [A-Z0-9]+. Every other byte is %XX, and base
// and quote are then kept apart by %2F ('/' cannot be part of a name). '_' and '-' occur only as
// separators, lower case only in the exchange, dots and slashes never: so escaped stems are
// injective, also on file systems that ignore case. A stem of more than 200 bytes is cut and ends
// in %H and a digest. The plain form alone does not say where base ends; FileNames remembers.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "model/instrument.hpp"

namespace cscan {

inline constexpr std::size_t file_stem_bytes_max = 200;

/// The short form where every part is plain; nothing otherwise, or when it would be too long.
[[nodiscard]] std::optional<std::string> plain_stem(const Instrument& instrument);
/// The form that keeps base and quote apart. Injective (beyond 200 bytes: by SHA-256).
[[nodiscard]] std::string escaped_stem(const Instrument& instrument);

/// Reads a stem of either form. The plain form is split before the longest quote currency it ends
/// with (USDT, USDC, BTC, EUR …). invalid_argument: not a stem, unknown quote, or a digest.
[[nodiscard]] Result<Instrument> parse_stem(std::string_view stem);

/// The names given so far. Plain unless that name is taken by another market.
class FileNames {
 public:
  /// A name given in an earlier run.
  void restore(const Instrument& instrument, std::string stem);
  /// The name given to a market before, if any.
  [[nodiscard]] const std::string* find(const Instrument& instrument) const;
  /// The name a market would get now; restore() makes it so.
  [[nodiscard]] std::string propose(const Instrument& instrument) const;
  /// Whose name it is.
  [[nodiscard]] const Instrument* owner(std::string_view stem) const;

 private:
  std::map<Instrument, std::string> stems_;
  std::map<std::string, Instrument, std::less<>> owners_;  ///< key: the stem in lower case
};

}  // namespace cscan
