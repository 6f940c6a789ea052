#pragma once
// Answers that follow from the picture in memory are the same bytes until the picture changes:
// kept here, a repeated question costs a look-up. One thread (the server's).

#include <cstdint>
#include <map>
#include <string>

#include "base/time.hpp"
#include "net/http_message.hpp"

namespace cscan {

/// A finished 200 answer with its plain and packed bytes.
struct Snapshot {
  std::uint64_t version = 0;  ///< of the picture it was made from
  Timestamp made_at;          ///< market time: staleness is decided by time as well
  std::string etag;
  std::string content_type;
  SharedBytes plain;
  SharedBytes packed;  ///< null when packing is not worth it
  /// The same in pages, made when they are asked for a second time; null before, or when small.
  SharedPages plain_pages;
  SharedPages packed_pages;
};

class SnapshotCache {
 public:
  /// The answer to `target`, if it was made from this picture less than a second ago.
  [[nodiscard]] Snapshot* find(const std::string& target, std::uint64_t version, Timestamp now) {
    auto found = entries_.find(target);
    if (found == entries_.end() || found->second.version != version ||
        now - found->second.made_at >= seconds(1))
      return nullptr;
    return &found->second;
  }

  /// Keeps an answer. Bounded: when full, all are forgotten, because a new picture outdates them
  /// anyway. The reference is valid until the next keep().
  Snapshot& keep(const std::string& target, Snapshot snapshot) {
    if (entries_.size() >= entries_max)
      entries_.clear();
    return entries_[target] = std::move(snapshot);
  }

 private:
  static constexpr std::size_t entries_max = 64;
  std::map<std::string, Snapshot> entries_;
};

}  // namespace cscan
