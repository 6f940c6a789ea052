// A fold of the newest values, against folding them anew.

#include "indicator/sliding_fold.hpp"

#include <string>

#include "indicator/indicator_test_support.hpp"
#include "indicator/sma.hpp"

namespace cscan {
namespace {

/// Associative but not commutative: what comes out names what is in the window, and in which order.
struct Concatenate {
  std::string operator()(const std::string& older, const std::string& newer) const {
    return older + newer;
  }
};

template <std::size_t window>
void expect_newest() {
  SlidingFold<std::string, window, Concatenate> fold;
  std::string all;
  EXPECT_EQ(fold.fold(), "");
  for (char letter = 'a'; letter <= 'z'; ++letter) {
    fold.push(std::string(1, letter));
    all += letter;
    EXPECT_EQ(fold.fold(), all.substr(all.size() - std::min(all.size(), window)));
    EXPECT_EQ(fold.full(), all.size() >= window);
  }
}

TEST(SlidingFold, HoldsTheNewestValuesOldestFirst) {
  expect_newest<1>();
  expect_newest<2>();
  expect_newest<3>();
  expect_newest<9>();
  expect_newest<26>();
}

TEST(SlidingFold, ForgetsASpike) {
  Sma<20> mean;
  for (double value : {1.0, 2.0, 1e300, 3.0})
    mean.update(value);
  for (int i = 0; i < 20; ++i)
    mean.update(0.5);
  EXPECT_EQ(mean.value(), 0.5);  // a running sum would be 1e284 off, or 0
}

RC_GTEST_PROP(Sma, IsTheMeanOfTheNewest, ()) {
  auto values = *rc::gen::container<std::vector<int>>(rc::gen::inRange(-1000, 1000));
  Sma<7> mean;
  for (std::size_t i = 0; i < values.size(); ++i) {
    mean.update(values[i]);
    int sum = 0;
    for (std::size_t k = i + 1; k-- > 0 && k + 7 > i;)
      sum += values[k];
    RC_ASSERT(mean.value().has_value() == (i >= 6));
    RC_ASSERT(!mean.value() || *mean.value() == sum / 7.0);
  }
}

}  // namespace
}  // namespace cscan
