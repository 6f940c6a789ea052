#pragma once
// An associative combination (a sum, a highest value) of the newest `window` values,
// amortised O(1) a value.
//
// Nothing is ever subtracted. A running sum takes the old value off again, and so keeps the
// rounding of everything it ever saw: after a spike it may be wrong for good. Here a value that
// leaves the window leaves no trace, whatever its size, because the fold is always made of values
// that are in the window; its error is that of adding `window` numbers once.
//
// How: values come in blocks of `window`. A full block is turned into the folds of its suffixes;
// while the next block grows, one suffix of the old block and the fold of the new one make the
// window ("two stacks"; for extremes: van Herk 1992, Gil and Werman 1993). The slot of a suffix
// that has left is reused for the newest value, so one array of `window` slots is enough.

#include <array>
#include <cstddef>
#include <cstdint>

namespace cscan {

/// Combine: a stateless callable (older, newer) -> Value, associative.
template <class Value, std::size_t window, class Combine>
class SlidingFold {
  static_assert(window > 0 && window <= UINT16_MAX);

 public:
  void push(const Value& value) {
    block_ = fresh_ == 0 ? value : Combine{}(block_, value);
    slots_[fresh_++] = value;
    if (fresh_ == window)
      turn_over();
  }

  /// Whether `window` values have been pushed.
  [[nodiscard]] bool full() const { return full_; }

  /// Over the newest `window` values, or all while there are fewer; Value{} before the first.
  [[nodiscard]] Value fold() const {
    if (!full_)
      return block_;
    return fresh_ == 0 ? slots_[0] : Combine{}(slots_[fresh_], block_);
  }

 private:
  void turn_over() {
    for (std::size_t i = window - 1; i-- > 0;)
      slots_[i] = Combine{}(slots_[i], slots_[i + 1]);
    fresh_ = 0;
    full_ = true;
  }

  /// Below fresh_: the values of the growing block. From fresh_ on: slot i folds the values i.. of
  /// the block before it.
  std::array<Value, window> slots_{};
  Value block_{};            ///< fold of the growing block
  std::uint16_t fresh_ = 0;  ///< values in the growing block
  bool full_ = false;
};

}  // namespace cscan
