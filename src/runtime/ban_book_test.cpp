#include "runtime/ban_book.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/temp_dir.hpp"

namespace cscan {
namespace {

constexpr Timestamp now{1'760'000'000'000};

TEST(BanBook, ABanOutlivesTheProgram) {
  TempDir dir;
  const std::string path = dir.path() / "bans";
  {
    BanBook book(path);
    EXPECT_EQ(book.quiet_until("binance", now), Timestamp{});
    book.note("binance", now + minutes(10), now);
    book.note("kucoinfutures", now + hours(1), now);
    book.note("binance", now + minutes(12), now);
  }
  BanBook again(path);
  EXPECT_EQ(again.quiet_until("binance", now), now + minutes(12));
  EXPECT_EQ(again.quiet_until("kucoinfutures", now), now + hours(1));
  EXPECT_EQ(again.quiet_until("binanceusdm", now), Timestamp{});
}

TEST(BanBook, ShortAndImpossibleSilencesAreNotKept) {
  TempDir dir;
  const std::string path = dir.path() / "bans";
  BanBook book(path);
  book.note("binance", now + seconds(2), now);
  book.note("binance", now + days(400), now);
  EXPECT_EQ(BanBook(path).quiet_until("binance", now), Timestamp{});
}

TEST(BanBook, AFileOfNonsenseAndAFolderThatIsNotThereHurtNobody) {
  TempDir dir;
  const std::string path = dir.path() / "bans";
  std::ofstream(path) << "binance\nbinance x\n\n \nkucoinfutures 99 9\nbinanceusdm 1760000600000\n";
  BanBook book(path);
  EXPECT_EQ(book.quiet_until("binance", now), Timestamp{});
  EXPECT_EQ(book.quiet_until("binanceusdm", now), Timestamp{1'760'000'600'000});
  std::ofstream(path) << "binance 1999999999999\n";
  EXPECT_EQ(BanBook(path).quiet_until("binance", now), Timestamp{}) << "no exchange bans for years";
  BanBook nowhere("/nonexistent/folder/bans");
  nowhere.note("binance", now + hours(1), now);
  EXPECT_EQ(nowhere.quiet_until("binance", now), now + hours(1));
}

}  // namespace
}  // namespace cscan
