// The ring buffer against std::deque.

#include "base/ring_buffer.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <deque>

namespace cscan {
namespace {

RC_GTEST_PROP(RingBuffer, HoldsTheNewestInOrder, (std::vector<int> values)) {
  auto capacity = *rc::gen::inRange<std::size_t>(1, 9);
  RingBuffer<int> ring(capacity);
  std::deque<int> model;
  RC_ASSERT(ring.empty());
  for (int value : values) {
    ring.push(value);
    model.push_back(value);
    if (model.size() > capacity)
      model.pop_front();
    RC_ASSERT(ring.size() == model.size());
    RC_ASSERT(ring.oldest() == model.front());
    RC_ASSERT(ring.newest() == model.back());
    for (std::size_t i = 0; i < model.size(); ++i)
      RC_ASSERT(ring[i] == model[i]);
  }
  RC_ASSERT(ring.capacity() == capacity);
}

TEST(RingBufferDeathTest, RefusesWhatIsNotThere) {
  RingBuffer<int> ring(2);
  EXPECT_DEATH((void)ring.newest(), "CHECK failed");
  ring.push(1);
  EXPECT_DEATH((void)ring[1], "index 1 of 1");
  EXPECT_DEATH(RingBuffer<int>(0), "CHECK failed");
}

}  // namespace
}  // namespace cscan
