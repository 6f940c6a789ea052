#pragma once
// A bounded first-in-first-out buffer: pushing into a full one drops the oldest element.

#include <cstddef>
#include <vector>

#include "base/check.hpp"

namespace cscan {

/// Capacity is fixed at construction (> 0). Index 0 is the oldest element.
template <class T>
class RingBuffer {
 public:
  explicit RingBuffer(std::size_t capacity) : slots_(capacity) { CHECK(capacity > 0); }

  void push(const T& value) {
    slots_[(first_ + size_) % slots_.size()] = value;
    if (size_ < slots_.size())
      ++size_;
    else
      first_ = (first_ + 1) % slots_.size();
  }

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::size_t capacity() const { return slots_.size(); }
  [[nodiscard]] const T& operator[](std::size_t index) const {
    CHECK(index < size_, "index {} of {}", index, size_);
    return slots_[(first_ + index) % slots_.size()];
  }
  [[nodiscard]] const T& newest() const { return (*this)[size_ - 1]; }
  [[nodiscard]] const T& oldest() const { return (*this)[0]; }

 private:
  std::vector<T> slots_;
  std::size_t first_ = 0;
  std::size_t size_ = 0;
};

}  // namespace cscan
