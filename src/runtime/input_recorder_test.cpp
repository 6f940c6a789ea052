// What a recorder leaves on disk, read back with nothing but core's codec: all inputs in their
// order, or a prefix of them and the reason.

#include "runtime/input_recorder.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "core/random_input.hpp"
#include "runtime/runtime_test_support.hpp"

namespace cscan {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using testing::FullDisk;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// What the files of one run hold.
struct RecordedRun {
  std::vector<InputLogHeader> headers;
  std::vector<Input> inputs;
  std::optional<std::string> end;  ///< the reason in the end block
  std::uint64_t bytes = 0;
};

RecordedRun read_run(const fs::path& folder) {
  RecordedRun run;
  std::uint64_t sequence = 0;
  for (std::uint64_t number = 1; fs::exists(folder / input_log_file_name(number)); ++number) {
    std::ostringstream text;
    text << std::ifstream(folder / input_log_file_name(number), std::ios::binary).rdbuf();
    std::string bytes = text.str();
    run.bytes += bytes.size();
    EXPECT_TRUE(bytes.starts_with(input_log_magic));
    std::string_view left = std::string_view(bytes).substr(input_log_magic.size());
    while (!left.empty()) {
      auto block = take_block(left);
      if (!block) {
        ADD_FAILURE() << block.error().message << " in file " << number;
        return run;
      }
      EXPECT_EQ(block->sequence, sequence++);
      if (block->kind == InputLogBlockKind::header)
        run.headers.push_back(parse_header_payload(block->payload).value());
      if (block->kind == InputLogBlockKind::end)
        run.end = std::string(block->payload);
      InputDecoder decoder;
      while (block->kind == InputLogBlockKind::inputs && !block->payload.empty())
        run.inputs.push_back(decoder.take(block->payload).value());
    }
  }
  return run;
}

/// Random inputs, and whether what was recorded is the first of them.
class Inputs {
 public:
  explicit Inputs(std::size_t count) {
    rig::RandomInputs random(7);
    for (std::size_t i = 0; i < count; ++i)
      inputs_.push_back(random.next());
  }
  void give(InputRecorder& recorder) const {
    for (const Input& input : inputs_) {
      recorder.append(input);
      recorder.end_turn();
    }
  }
  void expect_prefix(const std::vector<Input>& recorded) const {
    ASSERT_LE(recorded.size(), inputs_.size());
    for (std::size_t i = 0; i < recorded.size(); ++i)
      ASSERT_TRUE(rig::same(recorded[i], inputs_[i])) << i;
  }
  [[nodiscard]] std::size_t size() const { return inputs_.size(); }

 private:
  std::vector<Input> inputs_;
};

class RuntimeRecorder : public ::testing::Test {
 protected:
  [[nodiscard]] RecordingOptions options() const {
    return {(dir_.path() / "recordings").string(), 2'000'000'000, 64'000'000, "build"};
  }
  static RunInfo run_info() {
    RunInfo run;
    run.run_id = "abc";
    run.source = "synthetic";
    run.started_at = rig::RandomInputs::first_time;
    return run;
  }
  [[nodiscard]] fs::path run_folder() const {
    return dir_.path() / "recordings" / "20260101T000000Z_abc";
  }
  /// A folder that looks like a run recorded earlier.
  void write_past_run(const std::string& name, std::size_t bytes) const {
    fs::create_directories(dir_.path() / "recordings" / name);
    std::ofstream(dir_.path() / "recordings" / name / "000001.inputs") << std::string(bytes, 'x');
  }
  [[nodiscard]] std::vector<std::string> runs() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(dir_.path() / "recordings"))
      names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    return names;
  }

  TempDir dir_;
};

