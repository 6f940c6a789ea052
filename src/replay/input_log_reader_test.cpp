#include "replay/input_log_reader.hpp"

#include <gmock/gmock.h>

#include "core/random_input.hpp"
#include "replay/input_log_files.hpp"
#include "replay/input_log_test_support.hpp"

namespace cscan {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::LogBytes;
using ::testing::Not;

std::vector<Input> random_inputs(std::uint64_t seed, std::size_t count) {
  rig::RandomInputs random(seed);
  std::vector<Input> inputs;
  for (std::size_t i = 0; i < count; ++i)
    inputs.push_back(random.next());
  return inputs;
}

class ReplayInputLog : public ::testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path run() const { return dir_.path() / "run"; }

  /// Opens and reads to the end; checks that what was read begins `all_` and gives its number.
  std::size_t read(const std::filesystem::path& path) {
    auto reader = InputLogReader::open(path);
    EXPECT_TRUE(reader) << reader.error().message;
    if (!reader)
      return 0;
    std::size_t count = 0;
    while (auto input = (*reader)->next()) {
      EXPECT_TRUE(count < all_.size() && rig::same(*input, all_[count])) << count;
      ++count;
    }
    EXPECT_FALSE((*reader)->next()) << "the end stays the end";
    end_ = (*reader)->end();
    return count;
  }
  Error refusal(const std::filesystem::path& path) {
    auto reader = InputLogReader::open(path);
    EXPECT_FALSE(reader);
    return reader ? Error{} : reader.error();
  }

  /// Two files of two blocks of ten inputs.
  LogBytes two_files() {
    LogBytes log;
    for (std::uint64_t block = 0; block < 4; ++block) {
      if (block == 2)
        log.next_file();
      auto chunk = random_inputs(block, 10);
      log.inputs(chunk);
      all_.insert(all_.end(), chunk.begin(), chunk.end());
    }
    return log;
  }

  TempDir dir_;
  std::vector<Input> all_;
  InputLogEnd end_;
};

TEST_F(ReplayInputLog, ReadsEveryInputAndHowItEnded) {
  LogBytes log = two_files();
  log.end();
  log.write(run());
  EXPECT_EQ(read(run()), 40U);
  EXPECT_EQ(end_.ending, InputLogEnding::complete);
  EXPECT_THAT(end_.text, IsEmpty());
  EXPECT_EQ(read(dir_.path()), 40U) << "the only run of a folder";
  EXPECT_EQ(read(run() / "000001.inputs"), 40U) << "a file means its run";
}

TEST_F(ReplayInputLog, TellsWhyARecordingEndedEarly) {
  LogBytes log = two_files();
  log.end("the disk is full");
  log.write(run());
  EXPECT_EQ(read(run()), 40U);
  EXPECT_EQ(end_.ending, InputLogEnding::complete);
  EXPECT_EQ(end_.text, "the disk is full");
}

TEST_F(ReplayInputLog, ATailTornAnywhereIsToldAndAllBeforeItIsRead) {
  LogBytes log = two_files();
  log.end();
  const std::string whole = log.files[1];
  std::size_t most = 0;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    log.files[1] = whole.substr(0, size);
    log.write(run());
    std::size_t count = read(run());
    EXPECT_TRUE(count == 20 || count == 30 || count == 40) << count << " of " << size << " bytes";
    EXPECT_GE(count, most);
    most = count;
    EXPECT_EQ(end_.ending, InputLogEnding::torn) << size;
    EXPECT_THAT(end_.text, HasSubstr("000002.inputs"));
  }
  EXPECT_EQ(most, 40U);
}

TEST_F(ReplayInputLog, AProcessKilledBetweenTwoFilesLeavesAWholeOneAndNoEnd) {
  LogBytes log = two_files();
  log.files.pop_back();
  log.write(run());
  EXPECT_EQ(read(run()), 20U);
  EXPECT_EQ(end_.ending, InputLogEnding::torn);
  EXPECT_THAT(end_.text, HasSubstr("breaks off"));
}

TEST_F(ReplayInputLog, DamageBeforeTheLastFileIsNoTornTail) {
  LogBytes log = two_files();
  log.end();
  log.files[0][log.files[0].size() - 20] ^= 1;  // in the second block
  log.write(run());
  EXPECT_EQ(read(run()), 10U);
  EXPECT_EQ(end_.ending, InputLogEnding::damaged);
  EXPECT_THAT(end_.text, AllOf(HasSubstr("000001.inputs"), HasSubstr("checksum")));
}

// Whole blocks after the fault: no crash leaves that, and what follows is missing.
TEST_F(ReplayInputLog, AChangedByteAnywhereButInTheLastBlockIsDamage) {
  LogBytes log = two_files();
  const std::size_t last_block = log.files[1].size();
  log.end();
  const std::string whole = log.files[1];
  for (std::size_t at = input_log_magic.size(); at < last_block; ++at) {
    log.files[1] = whole;
    log.files[1][at] ^= 1;
    log.write(run());
    std::size_t count = read(run());
    EXPECT_TRUE(count == 20 || count == 30) << count << " with byte " << at << " changed";
    EXPECT_EQ(end_.ending, InputLogEnding::damaged) << at;
  }
}

