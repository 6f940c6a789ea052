#pragma once
// The newest `capacity` values in an object of fixed size: a ring without heap memory, for windows
// that are worked out anew when somebody asks.

#include <algorithm>
#include <array>
#include <cstddef>

namespace cscan {

template <class Value, std::size_t capacity>
class NewestValues {
  static_assert(capacity > 0);

 public:
  void push(const Value& value) { slots_[pushed_++ % capacity] = value; }

  /// Values ever pushed.
  [[nodiscard]] std::size_t pushed() const { return pushed_; }
  [[nodiscard]] bool full() const { return pushed_ >= capacity; }
  /// Precondition: something was pushed.
  [[nodiscard]] const Value& newest() const { return slots_[(pushed_ - 1) % capacity]; }

  /// Calls take(value) for those that are kept, oldest first, so that a sum does not depend on
  /// where the ring happens to begin.
  template <class Take>
  void for_each(Take&& take) const {
    std::size_t oldest = full() ? pushed_ % capacity : 0;
    for (std::size_t slot = oldest; slot < std::min(pushed_, capacity); ++slot)
      take(slots_[slot]);
    for (std::size_t slot = 0; slot < oldest; ++slot)
      take(slots_[slot]);
  }

 private:
  std::array<Value, capacity> slots_{};
  std::size_t pushed_ = 0;
};

}  // namespace cscan
