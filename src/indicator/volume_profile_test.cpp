// The volume profile's point of control, against hand-worked cases and bins searched by their
// edges.

#include "indicator/volume_profile.hpp"

#include "indicator/indicator_test_support.hpp"

namespace cscan {
namespace {

using namespace indicator_test;

Candle traded(std::size_t n, double price, double volume) {
  return candle_at(n, price, price, price, price, volume);
}

TEST(VolumeProfile, FindsTheBinWithTheMostVolume) {
  VolumeProfile<5> profile;
  profile.update(traded(0, 500, 1'000));  // leaves the window
  profile.update(traded(1, 100, 10));
  profile.update(traded(2, 110.4, 4));  // bins are one wide: this one is 10
  profile.update(traded(3, 124, 8));
  profile.update(traded(4, 110.6, 7));
  EXPECT_EQ(profile.peek(traded(5, 105, 1)), 110.5);
  // With less in the middle the lowest has most; its bin is 100 to 101.
  VolumeProfile<5> other;
  for (std::size_t i = 0; i < 5; ++i)
    other.update(traded(i, i == 0 ? 100.0 : 124.0 - static_cast<double>(i), i == 0 ? 9 : 8));
  EXPECT_EQ(other.value(), 100 + 0.5 * (23.0 / 24));
}

TEST(VolumeProfile, PrefersTheLowestOfEquals) {
  VolumeProfile<2> profile;
  profile.update(traded(0, 124, 5));
  profile.update(traded(1, 100, 5));
  EXPECT_EQ(profile.value(), 100.5);
}

TEST(VolumeProfile, PutsTheHighestPriceIntoTheLastBin) {
  VolumeProfile<2> profile;
  profile.update(traded(0, 124, 6));
  profile.update(traded(1, 100, 5));
  EXPECT_EQ(profile.value(), 123.5);
}

TEST(VolumeProfile, OfAFlatMarketIsItsPrice) {
  VolumeProfile<100> profile;
  for (std::size_t i = 0; i < 130; ++i)
    profile.update(traded(i, 0.1, 3));
  EXPECT_DOUBLE_EQ(*profile.value(), 0.1);
}

TEST(VolumeProfile, IsSilentWhereNothingWasTraded) {
  VolumeProfile<3> profile;
  for (std::size_t i = 0; i < 9; ++i)
    profile.update(traded(i, 100 + static_cast<double>(i), i == 0 ? 5 : 0));
  EXPECT_FALSE(profile.value());
}

RC_GTEST_PROP(VolumeProfile, EqualsASearchOfTheBinsByTheirEdges, ()) {
  // Typical prices are multiples of 24 from 0 to 24 × 24 above the lowest: edges are exact.
  auto steps = *rc::gen::container<std::vector<int>>(30, rc::gen::inRange(0, 25));
  auto volumes = *rc::gen::container<std::vector<int>>(30, rc::gen::inRange(0, 9));
  steps[29] = 0;
  steps[28] = 24;
  VolumeProfile<30> profile;
  for (std::size_t i = 0; i < 30; ++i)
    profile.update(traded(i, 1000 + 24 * steps[i], volumes[i]));
  int most = 0, best = -1;
  for (int bin = 0; bin < 24; ++bin) {
    int volume = 0;
    for (std::size_t i = 0; i < 30; ++i)
      volume += steps[i] == bin || (steps[i] == 24 && bin == 23) ? volumes[i] : 0;
    if (volume > most) {
      most = volume;
      best = bin;
    }
  }
  std::optional<double> expected;
  if (best >= 0)
    expected = 1000 + 24 * best + 12;
  RC_ASSERT(profile.value() == expected);
}

}  // namespace
}  // namespace cscan
