#include "runtime/bounded_queue.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>

#include "runtime/runtime_test_support.hpp"

namespace cscan {
namespace {

using testing::eventually;
constexpr std::chrono::milliseconds no_wait{0};
constexpr std::chrono::milliseconds long_wait{60'000};

TEST(RuntimeBoundedQueue, GivesEverythingInOrder) {
  BoundedQueue<int> queue(10);
  std::vector<int> out = {99};
  EXPECT_TRUE(queue.take_all(out, no_wait)) << "an open queue may be empty";
  EXPECT_TRUE(out.empty());
  for (int i = 0; i < 5; ++i)
    EXPECT_TRUE(queue.push(i));
  EXPECT_EQ(queue.size(), 5U);
  EXPECT_TRUE(queue.take_all(out, no_wait));
  EXPECT_EQ(queue.size(), 0U);
  EXPECT_EQ(out, (std::vector{0, 1, 2, 3, 4}));
}

TEST(RuntimeBoundedQueue, DropsAndCountsWhatIsOfferedToAFullQueue) {
  BoundedQueue<int> queue(2);
  EXPECT_TRUE(queue.offer(1));
  EXPECT_TRUE(queue.offer(2));
  EXPECT_FALSE(queue.offer(3));
  EXPECT_FALSE(queue.offer(4));
  EXPECT_EQ(queue.take_dropped(), 2);
  EXPECT_EQ(queue.take_dropped(), 0);
  std::vector<int> out;
  queue.take_all(out, no_wait);
  EXPECT_EQ(out, (std::vector{1, 2}));
  EXPECT_TRUE(queue.offer(5));
}

TEST(RuntimeBoundedQueue, GivesWhatIsInsideAfterTheClose) {
  BoundedQueue<int> queue(4);
  queue.push(1);
  queue.close();
  EXPECT_FALSE(queue.push(2));
  EXPECT_FALSE(queue.offer(3));
  EXPECT_EQ(queue.take_dropped(), 0) << "too late is not too much";
  std::vector<int> out;
  EXPECT_TRUE(queue.take_all(out, long_wait));
  EXPECT_EQ(out, std::vector{1});
  EXPECT_FALSE(queue.take_all(out, long_wait));
  EXPECT_TRUE(out.empty());
  queue.close();
}

TEST(RuntimeBoundedQueue, HoldsAProducerUntilThereIsRoom) {
  BoundedQueue<int> queue(1);
  queue.push(1);
  std::atomic<bool> pushed = false;
  std::thread producer([&] {
    EXPECT_TRUE(queue.push(2));
    pushed = true;
  });
  std::vector<int> out, all;
  while (all.size() < 2) {
    EXPECT_TRUE(queue.take_all(out, long_wait));
    EXPECT_LE(out.size(), 1);
    all.insert(all.end(), out.begin(), out.end());
  }
  producer.join();
  EXPECT_TRUE(pushed);
  EXPECT_EQ(all, (std::vector{1, 2}));
}

TEST(RuntimeBoundedQueue, LetsABlockedProducerGoAtTheClose) {
  BoundedQueue<std::unique_ptr<int>> queue(1);
  queue.push(std::make_unique<int>(1));
  std::atomic<int> refused = 0;
  std::vector<std::thread> producers;
  for (int i = 0; i < 3; ++i)
    producers.emplace_back([&] { refused += !queue.push(std::make_unique<int>(2)); });
  queue.close();
  for (std::thread& producer : producers)
    producer.join();
  EXPECT_EQ(refused, 3);
}

TEST(RuntimeBoundedQueue, WakesAWaitingConsumer) {
  BoundedQueue<int> queue(1);
  std::vector<int> out;
  std::thread consumer([&] {
    EXPECT_TRUE(queue.take_all(out, long_wait));
    EXPECT_EQ(out, std::vector{7});
    EXPECT_FALSE(queue.take_all(out, long_wait));
  });
  queue.push(7);
  queue.close();
  consumer.join();
}

TEST(RuntimeBoundedQueue, LosesNothingBetweenManyThreads) {
  constexpr std::size_t capacity = 8;
  constexpr int producers = 4, each = 20'000;
  BoundedQueue<std::pair<int, int>> queue(capacity);
  std::atomic<int> left = producers;
  std::vector<std::thread> threads;
  for (int p = 0; p < producers; ++p)
    threads.emplace_back([&, p] {
      for (int i = 0; i < each; ++i)
        ASSERT_TRUE(queue.push({p, i}));
      if (--left == 0)
        queue.close();
    });
  std::vector<int> next(producers);
  std::vector<std::pair<int, int>> out;
  while (queue.take_all(out, long_wait)) {
    ASSERT_LE(out.size(), capacity);
    for (const auto& [producer, number] : out)
      ASSERT_EQ(number, next[static_cast<std::size_t>(producer)]++);
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(next, std::vector<int>(producers, each));
}

TEST(RuntimeBoundedQueue, CountsEveryOfferOnce) {
  constexpr int producers = 3, each = 20'000;
  BoundedQueue<int> queue(4);
  std::atomic<int> left = producers;
  std::atomic<std::uint64_t> accepted = 0, dropped = 0;
  std::vector<std::thread> threads;
  for (int p = 0; p < producers; ++p)
    threads.emplace_back([&] {
      for (int i = 0; i < each; ++i)
        accepted += queue.offer(i);
      if (--left == 0)
        queue.close();
    });
  std::uint64_t taken = 0;
  std::vector<int> out;
  while (queue.take_all(out, long_wait)) {
    taken += out.size();
    dropped += queue.take_dropped();
  }
  for (std::thread& thread : threads)
    thread.join();
  dropped += queue.take_dropped();
  EXPECT_EQ(taken, accepted);
  EXPECT_EQ(accepted + dropped, std::uint64_t{producers} * each);
}

}  // namespace
}  // namespace cscan
