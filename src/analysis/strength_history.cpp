#include "analysis/strength_history.hpp"

#include <cmath>
#include <limits>

// The counting loops below would take half the time of a score. Each is compiled for several widths
// of vector registers, and the program picks its processor's at start. Comparisons, and a product
// and a difference rounded each by itself, give the same in every width. ThreadSanitizer crashes in
// the code that picks, which runs before the sanitizer does.
#if defined(__x86_64__) && !defined(__SANITIZE_THREAD__)
#define CSCAN_FOR_EACH_WIDTH __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#else
#define CSCAN_FOR_EACH_WIDTH
#endif

namespace cscan {
namespace {

/// Length of a column: a multiple of every width, so that no loop over one has a rest.
constexpr std::size_t places = (StrengthHistory::capacity + 15) / 16 * 16;

struct Counts {
  // As wide as the values, so that several are counted at once.
  std::int64_t greater = 0, equal = 0;
};

// Places without a strength hold NaN, neither greater than nor equal to anything.

CSCAN_FOR_EACH_WIDTH Counts count(const double* values, double strength) {
  std::int64_t greater = 0, equal = 0;
  for (std::size_t i = 0; i < places; ++i) {
    greater += values[i] > strength;
    equal += values[i] == strength;
  }
  return {greater, equal};
}

CSCAN_FOR_EACH_WIDTH Counts count_discounted(const double* values, const double* evidence,
                                             double weight, double strength) {
  std::int64_t greater = 0, equal = 0;
  for (std::size_t i = 0; i < places; ++i) {
    double value = discounted(values[i], weight, evidence[i]);
    greater += value > strength;
    equal += value == strength;
  }
  return {greater, equal};
}

}  // namespace

void StrengthHistory::push(const std::optional<Strengths>& strengths) {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  if (columns_.empty())
    columns_.assign(3 * places, none);
  known_ -= !std::isnan(columns_[next_]);
  known_ += strengths.has_value();
  columns_[next_] = strengths ? strengths->momentum : none;
  columns_[places + next_] = strengths ? strengths->reversion : none;
  columns_[2 * places + next_] = strengths ? strengths->running_on : none;
  next_ = (next_ + 1) % capacity;
}

void StrengthHistory::clear() {
  columns_.clear();
  next_ = 0;
  known_ = 0;
}

void StrengthHistory::prefetch() const {
  for (std::size_t i = 0; i < std::min(columns_.size(), 2 * places); i += 8)
    __builtin_prefetch(columns_.data() + i);
}

const double* StrengthHistory::column(std::size_t index) const {
  return columns_.data() + index * places;
}

MidRank StrengthHistory::rank(std::size_t of, double strength) const {
  if (columns_.empty())
    return {0, 1, 1};
  Counts counts = count(column(of), strength);
  return {counts.greater, counts.equal + 1, static_cast<std::int64_t>(known_) + 1};
}

MidRank StrengthHistory::rank_discounted(std::size_t of, std::size_t by, double strength,
                                         double weight) const {
  if (columns_.empty())
    return {0, 1, 1};
  Counts counts = count_discounted(column(of), column(by), weight, strength);
  return {counts.greater, counts.equal + 1, static_cast<std::int64_t>(known_) + 1};
}

MidRank StrengthHistory::rank_momentum(double strength) const { return rank(momentum, strength); }

MidRank StrengthHistory::rank_reversion(double strength) const { return rank(reversion, strength); }

MidRank StrengthHistory::rank_discounted_momentum(double strength, double weight) const {
  return rank_discounted(momentum, reversion, strength, weight);
}

MidRank StrengthHistory::rank_discounted_reversion(double strength, double weight) const {
  return rank_discounted(reversion, running_on, strength, weight);
}

}  // namespace cscan
