// What a writer records, a reader gives back: over files, hours, exchanges and runs.

#include <gmock/gmock.h>

#include "base/full_disk.hpp"
#include "frames/frames_test_support.hpp"

namespace cscan {
namespace {

using ::testing::ElementsAre;
using testing::frames_start;
using testing::FullDisk;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::names_in;
using testing::read_frames;
using testing::ReadFrames;

class FramesRecording : public ::testing::Test {
 protected:
  [[nodiscard]] FrameRecordingOptions options() const { return {.dir = dir()}; }
  [[nodiscard]] std::filesystem::path dir() const { return dir_.path() / "traffic"; }
  static std::unique_ptr<FrameRecordingWriter> open(const FrameRecordingOptions& options) {
    auto writer = FrameRecordingWriter::create(options);
    EXPECT_TRUE(writer) << writer.error().message;
    return std::move(*writer);
  }
  static Timestamp at(std::int64_t s) { return frames_start + seconds(s); }

  TempDir dir_;
};

TEST_F(FramesRecording, EverythingComesBackInTheOrderOfItsTime) {
  auto writer = open(options());
  writer->on_request("binance", "https://b/x", at(0));
  writer->on_frame("kucoinfutures", 9, at(1), "{\"a\":\n1}");
  writer->on_response("binance", "https://b/x", 200, at(2), "[]");
  writer->on_frame("binance", 2, at(3), "");
  writer->on_response("kucoinfutures", "https://k/y", 0, at(4), "timed out");
  EXPECT_TRUE(writer->health().active);
  EXPECT_EQ(writer->health().folder, dir().string());
  writer->finish();
  EXPECT_FALSE(writer->health().active);
  EXPECT_THAT(writer->health().note, IsEmpty());
  writer->on_frame("binance", 2, at(5), "too late");
  const ReadFrames read = read_frames(dir());
  EXPECT_FALSE(read.error);
  EXPECT_THAT(read.torn, IsEmpty());
  EXPECT_THAT(read.words,
              ElementsAre("binance 1767571200000 ? https://b/x",
                          "kucoinfutures 1767571201000 #9 {\"a\":\n1}",
                          "binance 1767571202000 200 https://b/x []", "binance 1767571203000 #2 ",
                          "kucoinfutures 1767571204000 0 https://k/y timed out"));
  EXPECT_THAT(read_frames(dir(), "kucoinfutures").words, ::testing::SizeIs(2));
  EXPECT_EQ(read_frames(dir(), "kraken").error->code, ErrorCode::not_found);
}

TEST_F(FramesRecording, FilesAreNamedByExchangeAndBeginEveryHour) {
  auto writer = open(options());
  std::vector<std::string> expected;
  for (std::int64_t minute : {0, 30, 59, 60, 61, 200}) {
    writer->on_frame("binance", 1, at(minute * 60) + milliseconds(250), "x");
    expected.push_back(fmt::format("binance {} #1 x", (at(minute * 60) + milliseconds(250)).ms));
  }
  writer->on_frame("kucoinfutures", 1, at(200 * 60), "y");
  expected.insert(expected.end() - 1, fmt::format("kucoinfutures {} #1 y", at(200 * 60).ms));
  writer.reset();
  EXPECT_THAT(names_in(dir()), ElementsAre("binance_20260105T000000.250Z.frames.zst",
                                           "binance_20260105T010000.250Z.frames.zst",
                                           "binance_20260105T032000.250Z.frames.zst",
                                           "kucoinfutures_20260105T032000.000Z.frames.zst"));
  EXPECT_EQ(read_frames(dir()).words, expected);
  EXPECT_THAT(read_frames(dir() / "binance_20260105T000000.250Z.frames.zst").words,
              ::testing::SizeIs(3));
}

TEST_F(FramesRecording, FilesEndWhenTheyHaveGrown) {
  FrameRecordingOptions small = options();
  small.file_bytes_max = 1'000;
  small.block_bytes = 300;
  auto writer = open(small);
  std::vector<std::string> expected;
  for (int i = 0; i < 300; ++i) {
    // Ten a millisecond: several files begin in the same one.
    Timestamp time = at(0) + milliseconds(i / 10);
    std::string text = fmt::format("{:x}", i * 2'654'435'761u);
    writer->on_frame("binance", 1, time, text);
    expected.push_back(fmt::format("binance {} #1 {}", time.ms, text));
  }
  writer->finish();
  const auto names = names_in(dir());
  EXPECT_GT(names.size(), 4u);
  std::uint64_t bytes = 0;
  for (const std::string& name : names) {
    EXPECT_LT(std::filesystem::file_size(dir() / name), 1'400u) << name;
    bytes += std::filesystem::file_size(dir() / name);
  }
  EXPECT_EQ(writer->health().bytes, bytes);
  const ReadFrames read = read_frames(dir());
  EXPECT_FALSE(read.error) << read.error->message;
  EXPECT_THAT(read.torn, IsEmpty());
  EXPECT_EQ(read.words, expected);
}

TEST_F(FramesRecording, NothingWaitsLongerThanItsTime) {
  auto writer = open(options());
  writer->on_frame("binance", 1, at(0), "a");
  writer->on_time(at(1));
  EXPECT_THAT(names_in(dir()), IsEmpty());
  writer->on_time(at(2));
  EXPECT_THAT(read_frames(dir()).words, ElementsAre("binance 1767571200000 #1 a"));
  EXPECT_THAT(read_frames(dir()).torn, ::testing::SizeIs(1)) << "as it would be after a crash";
  writer->on_frame("binance", 1, at(3), "b");
  writer->on_frame("binance", 1, at(5), "c");
  EXPECT_THAT(read_frames(dir()).words, ::testing::SizeIs(3));
  EXPECT_EQ(writer->health().bytes,
            std::filesystem::file_size(dir() / "binance_20260105T000000.000Z.frames.zst"));
}

TEST_F(FramesRecording, RunsMayShareAFolder) {
  for (const char* text : {"first", "second"}) {
    auto writer = open(options());
    writer->on_frame("binance", 1, at(0), text);
    writer->on_frame("binance", 1, at(2), text);
  }
  EXPECT_THAT(read_frames(dir()).words,
              ElementsAre("binance 1767571200000 #1 first", "binance 1767571200000 #1 second",
                          "binance 1767571202000 #1 first", "binance 1767571202000 #1 second"));
}

TEST_F(FramesRecording, AFullDiskEndsTheRecordingWithOneReason) {
  if (!testing::disk_can_be_full(dir_.path()))
    GTEST_SKIP() << "this system does not enforce RLIMIT_FSIZE, so no disk can be made full";
  auto writer = open(options());
  writer->on_frame("binance", 1, at(0), "a");
  writer->on_time(at(2));
  const std::uint64_t before = writer->health().bytes;
  {
    const FullDisk full;
    writer->on_frame("binance", 1, at(3), "b");
    writer->on_frame("kucoinfutures", 1, at(3), "b");
    writer->on_time(at(5));
  }
  const std::string note = writer->health().note;
  EXPECT_FALSE(writer->health().active);
  EXPECT_THAT(note, HasSubstr("cannot write"));
  EXPECT_THAT(note, HasSubstr("binance_20260105T000000.000Z.frames.zst"));
  writer->on_frame("binance", 1, at(9), "c");
  writer->on_time(at(20));
  writer->finish();
  EXPECT_EQ(writer->health().note, note);
  EXPECT_EQ(writer->health().bytes, before);
  EXPECT_THAT(names_in(dir()), ElementsAre("binance_20260105T000000.000Z.frames.zst"));
  const ReadFrames read = read_frames(dir());
  EXPECT_THAT(read.words, ElementsAre("binance 1767571200000 #1 a"));
  EXPECT_THAT(read.torn, ElementsAre(HasSubstr("breaks off here, between two blocks")));
}

TEST_F(FramesRecording, AtItsBoundARecordingEndsInOrder) {
  FrameRecordingOptions bounded = options();
  bounded.bytes_max = 20'000;
  bounded.block_bytes = 1'000;
  auto writer = open(bounded);
  for (std::uint64_t i = 0; i < 10'000; ++i)
    writer->on_frame("binance", 1, at(0), fmt::format("{}", i * 0x9e3779b97f4a7c15u));
  EXPECT_FALSE(writer->health().active);
  EXPECT_THAT(writer->health().note, HasSubstr("its bound"));
  EXPECT_LT(writer->health().bytes, 21'500u);
  const ReadFrames read = read_frames(dir());
  EXPECT_GT(read.words.size(), 500u);
  EXPECT_FALSE(read.error);
  EXPECT_THAT(read.torn, IsEmpty());
}

TEST_F(FramesRecording, WhatCannotBeRecordedEndsTheRecording) {
  auto writer = open(options());
  writer->on_frame("../binance", 1, at(0), "a");
  EXPECT_THAT(writer->health().note, HasSubstr("'../binance'"));
  writer = open(options());
  writer->on_frame("binance", 1, {-1}, "a");
  EXPECT_FALSE(writer->health().active);
  writer = open(options());
  writer->on_frame("binance", 1, at(0), std::string(frame_text_bytes_max, 'x'));
  EXPECT_TRUE(writer->health().active) << writer->health().note;
  writer->on_frame("binance", 1, at(0), std::string(frame_text_bytes_max + 1, 'x'));
  EXPECT_FALSE(writer->health().active);
  writer.reset();
  EXPECT_FALSE(read_frames(dir()).error) << read_frames(dir()).error->message;
}

TEST_F(FramesRecording, AFolderThatCannotBeIsSaidAtOnce) {
  testing::write_file(dir(), "a file");
  auto writer = FrameRecordingWriter::create(options());
  ASSERT_FALSE(writer);
  EXPECT_EQ(writer.error().code, ErrorCode::io);
  EXPECT_THAT(writer.error().message, HasSubstr(dir().string()));
}

}  // namespace
}  // namespace cscan
