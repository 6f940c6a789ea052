#pragma once
// The faults of one exchange, asked at the moments they matter.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/exchange_fault.hpp"

namespace cscan {

/// Single-threaded: it remembers which instants are over and counts the frames that passed.
class FaultPlan {
 public:
  FaultPlan(const std::vector<Fault>& faults, std::string_view exchange, Timestamp start)
      : exchange_(exchange) {
    add(faults, start);
  }
  /// Their times count from `start`.
  void add(const std::vector<Fault>& faults, Timestamp start) {
    for (const Fault& fault : faults)
      if (fault.concerns(exchange_))
        entries_.push_back({fault, start, false, 0});
  }
  /// None is left, be it to come.
  void clear() { entries_.clear(); }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

  // Pointers are good until the next add() or clear().
  /// The first of that kind which lasts now and concerns `topic`.
  [[nodiscard]] const Fault* active(FaultKind kind, Timestamp now,
                                    std::string_view topic = {}) const {
    for (const Entry& entry : entries_)
      if (entry.fault.kind == kind && entry.fault.is_active(now - entry.start) &&
          (entry.fault.topic.empty() || topic.find(entry.fault.topic) != std::string_view::npos))
        return &entry.fault;
    return nullptr;
  }
  /// The same, of every n-th call.
  [[nodiscard]] const Fault* every(FaultKind kind, Timestamp now, std::string_view topic) {
    for (Entry& entry : entries_)
      if (entry.fault.kind == kind && entry.fault.is_active(now - entry.start) &&
          (entry.fault.topic.empty() || topic.find(entry.fault.topic) != std::string_view::npos) &&
          ++entry.frames % entry.fault.every == 0)
        return &entry.fault;
    return nullptr;
  }
  /// Instants that are due, each once.
  [[nodiscard]] std::vector<const Fault*> take_due(Timestamp now) {
    std::vector<const Fault*> due;
    for (Entry& entry : entries_)
      if (is_instant(entry.fault.kind) && !entry.is_over && now - entry.start >= entry.fault.at) {
        entry.is_over = true;
        due.push_back(&entry.fault);
      }
    return due;
  }
  /// Whether none is still to come or lasts.
  [[nodiscard]] bool is_over(Timestamp now) const {
    for (const Entry& entry : entries_)
      if (is_instant(entry.fault.kind)
              ? !entry.is_over
              : !entry.fault.lasts || now - entry.start < entry.fault.at + *entry.fault.lasts)
        return false;
    return true;
  }

 private:
  struct Entry {
    Fault fault{};
    Timestamp start{};
    bool is_over = false;
    std::uint64_t frames = 0;
  };

  std::string exchange_;
  std::vector<Entry> entries_;
};

}  // namespace cscan
