#pragma once
// The queue of one host's requests: the urgent first, none beyond the budget, few at a time.

#include <cstdint>
#include <optional>
#include <vector>

#include "exchange/request_budget.hpp"
#include "exchange/session_io.hpp"

namespace cscan {

/// Real time is an argument. `Purpose` is what the session wants the answer for.
template <class Purpose>
class QueryDesk {
 public:
  struct Query {
    std::uint64_t id = 0;
    Urgency urgency{};
    Purpose purpose{};
    RestRequest request{};
    Timestamp not_before{};
    int tries = 0;
    SessionTime sent_at{};
  };

  explicit QueryDesk(RequestBudget budget) : budget_(std::move(budget)) {}

  void ask(Urgency urgency, Purpose purpose, RestRequest request, Timestamp not_before = {}) {
    Query query;
    query.id = next_id_++;
    query.urgency = urgency;
    query.purpose = std::move(purpose);
    query.request = std::move(request);
    query.not_before = not_before;
    waiting_.push_back(std::move(query));
  }
  /// The same question once more, with a new id.
  void again(Query query, Timestamp not_before) {
    query.id = next_id_++;
    query.not_before = not_before;
    waiting_.push_back(std::move(query));
  }
  /// The query that was answered; nullopt for an id that nobody waits for.
  std::optional<Query> take(std::uint64_t id) {
    for (auto query = sent_.begin(); query != sent_.end(); ++query)
      if (query->id == id) {
        Query found = std::move(*query);
        sent_.erase(query);
        return found;
      }
    return std::nullopt;
  }
  void forget_all() {
    waiting_.clear();
    sent_.clear();
  }

  /// Sends what may be sent now.
  void step(SessionTime now, SessionOutput& out) {
    while (sent_.size() < in_flight_max) {
      auto next = find_next(now.real);
      if (next == waiting_.end() ||
          budget_.free_at(next->request.weight, next->urgency, now.real) > now.real)
        return;
      Query query = std::move(*next);
      waiting_.erase(next);
      query.sent_at = now;
      ++query.tries;
      budget_.on_sent(query.request.weight, now.real);
      out.actions.emplace_back(SendRequest{query.id, query.request});
      sent_.push_back(std::move(query));
    }
  }

  [[nodiscard]] RequestBudget& budget() { return budget_; }
  [[nodiscard]] const RequestBudget& budget() const { return budget_; }
  [[nodiscard]] std::size_t waiting() const { return waiting_.size() + sent_.size(); }

 private:
  static constexpr std::size_t in_flight_max = 6;

  /// The most urgent that is due, the oldest of those.
  auto find_next(Timestamp now) {
    auto best = waiting_.end();
    for (auto query = waiting_.begin(); query != waiting_.end(); ++query)
      if (query->not_before <= now && (best == waiting_.end() || query->urgency < best->urgency)) {
        best = query;
        if (best->urgency == Urgency::repair)
          break;
      }
    return best;
  }

  RequestBudget budget_;
  std::vector<Query> waiting_;
  std::vector<Query> sent_;
  std::uint64_t next_id_ = 1;
};

}  // namespace cscan