TEST_F(ReplayInputLog, AFileThatCannotBeReadIsNoTear) {
  LogBytes log = two_files();
  log.end();
  log.write(run());
  auto reader = InputLogReader::open(run());
  ASSERT_TRUE(reader);
  std::filesystem::remove(run() / "000002.inputs");
  while ((*reader)->next()) {
  }
  EXPECT_EQ((*reader)->end().ending, InputLogEnding::damaged);
  EXPECT_THAT((*reader)->end().text, HasSubstr("cannot read"));
}

TEST_F(ReplayInputLog, ATailOfZerosIsTorn) {
  LogBytes log = two_files();
  log.files[1].append(4096, '\0');
  log.write(run());
  EXPECT_EQ(read(run()), 40U);
  EXPECT_EQ(end_.ending, InputLogEnding::torn);
}

TEST_F(ReplayInputLog, ABlockThatWasLeftOutIsNoticed) {
  LogBytes log = two_files();
  ++log.sequence;
  log.inputs({ClockAdvanced{}});
  log.write(run());
  EXPECT_EQ(read(run()), 40U);
  EXPECT_EQ(end_.ending, InputLogEnding::damaged);
  EXPECT_THAT(end_.text, HasSubstr("block 7 stands where block 6 belongs"));
}

TEST_F(ReplayInputLog, ARecordThatThisBuildDoesNotKnowIsDamage) {
  LogBytes log = two_files();
  log.block(InputLogBlockKind::inputs, "\x01\x7f");
  log.end();
  log.write(run());
  EXPECT_EQ(read(run()), 40U);
  EXPECT_EQ(end_.ending, InputLogEnding::damaged);
}

TEST_F(ReplayInputLog, AMissingFileIsNamed) {
  LogBytes log = two_files();
  log.end();
  log.write(run());
  std::filesystem::remove(run() / "000001.inputs");
  const Error error = refusal(run());
  EXPECT_EQ(error.code, ErrorCode::corrupt);
  EXPECT_THAT(error.message,
              AllOf(HasSubstr("000001.inputs is missing"), HasSubstr("from its first input on")));
  log.write(run());
  std::filesystem::rename(run() / "000002.inputs", run() / "000003.inputs");
  EXPECT_THAT(refusal(run()).message, HasSubstr("000002.inputs is missing"));
}

TEST_F(ReplayInputLog, FilesOfTwoRunsDoNotMix) {
  LogBytes log = two_files();
  log.write(run());
  LogBytes other;
  other.header.run_id = "other";
  other.next_file();
  std::ofstream(run() / "000002.inputs", std::ios::binary) << other.files[1];
  EXPECT_EQ(read(run()), 20U);
  EXPECT_EQ(end_.ending, InputLogEnding::damaged);
}

TEST_F(ReplayInputLog, SeveralRunsAreNamedNewestFirst) {
  LogBytes log = two_files();
  log.write(dir_.path() / "20260101T000000Z_a");
  log.write(dir_.path() / "20260102T000000Z_b");
  const Error error = refusal(dir_.path());
  EXPECT_EQ(error.code, ErrorCode::invalid_argument);
  EXPECT_LT(error.message.find("20260102T000000Z_b"), error.message.find("20260101T000000Z_a"));
}

TEST_F(ReplayInputLog, WhatIsNoInputLogIsRefused) {
  EXPECT_EQ(refusal(dir_.path()).code, ErrorCode::not_found);
  LogBytes log = two_files();
  for (const auto& [bytes, word] : std::vector<std::pair<std::string, const char*>>{
           {"", "no input log"},
           {"PAR1", "no input log"},
           {"cscan input log 2\nwhatever", "another format"},
           {std::string(input_log_magic), "cut off"},
           {log.files[1], "file 2 of run run"}}) {
    std::filesystem::create_directories(run());
    std::ofstream(run() / "000001.inputs", std::ios::binary) << bytes;
    const Error error = refusal(run());
    EXPECT_EQ(error.code, ErrorCode::corrupt);
    EXPECT_THAT(error.message, AllOf(HasSubstr(word), HasSubstr("000001.inputs")));
  }
}

TEST_F(ReplayInputLog, IsToldFromAFolderOfCandles) {
  EXPECT_FALSE(is_input_log(dir_.path()));
  EXPECT_FALSE(is_input_log(dir_.path() / "nothing"));
  std::ofstream(dir_.path() / "binance_BTCUSDT_5m.parquet") << "PAR1";
  EXPECT_FALSE(is_input_log(dir_.path()));
  EXPECT_FALSE(is_input_log(dir_.path() / "binance_BTCUSDT_5m.parquet"));
  two_files().write(run());
  EXPECT_TRUE(is_input_log(dir_.path()));
  EXPECT_TRUE(is_input_log(run()));
  EXPECT_TRUE(is_input_log(run() / "000002.inputs"));
}

}  // namespace
}  // namespace cscan
