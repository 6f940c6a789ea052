#pragma once
// The files of training data that hold one market's UTC day: signals/*.json and clustering/*.json.

#include <map>
#include <string>

#include "base/result.hpp"
#include "store/database.hpp"
#include "store/published_tree.hpp"
#include "store/stored_rows.hpp"

namespace cscan {

inline constexpr const char* signals_folder = "signals";
inline constexpr const char* clustering_folder = "clustering";

/// Files and bytes written by one call.
struct FileTally {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
};

/// Stages the two files of every day in `days`, reading the market's rows in few statements (one,
/// or one per 30 days where they are many), in order. Flushes the tree whenever enough files are
/// staged to sync together.
[[nodiscard]] Status stage_day_files(Connection& connection, PublishedTree& tree,
                                     const MarketName& market, const std::string& stem,
                                     const std::map<Timestamp, std::uint64_t>& day_list,
                                     FileTally& tally);

/// How many staged files are synced together; each holds an open file.
inline constexpr std::size_t flush_files = 256;

}  // namespace cscan
