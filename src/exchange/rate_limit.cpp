#include "exchange/rate_limit.hpp"

#include <algorithm>

namespace cscan {

Timestamp RateLimit::free_at(Timestamp now) const {
  if (taken_.size() < limit_.max)
    return now;
  return std::max(now, taken_.front() + limit_.window);
}

bool RateLimit::take(Timestamp now) {
  if (free_at(now) > now)
    return false;
  if (taken_.size() >= limit_.max)
    taken_.pop_front();
  taken_.push_back(now);
  return true;
}

}  // namespace cscan
