#include "sim/synthetic_universe.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "sim/synthetic_calendar.hpp"
#include "sim/synthetic_tail.hpp"

namespace cscan {
namespace {

constexpr std::string_view quote = "USDT";

// name, level, price and volume decimals, turnover a day, volatility a day, market share, quiet
constexpr std::array table = {
    BaseProfile{"BTC", 65'000, 2, 5, 24e9, 0.026, 0.88, 0},
    BaseProfile{"ETH", 3'200, 2, 4, 14e9, 0.034, 0.86, 0},
    BaseProfile{"SOL", 150, 2, 3, 5e9, 0.043, 0.72, 0},
    BaseProfile{"BNB", 600, 2, 3, 1.8e9, 0.028, 0.64, 0},
    BaseProfile{"XRP", 1.2, 4, 1, 4e9, 0.042, 0.52, 0},
    BaseProfile{"DOGE", 0.2, 5, 0, 2.5e9, 0.048, 0.58, 0},
    BaseProfile{"ADA", 0.6, 4, 1, 1.1e9, 0.043, 0.62, 0},
    BaseProfile{"TRX", 0.2, 5, 1, 5e8, 0.026, 0.38, 0},
    BaseProfile{"LINK", 16, 3, 2, 8e8, 0.045, 0.63, 0},
    BaseProfile{"AVAX", 30, 3, 2, 6e8, 0.047, 0.64, 0},
    BaseProfile{"TON", 4.5, 4, 2, 2.5e8, 0.039, 0.45, 0},
    BaseProfile{"SHIB", 0.000018, 8, 0, 3e8, 0.046, 0.55, 0},
    BaseProfile{"PEPE", 0.00001, 10, 0, 9e8, 0.062, 0.50, 0},
    BaseProfile{"DOT", 6, 4, 2, 3e8, 0.042, 0.66, 0},
    BaseProfile{"LTC", 90, 2, 3, 5e8, 0.036, 0.55, 0},
    BaseProfile{"BCH", 400, 1, 3, 3.5e8, 0.040, 0.48, 0},
    BaseProfile{"NEAR", 4.5, 4, 1, 2.5e8, 0.050, 0.60, 0},
    BaseProfile{"UNI", 9, 3, 2, 2.5e8, 0.047, 0.52, 0},
    BaseProfile{"APT", 8, 4, 2, 1.8e8, 0.048, 0.57, 0},
    BaseProfile{"SUI", 2.5, 4, 1, 9e8, 0.054, 0.52, 0},
    BaseProfile{"ARB", 0.7, 4, 1, 1.8e8, 0.050, 0.60, 0},
    BaseProfile{"OP", 1.6, 4, 2, 1.4e8, 0.051, 0.60, 0},
    BaseProfile{"ATOM", 7, 3, 2, 1.2e8, 0.041, 0.58, 0},
    BaseProfile{"FIL", 5, 4, 2, 1.5e8, 0.045, 0.60, 0},
    BaseProfile{"ETC", 24, 3, 2, 1.6e8, 0.040, 0.58, 0},
    BaseProfile{"XLM", 0.2, 5, 0, 2e8, 0.041, 0.45, 0},
    BaseProfile{"HBAR", 0.15, 5, 0, 2e8, 0.049, 0.45, 0},
    BaseProfile{"ICP", 9, 3, 2, 8e7, 0.048, 0.52, 0.002},
    BaseProfile{"INJ", 20, 3, 2, 1e8, 0.052, 0.52, 0.002},
    BaseProfile{"AAVE", 180, 2, 3, 2.5e8, 0.046, 0.55, 0},
    BaseProfile{"MKR", 1'800, 1, 4, 5e7, 0.042, 0.42, 0.004},
    BaseProfile{"ALGO", 0.2, 5, 0, 6e7, 0.044, 0.52, 0.004},
    BaseProfile{"VET", 0.03, 6, 0, 4e7, 0.044, 0.54, 0.006},
    BaseProfile{"SEI", 0.4, 5, 0, 1e8, 0.053, 0.52, 0.002},
    BaseProfile{"TIA", 6, 4, 1, 1.2e8, 0.055, 0.50, 0.002},
    BaseProfile{"WIF", 1.8, 4, 2, 2e8, 0.068, 0.45, 0},
    BaseProfile{"BONK", 0.00002, 9, 0, 1.5e8, 0.064, 0.45, 0},
    BaseProfile{"RUNE", 4, 4, 1, 6e7, 0.053, 0.48, 0.006},
    BaseProfile{"GRT", 0.2, 5, 0, 3e7, 0.049, 0.50, 0.015},
    BaseProfile{"SAND", 0.4, 5, 0, 4e7, 0.047, 0.52, 0.01},
    BaseProfile{"CHZ", 0.08, 6, 0, 3e7, 0.044, 0.46, 0.03},
    BaseProfile{"KSM", 30, 3, 3, 6e6, 0.045, 0.45, 0.12},
    BaseProfile{"OXT", 0.08, 5, 0, 1.2e6, 0.050, 0.30, 0.28},
    BaseProfile{"QUICK", 0.04, 6, 0, 6e5, 0.056, 0.25, 0.45},
};

/// What an exchange leaves out of the table.
constexpr std::array<std::string_view, 4> usdm_omits = {"SHIB", "PEPE", "BONK", "OXT"};
constexpr std::array<std::string_view, 6> kucoin_omits = {"MKR",  "VET",   "HBAR",
                                                          "SHIB", "QUICK", "TIA"};
constexpr std::array<std::span<const std::string_view>, synthetic_exchanges> omits = {
    std::span<const std::string_view>{}, usdm_omits, kucoin_omits};

constexpr std::array exchanges = {
    ExchangeProfile{"binance", 0, false, 0.22, 0, CandleState::final},
    ExchangeProfile{"binanceusdm", 1, true, 0.60, 0, CandleState::final},
    ExchangeProfile{"kucoinfutures", 2, true, 0.06, 0.06, CandleState::no_trade},
};
static_assert(exchanges.size() == synthetic_exchanges);

/// All bases, and their order by name for look-ups. Built once, never changed.
struct Universe {
  Universe() {
    for (const BaseProfile& row : table) {
      bases.push_back(row);
      for (std::size_t i = 0; i < exchanges.size(); ++i)
        bases.back().listed_at[i] =
            std::ranges::count(omits[i], row.name) > 0 ? never : synthetic_genesis;
    }
    tail = make_synthetic_tail();
    for (const TailBase& made : tail) {
      bases.push_back(made.profile);
      bases.back().name = made.name;
    }
    for (std::size_t i = 0; i < bases.size(); ++i)
      by_name.push_back(i);
    std::ranges::sort(by_name, {}, [this](std::size_t i) { return bases[i].name; });
  }
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const {
    const auto name_of = [this](std::size_t i) { return bases[i].name; };
    const auto at = std::ranges::lower_bound(by_name, name, {}, name_of);
    return at == by_name.end() || name_of(*at) != name ? std::nullopt : std::optional(*at);
  }

  std::vector<BaseProfile> bases;
  std::vector<TailBase> tail;  ///< holds the text of the names
  std::vector<std::size_t> by_name;
};

const Universe& universe() {
  static const Universe made;
  return made;
}

double power_of_ten(int exponent) {
  double power = 1;
  for (int i = 0; i < exponent; ++i)
    power *= 10;
  return power;
}

/// Thin markets halt more often, as their exchanges look after them less.
double halt_chance(const BaseProfile& base) {
  return base.daily_quote_volume >= 1e8 ? 0.004 : base.daily_quote_volume >= 1e7 ? 0.04 : 0.10;
}

MarketProfile make_market(const ExchangeProfile& exchange, std::size_t base_index) {
  const BaseProfile& base = synthetic_bases()[base_index];
  // Swaps trade in coarser lots than spot.
  const int volume_decimals =
      exchange.swaps ? std::max(0, base.volume_decimals - 2) : base.volume_decimals;
  MarketProfile market;
  market.base = &base;
  market.exchange = &exchange;
  market.base_index = base_index;
  market.increments_per_unit = power_of_ten(base.price_decimals);
  market.steps_per_unit = power_of_ten(volume_decimals);
  market.daily_quote_volume = base.daily_quote_volume * exchange.volume_share;
  market.quiet_share = base.quiet_share > 0 ? base.quiet_share + exchange.quiet_extra : 0;
  market.basis_scale = 1 + 4 * market.quiet_share;  // nobody arbitrages where nobody trades
  market.halt_chance = halt_chance(base);
  market.listed_at = base.listed_at[exchange.index];
  return market;
}

}  // namespace

Timestamp BaseProfile::first_listed() const { return std::ranges::min(listed_at); }

std::span<const BaseProfile> synthetic_table() { return table; }

std::span<const BaseProfile> synthetic_bases() { return universe().bases; }

std::span<const ExchangeProfile> synthetic_exchange_profiles() { return exchanges; }

const ExchangeProfile* find_exchange(std::string_view name) {
  const auto* const found = std::ranges::find(exchanges, name, &ExchangeProfile::name);
  return found == exchanges.end() ? nullptr : found;
}

bool is_listed(const ExchangeProfile& exchange, const BaseProfile& base) {
  return base.listed_at[exchange.index] != never;
}

std::optional<MarketProfile> find_market(const Instrument& instrument) {
  const ExchangeProfile* exchange = find_exchange(instrument.exchange);
  if (exchange == nullptr || instrument.quote != quote)
    return std::nullopt;
  if (instrument.settle != (exchange->swaps ? quote : std::string_view{}))
    return std::nullopt;
  const std::optional<std::size_t> base = universe().find(instrument.base);
  if (!base || !is_listed(*exchange, synthetic_bases()[*base]))
    return std::nullopt;
  return make_market(*exchange, *base);
}

Instrument to_instrument(const ExchangeProfile& exchange, const BaseProfile& base) {
  return {std::string(exchange.name), std::string(base.name), std::string(quote),
          exchange.swaps ? std::string(quote) : std::string{}};
}

}  // namespace cscan
