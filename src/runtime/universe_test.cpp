#include "runtime/universe.hpp"

#include <gmock/gmock.h>

#include "base/limits.hpp"
#include "runtime/runtime_test_support.hpp"

namespace cscan {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Kind = SymbolSelection::Kind;

class RuntimeUniverse : public ::testing::Test {
 protected:
  RuntimeUniverse() {
    script_->listings.clear();
    auto spot = [&](const char* base, const char* quote, double volume) {
      script_->listings["binance"].push_back({{"binance", base, quote, ""}, volume});
    };
    spot("BTC", "USDT", 900);
    spot("ETH", "USDT", 800);
    spot("BTC", "USDC", 950);
    spot("A", "BCD", 1);
    spot("AB", "CD", 2);
    script_->listings["kucoinfutures"] = {{{"kucoinfutures", "BTC", "USDT", "USDT"}, 10},
                                          {{"kucoinfutures", "SOL", "USDT", "USDT"}, 20}};
    script_->listings["empty"] = {};
  }

  Result<Universe> resolve(SymbolSelection symbols,
                           std::optional<std::vector<std::string>> exchanges = {}) {
    return resolve_universe({std::move(symbols), std::move(exchanges), ""}, feed_);
  }
  static SymbolSelection listed(std::vector<std::string> names) {
    return {Kind::list, std::move(names), 0};
  }
  static std::vector<std::string> names(const Universe& universe) {
    std::vector<std::string> result;
    for (const Instrument& instrument : universe.instruments)
      result.push_back(instrument.exchange + " " + instrument.symbol());
    return result;
  }

