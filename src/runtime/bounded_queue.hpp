#pragma once
// A bounded queue from many producers to one consumer, which takes everything at once.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

namespace cscan {

template <class T>
class BoundedQueue {
 public:
  explicit BoundedQueue(std::size_t capacity) : capacity_(capacity) {}

  /// Waits while the queue is full. False when the queue was closed; the value is gone then.
  bool push(T value) {
    std::unique_lock lock(mutex_);
    has_room_.wait(lock, [&] { return closed_ || items_.size() < capacity_; });
    if (closed_)
      return false;
    items_.push_back(std::move(value));
    lock.unlock();
    has_items_.notify_one();
    return true;
  }

  /// Never waits: a full queue drops the value and counts it.
  bool offer(T value) {
    std::unique_lock lock(mutex_);
    if (closed_)
      return false;
    if (items_.size() >= capacity_) {
      ++dropped_;
      return false;
    }
    items_.push_back(std::move(value));
    lock.unlock();
    has_items_.notify_one();
    return true;
  }

  /// Moves all items to `out` (emptied first), waiting up to `patience` for the first. False when
  /// the queue is closed and empty.
  bool take_all(std::vector<T>& out, std::chrono::milliseconds patience) {
    out.clear();
    std::unique_lock lock(mutex_);
    has_items_.wait_for(lock, patience, [&] { return closed_ || !items_.empty(); });
    out.swap(items_);
    bool open = !closed_ || !out.empty();
    lock.unlock();
    has_room_.notify_all();
    return open;
  }

  /// No more pushes; what is inside can still be taken.
  void close() {
    {
      std::lock_guard lock(mutex_);
      closed_ = true;
    }
    has_room_.notify_all();
    has_items_.notify_all();
  }

  /// Values waiting now; those being worked on are not among them.
  [[nodiscard]] std::size_t size() const {
    std::lock_guard lock(mutex_);
    return items_.size();
  }

  /// Values dropped since the last call.
  std::uint64_t take_dropped() {
    std::lock_guard lock(mutex_);
    return std::exchange(dropped_, 0);
  }

 private:
  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable has_items_;
  std::condition_variable has_room_;
  std::vector<T> items_;
  std::uint64_t dropped_ = 0;
  bool closed_ = false;
};

}  // namespace cscan
