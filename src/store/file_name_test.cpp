#include "store/file_name.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <set>

namespace cscan {
namespace {

Instrument make(std::string exchange, std::string base, std::string quote,
                std::string settle = "") {
  return {std::move(exchange), std::move(base), std::move(quote), std::move(settle)};
}

TEST(FileName, IsPlainForOrdinaryMarkets) {
  EXPECT_EQ(plain_stem(make("binance", "BTC", "USDT")), "binance_BTCUSDT");
  EXPECT_EQ(plain_stem(make("kucoinfutures", "BTC", "USDT", "USDT")), "kucoinfutures_BTCUSDT-USDT");
  EXPECT_EQ(plain_stem(make("binance", "1000SATS", "USDT")), "binance_1000SATSUSDT");
  EXPECT_EQ(parse_stem("binance_BTCFDUSD"), make("binance", "BTC", "FDUSD"));
  EXPECT_EQ(parse_stem("binance_ETHBTC"), make("binance", "ETH", "BTC"));
  EXPECT_EQ(parse_stem("kucoinfutures_BTCUSDT-USDT"), make("kucoinfutures", "BTC", "USDT", "USDT"));
}

TEST(FileName, EscapesWhatIsNotPlain) {
  EXPECT_EQ(plain_stem(make("binance", "币", "USDT")), std::nullopt);
  EXPECT_EQ(escaped_stem(make("binance", "币", "USDT")), "binance_%E5%B8%81%2FUSDT");
  EXPECT_EQ(escaped_stem(make("my_feed", "..", "USDT")), "my%5Ffeed_%2E%2E%2FUSDT");
  EXPECT_EQ(escaped_stem(make("binance", "btc", "USDT")), "binance_%62%74%63%2FUSDT");
}

TEST(FileName, RejectsWhatItWouldNotWrite) {
  for (const char* bad :
       {"", "_", "binance", "binance_", "_BTCUSDT", "binance_USDT", "binance_BTCXXX",
        "binance_btcusdt", "Binance_BTCUSDT", "binance_BTC/USDT", "binance_../../USDT",
        "binance_%2E%2E", "binance_BTC%2", "binance_%41BC%2FUSDT", "binance_A%2fB",
        "binance_BTCUSDT-", "binance_BTC%00%2FUSDT", "binance_A%2FB%2FC", "binance_BTC_USDT"})
    EXPECT_FALSE(parse_stem(bad)) << bad;
}

TEST(FileNames, TheLaterOfTwoIsEscaped) {
  FileNames names;
  Instrument first = make("binance", "ABC", "USDT");
  Instrument second = make("binance", "A", "BCUSDT");
  names.restore(first, names.propose(first));
  EXPECT_EQ(names.propose(second), "binance_A%2FBCUSDT");
  names.restore(second, names.propose(second));
  EXPECT_EQ(*names.find(first), "binance_ABCUSDT");
  EXPECT_EQ(*names.owner("BINANCE_abcusdt"), first);
  EXPECT_EQ(names.propose(make("kucoin", "A", "BCUSDT")), "kucoin_ABCUSDT");
}

/// A part of a symbol: plain, or any bytes that a symbol may have.
rc::Gen<std::string> any_part() {
  auto plain = rc::gen::container<std::string>(rc::gen::elementOf(std::string("ABCUSDT1%2F")));
  auto wild = rc::gen::arbitrary<std::string>();
  return rc::gen::map(rc::gen::oneOf(plain, wild), [](std::string text) {
    std::erase_if(text, [](unsigned char c) {
      return c <= ' ' || c == 0x7f || c == '/' || c == ':' || c == '\\' || c == '"';
    });
    return text.substr(0, 40);
  });
}

Instrument any_instrument() {
  auto or_a = [](std::string part) { return part.empty() ? "A" : part; };
  return make(*rc::gen::element<std::string>("binance", "BINANCE", "x_y", "a"), or_a(*any_part()),
              or_a(*any_part()), *any_part());
}

TEST(FileName, EscapedNamesReadBack) {
  EXPECT_TRUE(rc::check([] {
    Instrument instrument = any_instrument();
    std::string stem = escaped_stem(instrument);
    RC_ASSERT(stem.size() <= file_stem_bytes_max);
    for (char c : stem)
      RC_ASSERT((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                c == '%' || c == '_' || c == '-');
    if (stem.find("%H") == std::string::npos)
      RC_ASSERT((parse_stem(stem) == instrument));
  }));
}

TEST(FileNames, AreUniqueWhateverTheCase) {
  EXPECT_TRUE(rc::check([] {
    FileNames names;
    std::set<Instrument> instruments;
    std::set<std::string> lower_stems;
    for (int i = 0; i < 30; ++i) {
      Instrument instrument = any_instrument();
      if (names.find(instrument) == nullptr)
        names.restore(instrument, names.propose(instrument));
      instruments.insert(instrument);
      std::string stem = *names.find(instrument);
      RC_ASSERT(*names.owner(stem) == instrument);
      for (char& c : stem)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      lower_stems.insert(stem);
    }
    RC_ASSERT(lower_stems.size() == instruments.size());
  }));
}

TEST(FileName, LongNamesAreCutAndStillDiffer) {
  std::string wide(40, '\xe5');
  std::string a = escaped_stem(make("binance", wide, wide, wide));
  std::string b = escaped_stem(make("binance", wide, wide, wide.substr(1)));
  EXPECT_LE(a.size(), file_stem_bytes_max);
  EXPECT_NE(a, b);
  EXPECT_NE(a.find("%H"), std::string::npos);
  EXPECT_FALSE(parse_stem(a));
}

}  // namespace
}  // namespace cscan