  std::shared_ptr<testing::FeedScript> script_ = std::make_shared<testing::FeedScript>();
  Clock clock_;
  testing::ScriptedFeed feed_{script_, clock_};
};

TEST_F(RuntimeUniverse, KeepsTheOrderAskedFor) {
  auto universe =
      resolve(listed({"ETH/USDT", "btcusdt", "BTC-USDC"}), std::vector<std::string>{"binance"});
  ASSERT_TRUE(universe);
  EXPECT_THAT(names(*universe),
              ElementsAre("binance ETH/USDT", "binance BTC/USDT", "binance BTC/USDC"));
  EXPECT_EQ(universe->resolved[1].requested, "btcusdt");
  EXPECT_EQ(universe->resolved[1].symbol, "BTC/USDT");
  EXPECT_THAT(universe->rejected, IsEmpty());
}

TEST_F(RuntimeUniverse, TakesTheLinearSwapWhereOnlyThatIsListed) {
  auto universe = resolve(listed({"BTC/USDT"}));
  ASSERT_TRUE(universe);
  EXPECT_THAT(universe->exchanges, ElementsAre("binance", "kucoinfutures"));
  EXPECT_THAT(names(*universe), ElementsAre("binance BTC/USDT", "kucoinfutures BTC/USDT:USDT"));
  EXPECT_EQ(universe->resolved[1].requested, "BTC/USDT");
  EXPECT_EQ(universe->resolved[1].symbol, "BTC/USDT:USDT");
}

TEST_F(RuntimeUniverse, SaysWhyASymbolIsNotWatched) {
  auto universe = resolve(listed({"BTC/USDT", "DOGE/USDT", "ABCD", "/", "*/EUR"}),
                          std::vector<std::string>{"binance"});
  ASSERT_TRUE(universe);
  EXPECT_THAT(names(*universe), ElementsAre("binance BTC/USDT"));
  ASSERT_EQ(universe->rejected.size(), 4);
  EXPECT_EQ(universe->rejected[0].requested, "DOGE/USDT");
  EXPECT_EQ(universe->rejected[0].exchange, "binance");
  EXPECT_THAT(universe->rejected[0].reason, HasSubstr("not listed"));
  EXPECT_THAT(universe->rejected[1].reason, HasSubstr("A/BCD or AB/CD"));
  EXPECT_EQ(universe->rejected[2].requested, "/");
  EXPECT_THAT(universe->rejected[3].reason, HasSubstr("no symbol on binance matches"));
}

TEST_F(RuntimeUniverse, ReadsPatterns) {
  const std::vector<std::pair<const char*, std::vector<std::string>>> cases = {
      {"*/USDT", {"binance BTC/USDT", "binance ETH/USDT"}},
      {"btc/*", {"binance BTC/USDT", "binance BTC/USDC"}},
      {"B?C/USD?", {"binance BTC/USDT", "binance BTC/USDC"}},
      {"*",
       {"binance BTC/USDT", "binance ETH/USDT", "binance BTC/USDC", "binance A/BCD",
        "binance AB/CD"}}};
  for (const auto& [pattern, expected] : cases) {
    auto universe = resolve(listed({pattern}), std::vector<std::string>{"binance"});
    ASSERT_TRUE(universe) << pattern;
    EXPECT_EQ(names(*universe), expected) << pattern;
  }
}

TEST_F(RuntimeUniverse, WatchesNothingTwice) {
  auto universe = resolve(listed({"BTC/USDT", "BTCUSDT", "BTC/*"}),
                          std::vector<std::string>{"binance", "binance"});
  ASSERT_TRUE(universe);
  EXPECT_THAT(universe->exchanges, ElementsAre("binance"));
  EXPECT_THAT(names(*universe), ElementsAre("binance BTC/USDT", "binance BTC/USDC"));
  EXPECT_EQ(universe->resolved.size(), 4) << "each request is answered";
}

TEST_F(RuntimeUniverse, TakesAllOrTheMostTraded) {
  EXPECT_EQ(resolve({Kind::all, {}, 0})->instruments.size(), 7);
  auto top = resolve({Kind::top, {}, 2});
  ASSERT_TRUE(top);
  EXPECT_THAT(names(*top),
              ElementsAre("binance BTC/USDC", "binance BTC/USDT", "kucoinfutures SOL/USDT:USDT",
                          "kucoinfutures BTC/USDT:USDT"));
  EXPECT_EQ(resolve({Kind::top, {}, 1'000})->instruments.size(), 7);
}

TEST_F(RuntimeUniverse, WatchesTenLiquidPairsByDefault) {
  EXPECT_EQ(default_symbols().size(), 10);
  EXPECT_THAT(default_exchanges(), ElementsAre("binance", "kucoinfutures"));
  auto universe = resolve({});
  ASSERT_TRUE(universe);
  EXPECT_THAT(names(*universe),
              ElementsAre("binance BTC/USDT", "binance ETH/USDT", "kucoinfutures BTC/USDT:USDT",
                          "kucoinfutures SOL/USDT:USDT"));
  EXPECT_EQ(universe->resolved.size() + universe->rejected.size(), 20);
}

TEST_F(RuntimeUniverse, RefusesWhatCannotBeDone) {
  auto unknown = resolve(listed({"BTC/USDT"}), std::vector<std::string>{"binance", "mtgox"});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::unsupported);
  EXPECT_THAT(unknown.error().message, HasSubstr("mtgox"));

  auto nothing = resolve(listed({"DOGE/USDT", "PEPE/USDT"}));
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().code, ErrorCode::unsupported);
  EXPECT_THAT(nothing.error().message, HasSubstr("DOGE/USDT is not listed on binance"));
  EXPECT_EQ(resolve({Kind::all, {}, 0}, std::vector<std::string>{"empty"}).error().code,
            ErrorCode::unsupported);
}

TEST_F(RuntimeUniverse, BoundsTheNumberOfMarkets) {
  auto& many = script_->listings["many"];
  for (std::size_t i = 0; i < limits::instruments_max; ++i)
    many.push_back({{"many", "C" + std::to_string(i), "USDT", ""}, 1});
  auto full = resolve({Kind::all, {}, 0}, std::vector<std::string>{"many"});
  ASSERT_TRUE(full);
  EXPECT_EQ(full->instruments.size(), 4'096);
  auto more = resolve({Kind::all, {}, 0}, std::vector<std::string>{"many", "binance"});
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().code, ErrorCode::unsupported);
  EXPECT_THAT(more.error().message, HasSubstr("\"top\": 2048"));
}

}  // namespace
}  // namespace cscan
