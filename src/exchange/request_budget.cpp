#include "exchange/request_budget.hpp"

#include <algorithm>

namespace cscan {

std::uint32_t RequestBudget::allowance(Urgency urgency) const {
  std::uint64_t percent = urgency == Urgency::history ? 60 : 80;
  return static_cast<std::uint32_t>(limit_.max * percent / 100);
}

Timestamp RequestBudget::free_at(std::uint32_t weight, Urgency urgency, Timestamp now) const {
  Timestamp at = std::max(now, paused_until_);
  std::uint64_t in_window = used(at);
  // A request heavier than the whole allowance goes alone.
  std::uint64_t room = std::max(allowance(urgency), weight);
  for (const Spent& spent : spent_) {
    if (in_window + weight <= room)
      break;
    if (spent.at + limit_.window <= at)
      continue;
    at = spent.at + limit_.window;
    in_window -= spent.weight;
  }
  return at;
}

void RequestBudget::on_sent(std::uint32_t weight, Timestamp now) {
  while (!spent_.empty() && spent_.front().at + limit_.window <= now)
    spent_.pop_front();
  spent_.push_back({now, weight});
}

void RequestBudget::on_used(std::uint32_t weight, Timestamp now) {
  std::uint32_t known = used(now);
  if (weight > known)
    on_sent(weight - known, now);
}

void RequestBudget::pause(Timestamp until) { paused_until_ = std::max(paused_until_, until); }

std::uint32_t RequestBudget::used(Timestamp now) const {
  std::uint32_t sum = 0;
  for (const Spent& spent : spent_)
    sum += spent.at + limit_.window > now ? spent.weight : 0;
  return sum;
}

}  // namespace cscan
