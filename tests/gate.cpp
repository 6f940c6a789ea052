// The gate: one recording, many roads, the same bytes (architecture.md, "Determinism").
//
//   gate check [--golden FILE] [SET]...   replays each set with both score models: twice, from a
//                                         later start, in batch, with late history, and (small
//                                         sets) as a live feed; compares every body they have in
//                                         common, and with --golden the digest of all with the
//                                         committed one
//   gate digests [SET]...                 prints the digests: set, model, signals, sha256
//
// Without a set: all. Exit status 0: equal; 1: something differs (named, with the first two
// bodies); 2: it could not be tried. Sets that need recorded data are SKIPPED, aloud, where there
// is none.

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "analysis/score_model.hpp"
#include "gate_bodies.hpp"
#include "gate_sets.hpp"

namespace cscan::gate {
namespace {

enum Exit : int { equal = 0, different = 1, impossible = 2 };

constexpr std::array models = {ScoreModel::classic, ScoreModel::rarity};

std::string golden_line(std::string_view set, ScoreModel model, const Bodies& bodies) {
  return fmt::format("{} {} {} {}", set, to_string(model), bodies.by_id.size(), bodies.digest);
}

/// What the roads must have in common.
enum class Overlap : std::uint8_t {
  whole,       ///< the same ids
  right_more,  ///< the second may say more
};

class Checker {
 public:
  explicit Checker(std::vector<std::string> golden) : golden_(std::move(golden)) {}

  void check(const SetInfo& set, const CandleRecording& recording, ScoreModel model) {
    set_ = set.name;
    model_ = model;
    Settings settings;
    settings.score_model = model;
    Run plain = replayed(recording, settings);
    Bodies expected = bodies_of(plain);
    report("one body for each id", expected.by_id.size(), expected.twice_different == 0);

    expect_same("twice", expected, plain, plain, Overlap::whole);
    std::size_t window = find_score_model(model)->window;
    for (double share : {0.1, 0.35}) {
      CandleRecording later = begun_later(recording, share);
      expect_same(fmt::format("begun {} % later", share * 100), within(expected, later, window),
                  plain, replayed(later, settings), Overlap::whole);
    }
    expect_same("batch", expected, plain, batched(recording, settings), Overlap::whole);
    expect_same("late history", expected, plain, late(recording, settings), Overlap::right_more);
    if (set.small)
      expect_same("live", expected, plain, live(recording, settings), Overlap::whole);
    if (set.golden && !golden_.empty())
      expect_golden(golden_line(set.name, model, expected), expected.by_id.size());
  }

  [[nodiscard]] bool failed() const { return failed_; }

 private:
  void report(std::string_view check, std::size_t signals, bool is_equal) {
    fmt::print("{:<13} {:<8} {:<22} {:>7} signals  {}\n", set_, to_string(model_), check, signals,
               is_equal ? "equal" : "DIFFERENT");
    failed_ = failed_ || !is_equal;
  }

  void expect_same(std::string_view check, const Bodies& expected, const Run& plain,
                   const Run& other, Overlap overlap) {
    Bodies bodies = bodies_of(other);
    Comparison c = compare(expected, bodies);
    bool extra = overlap == Overlap::whole && c.only_right > 0;
    bool same = c.different == 0 && c.only_left == 0 && !extra && bodies.twice_different == 0;
    bool something = c.common > 0;
    report(check, c.common, same && something);
    if (!something)
      fmt::print("  nothing was compared: the gate proves nothing here\n");
    if (!same && !c.first.empty())
      fmt::print("  {} differ, {} missing, {} unexpected; the first:\n  {}\n  {}\n", c.different,
                 c.only_left, c.only_right, body_of(plain, c.first), body_of(other, c.first));
  }

  void expect_golden(const std::string& line, std::size_t signals) {
    bool same = std::ranges::find(golden_, line) != golden_.end();
    report("golden digest", signals, same);
    if (!same)
      fmt::print(
          "  now: {}\n  not in the committed file; if scores were meant to change, run "
          "'./dev golden' and say why in the commit\n",
          line);
  }

  std::vector<std::string> golden_;
  std::string_view set_;
  ScoreModel model_{};
  bool failed_ = false;
};

/// Lets CI see that recorded data was used.
void log_recorded(const SetInfo& set) {
  const char* log = std::getenv("CSCAN_RECORDED_LOG");
  if (set.recorded && log != nullptr)
    std::ofstream(log, std::ios::app) << "gate." << set.name << '\n';
}

/// Calls `use` with every wanted set that can be loaded.
template <class Use>
Exit for_each_set(const std::vector<const SetInfo*>& sets, Use use) {
  auto root = recorded_root();
  for (const SetInfo* set : sets) {
    if (set->recorded && !root) {
      fmt::print(stderr, "gate: {} is SKIPPED: no recorded data (set CSCAN_MARKET_DATA)\n",
                 set->name);
      continue;
    }
    auto recording = load_set(*set, root.value_or(""));
    if (!recording) {
      fmt::print(stderr, "gate: {}: {}\n", set->name, recording.error().message);
      return impossible;
    }
    log_recorded(*set);
    for (ScoreModel model : models)
      use(*set, *recording, model);
  }
  return equal;
}

std::vector<std::string> read_lines(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);)
    if (!line.empty() && line[0] != '#')
      lines.push_back(line);
  return lines;
}

Exit check_sets(const std::vector<const SetInfo*>& sets, const std::string& golden_file) {
  std::vector<std::string> golden;
  if (!golden_file.empty() && (golden = read_lines(golden_file)).empty()) {
    fmt::print(stderr, "gate: no golden digests in {}\n", golden_file);
    return impossible;
  }
  Checker checker(std::move(golden));
  Exit loaded = for_each_set(sets, [&](const SetInfo& set, const CandleRecording& recording,
                                       ScoreModel model) { checker.check(set, recording, model); });
  return loaded != equal ? loaded : checker.failed() ? different : equal;
}

Exit print_digests(const std::vector<const SetInfo*>& sets) {
  return for_each_set(
      sets, [](const SetInfo& set, const CandleRecording& recording, ScoreModel model) {
        Settings settings;
        settings.score_model = model;
        fmt::print("{}\n", golden_line(set.name, model, bodies_of(replayed(recording, settings))));
      });
}

int run(std::vector<std::string> arguments) {
  std::string verb = arguments.empty() ? "" : arguments[0], golden_file;
  std::vector<const SetInfo*> sets;
  bool understood = verb == "check" || verb == "digests";
  for (std::size_t i = 1; i < arguments.size() && understood; ++i) {
    if (arguments[i] == "--golden" && i + 1 < arguments.size())
      golden_file = arguments[++i];
    else if (const SetInfo* set = find_set(arguments[i]))
      sets.push_back(set);
    else
      understood = false;
  }
  if (!understood) {
    fmt::print(stderr, "usage: gate check [--golden FILE] [SET]... | gate digests [SET]...\n");
    return impossible;
  }
  if (sets.empty())
    for (const SetInfo& set : all_sets())
      sets.push_back(&set);
  return verb == "check" ? check_sets(sets, golden_file) : print_digests(sets);
}

}  // namespace
}  // namespace cscan::gate

int main(int argc, char** argv) {
  return cscan::gate::run(std::vector<std::string>(argv + 1, argv + argc));
}
