// The rarity scale against its definition: −50 log10(1 − p), p the mid-rank percentile.

#include "analysis/rarity_scale.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

namespace cscan {
namespace {

TEST(RarityScale, GivesFiftyPointsForEveryTenth) {
  // 1 − p = (2 × greater + equal) / 2n.
  EXPECT_EQ(rarity_score({.greater = 0, .equal = 20, .n = 100}), points(50));     // p = 0.9
  EXPECT_EQ(rarity_score({.greater = 0, .equal = 2, .n = 100}), points(100));     // p = 0.99
  EXPECT_EQ(rarity_score({.greater = 0, .equal = 1, .n = 380}), points(100));     // beyond it
  EXPECT_EQ(rarity_score({.greater = 0, .equal = 100, .n = 100}), Score{15'05});  // p = 0.5
  EXPECT_EQ(rarity_score({.greater = 99, .equal = 1, .n = 100}), Score{11});      // p = 0.005
}

TEST(RarityScale, MeansWhatTheBandsPromise) {
  // Of 380 candles without ties, how many score 80 or more: one in forty (9.5), 40 or more: one in
  // 6.3 (60.2).
  int excellent = 0, fair = 0;
  for (std::int64_t greater = 0; greater < 380; ++greater) {
    Score score = rarity_score({greater, 1, 380});
    excellent += score >= points(80);
    fair += score >= points(40);
  }
  EXPECT_EQ(excellent, 10);
  EXPECT_EQ(fair, 60);
}

TEST(RarityScale, EqualsTheLogarithmOfTheLibraryAtEveryRank) {
  for (std::int64_t n = 1; n <= 380; ++n)
    for (std::int64_t rest = 1; rest <= 2 * n; ++rest) {
      std::int64_t equal = rest % 2 == 0 ? 2 : 1;
      if (n == 1 && equal == 2)
        continue;
      double exact = -50 * std::log10(static_cast<double>(rest) / static_cast<double>(2 * n));
      Score score = rarity_score({(rest - equal) / 2, equal, n});
      ASSERT_LE(std::abs(score.value() - std::min(exact, 100.0)), 0.005 + 1e-9)
          << rest << " of " << 2 * n;
    }
}

TEST(RarityScaleDeathTest, RefusesWhatIsNoRank) {
  EXPECT_DEATH((void)rarity_score({.greater = 0, .equal = 0, .n = 100}), "");
  EXPECT_DEATH((void)rarity_score({.greater = 100, .equal = 1, .n = 100}), "");
}

}  // namespace
}  // namespace cscan