TEST_F(RuntimeRecorder, EveryInputIsThereInItsOrderOverManyFiles) {
  const Inputs inputs(20'000);
  RecordingOptions small_files = options();
  small_files.file_bytes_max = 300'000;
  InputRecorder recorder(small_files, run_info());
  EXPECT_TRUE(recorder.health().active);
  inputs.give(recorder);
  recorder.finish();
  const RecordedRun run = read_run(run_folder());
  EXPECT_EQ(run.inputs.size(), inputs.size());
  inputs.expect_prefix(run.inputs);
  EXPECT_EQ(run.end, "");
  EXPECT_GT(run.headers.size(), 2U);
  for (std::size_t i = 0; i < run.headers.size(); ++i)
    EXPECT_EQ(run.headers[i], (InputLogHeader{CSCAN_VERSION, "build", "abc", "synthetic",
                                              run_info().started_at, i + 1}));
  EXPECT_FALSE(recorder.health().active);
  EXPECT_THAT(recorder.health().note, IsEmpty());
  EXPECT_EQ(recorder.health().bytes, run.bytes);
}

TEST_F(RuntimeRecorder, ARunWithoutInputsIsARecordingToo) {
  InputRecorder(options(), run_info()).finish();
  const RecordedRun run = read_run(run_folder());
  EXPECT_EQ(run.headers.size(), 1U);
  EXPECT_THAT(run.inputs, IsEmpty());
  EXPECT_EQ(run.end, "");
}

TEST_F(RuntimeRecorder, InputsDoNotWaitLongerThanASecondForTheDisk) {
  InputRecorder recorder(options(), run_info());
  recorder.append(ClockAdvanced{run_info().started_at});
  const std::uint64_t before = recorder.health().bytes;
  EXPECT_TRUE(testing::eventually([&] {
    recorder.end_turn();
    return recorder.health().bytes > before;
  }));
  EXPECT_EQ(read_run(run_folder()).inputs.size(), 1U);
}

TEST_F(RuntimeRecorder, AtItsBoundARecordingEndsInOrder) {
  const Inputs inputs(20'000);
  RecordingOptions bounded = options();
  bounded.bytes_max = 1'000'000;
  InputRecorder recorder(bounded, run_info());
  inputs.give(recorder);
  recorder.finish();
  const RecordedRun run = read_run(run_folder());
  EXPECT_GT(run.inputs.size(), 100U);
  EXPECT_LT(run.inputs.size(), inputs.size());
  inputs.expect_prefix(run.inputs);
  EXPECT_LT(run.bytes, 1'001'000U);
  EXPECT_THAT(recorder.health().note, HasSubstr("1 MB"));
  EXPECT_FALSE(recorder.health().active);
  EXPECT_EQ(run.end, recorder.health().note);
}

TEST_F(RuntimeRecorder, AFullDiskEndsTheRecordingAndNothingElse) {
  if (!testing::disk_can_be_full(dir_.path()))
    GTEST_SKIP() << "this system does not enforce RLIMIT_FSIZE, so no disk can be made full";
  const Inputs inputs(20'000);
  InputRecorder recorder(options(), run_info());
  inputs.give(recorder);
  {
    const FullDisk full;
    inputs.give(recorder);
    ASSERT_TRUE(testing::eventually([&] { return !recorder.health().active; }));
  }
  EXPECT_THAT(recorder.health().note, HasSubstr("000001.inputs"));
  inputs.give(recorder);
  recorder.finish();
  const RecordedRun run = read_run(run_folder());
  EXPECT_FALSE(run.end) << "a log that misses inputs must not look complete";
  EXPECT_EQ(run.bytes, recorder.health().bytes) << "half a block stayed behind";
  std::vector<Input> first(
      run.inputs.begin(),
      run.inputs.begin() + static_cast<std::ptrdiff_t>(std::min(run.inputs.size(), inputs.size())));
  inputs.expect_prefix(first);
}

TEST_F(RuntimeRecorder, WhatCannotBeginHasEndedWithAReason) {
  std::ofstream(dir_.path() / "recordings") << "a file";
  InputRecorder recorder(options(), run_info());
  EXPECT_FALSE(recorder.health().active);
  EXPECT_THAT(recorder.health().note, HasSubstr("recordings"));
  recorder.append(ClockAdvanced{});
  recorder.finish();
}

TEST_F(RuntimeRecorder, TheOldestRunsMakeRoomWhole) {
  write_past_run("20250101T000000Z_a", 400'000);
  write_past_run("20250102T000000Z_b", 400'000);
  write_past_run("20250103T000000Z_c", 400'000);
  std::ofstream(dir_.path() / "recordings" / "20250101T000000Z_a" / "notes.txt") << "mine";
  fs::create_directories(dir_.path() / "recordings" / "pictures");
  std::ofstream(dir_.path() / "recordings" / "pictures" / "cat.png") << "mine";
  RecordingOptions bounded = options();
  bounded.bytes_max = 1'000'000;  // 125 KB are for the new file
  InputRecorder(bounded, run_info()).finish();
  EXPECT_THAT(runs(), ElementsAre("20250101T000000Z_a", "20250102T000000Z_b", "20250103T000000Z_c",
                                  "20260101T000000Z_abc", "pictures"));
  EXPECT_FALSE(fs::exists(dir_.path() / "recordings" / "20250101T000000Z_a" / "000001.inputs"));
  EXPECT_TRUE(fs::exists(dir_.path() / "recordings" / "20250101T000000Z_a" / "notes.txt"));
  EXPECT_TRUE(fs::exists(dir_.path() / "recordings" / "20250102T000000Z_b" / "000001.inputs"));

  EXPECT_THAT(remove_oldest_runs(dir_.path() / "recordings", 100'000),
              ElementsAre("20250102T000000Z_b", "20250103T000000Z_c"));
  EXPECT_THAT(runs(), ElementsAre("20250101T000000Z_a", "20260101T000000Z_abc", "pictures"));
}

TEST_F(RuntimeRecorder, ARunThatIsBeingRecordedIsNotRemoved) {
  InputRecorder recorder(options(), run_info());
  EXPECT_THAT(remove_oldest_runs(dir_.path() / "recordings", 0), IsEmpty());
  recorder.append(ClockAdvanced{run_info().started_at});
  recorder.finish();
  EXPECT_EQ(read_run(run_folder()).inputs.size(), 1U);
}

TEST_F(RuntimeRecorder, TwoRunsOfOneNameDoNotMix) {
  InputRecorder first(options(), run_info()), second(options(), run_info());
  EXPECT_TRUE(first.health().active);
  EXPECT_FALSE(second.health().active);
  EXPECT_THAT(second.health().note, HasSubstr("already"));
}

TEST_F(RuntimeRecorder, AnEngineRecordsFromTheFirstInputToTheLast) {
  auto script = std::make_shared<testing::FeedScript>();
  EngineOptions engine_options = testing::engine_options(dir_.path() / "data", script);
  engine_options.recording = options();
  auto engine = Engine::open(engine_options);
  ASSERT_TRUE(engine) << engine.error().message;
  ASSERT_TRUE((*engine)->start({}));
  ASSERT_TRUE(testing::eventually([&] { return testing::all_durable(*(*engine)->view()); }));
  ASSERT_TRUE((*engine)->view()->recording);
  EXPECT_TRUE((*engine)->view()->recording->active);
  ASSERT_TRUE(script->close(0, Timeframe::m5, 0, CandleState::final, (*engine)->now()));
  EXPECT_TRUE((*engine)->stop().durable);
  EXPECT_FALSE((*engine)->view()->recording->active);

  const RecordedRun run = read_run((*engine)->view()->recording->folder);
  EXPECT_EQ(run.end, "");
  ASSERT_GT(run.inputs.size(), 10U);
  // The loop tells the time before it takes what waits.
  ASSERT_TRUE(std::holds_alternative<ClockAdvanced>(run.inputs[0]));
  ASSERT_TRUE(std::holds_alternative<SettingsChanged>(run.inputs[1]));
  EXPECT_EQ(std::get<SettingsChanged>(run.inputs[1]).settings, engine_options.settings);
  ASSERT_TRUE(std::holds_alternative<UniverseChanged>(run.inputs[2]));
  EXPECT_EQ(std::get<UniverseChanged>(run.inputs[2]).instruments.size(), 3U);
  auto count = [&]<class Kind>(const Kind&) {
    return std::ranges::count_if(
        run.inputs, [](const Input& input) { return std::holds_alternative<Kind>(input); });
  };
  EXPECT_EQ(count(HistoryLoaded{}), 6);
  EXPECT_EQ(count(MarketEvent{}), 1);
}

TEST_F(RuntimeRecorder, AnEngineRefusesAFolderThatCannotBeWritten) {
  std::ofstream(dir_.path() / "recordings") << "a file";
  EngineOptions engine_options =
      testing::engine_options(dir_.path() / "data", std::make_shared<testing::FeedScript>());
  engine_options.recording = options();
  auto engine = Engine::open(engine_options);
  ASSERT_FALSE(engine);
  EXPECT_EQ(engine.error().code, ErrorCode::io);
  EXPECT_THAT(engine.error().message, HasSubstr("--record"));
}

}  // namespace
}  // namespace cscan
