// What a reader makes of files that a crash tore or a disk changed: everything before the fault,
// and never a word that was not said.

#include <gmock/gmock.h>

#include "frames/frame_block.hpp"
#include "frames/frames_test_support.hpp"

namespace cscan {
namespace {

using ::testing::ElementsAre;
using testing::frames_start;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::names_in;
using testing::read_frames;
using testing::ReadFrames;
using ::testing::SizeIs;

class FramesDamage : public ::testing::Test {
 protected:
  /// Twelve frames in four blocks of three, the last with the end.
  void SetUp() override {
    auto writer = FrameRecordingWriter::create({.dir = dir_.path()});
    ASSERT_TRUE(writer);
    for (int i = 0; i < 12; ++i) {
      if (i % 3 == 0)
        (*writer)->on_time(time(i));
      (*writer)->on_frame("binance", 1, time(i), fmt::format(R"({{"e":"trade","n":{}}})", i * 77));
      words_.push_back(fmt::format(R"(binance {} #1 {{"e":"trade","n":{}}})", time(i).ms, i * 77));
    }
    (*writer)->finish();
    ASSERT_THAT(names_in(dir_.path()), SizeIs(1));
    path_ = dir_.path() / names_in(dir_.path())[0];
    bytes_ = testing::file_bytes(path_);
    for (std::string_view left = bytes_; !left.empty();) {
      block_ends_.push_back(bytes_.size() - left.size() + unpack_block(left)->packed_bytes);
      left.remove_prefix(unpack_block(left)->packed_bytes);
    }
    ASSERT_THAT(block_ends_, SizeIs(4));
  }
  static Timestamp time(int i) { return frames_start + seconds(i / 3 * 3) + milliseconds(i % 3); }
  ReadFrames read_as(std::string_view bytes) const {
    testing::write_file(path_, bytes);
    return read_frames(dir_.path());
  }
  void expect_front(const ReadFrames& read, std::size_t count) const {
    EXPECT_EQ(read.words,
              std::vector(words_.begin(), words_.begin() + static_cast<std::ptrdiff_t>(count)));
  }

  TempDir dir_;
  std::filesystem::path path_;
  std::string bytes_;
  std::vector<std::size_t> block_ends_;
  std::vector<std::string> words_;
};

TEST_F(FramesDamage, ATailTornAnywhereLosesItsBlockAndNoMore) {
  for (std::size_t size = 0; size < bytes_.size(); ++size) {
    const ReadFrames read = read_as(std::string_view(bytes_).substr(0, size));
    ASSERT_FALSE(read.error) << size << ": " << read.error->message;
    std::size_t blocks = static_cast<std::size_t>(
        std::ranges::count_if(block_ends_, [&](std::size_t end) { return end <= size; }));
    expect_front(read, blocks * 3);
    ASSERT_THAT(read.torn, ElementsAre(HasSubstr(path_.string()))) << size;
    std::size_t start = blocks == 0 ? 0 : block_ends_[blocks - 1];
    EXPECT_THAT(read.torn[0], HasSubstr(fmt::format(" at byte {}:", start)));
  }
}

TEST_F(FramesDamage, AChangedByteIsNoticedAndNothingFalseIsRead) {
  std::size_t harmless = 0;
  for (std::size_t at = 0; at < bytes_.size(); ++at)
    for (char flip : {'\x01', '\x80'}) {
      std::string changed = bytes_;
      changed[at] = static_cast<char>(changed[at] ^ flip);
      const ReadFrames read = read_as(changed);
      // Some bits mean nothing to zstd.
      if (!read.error && read.torn.empty()) {
        ++harmless;
        expect_front(read, words_.size());
        continue;
      }
      std::size_t blocks = static_cast<std::size_t>(
          std::ranges::count_if(block_ends_, [&](std::size_t end) { return end <= at; }));
      expect_front(read, blocks * 3);
      // In the last block a changed length looks as if bytes were missing.
      ASSERT_TRUE(read.error || blocks == 3) << at;
      if (!read.error)
        continue;
      EXPECT_EQ(read.error->code, ErrorCode::corrupt);
      EXPECT_THAT(read.error->message, HasSubstr(path_.string()));
    }
  EXPECT_LT(harmless, bytes_.size() / 10);
}

TEST_F(FramesDamage, AMissingOrRepeatedBlockIsNoticed) {
  std::string_view all = bytes_;
  std::string without = bytes_.substr(0, block_ends_[0]) + bytes_.substr(block_ends_[1]);
  EXPECT_THAT(read_as(without).error->message, HasSubstr("block 2 stands where block 1 belongs"));
  std::string twice = std::string(all.substr(0, block_ends_[0])) + bytes_;
  EXPECT_THAT(read_as(twice).error->message, HasSubstr("block 0 stands where block 1 belongs"));
  EXPECT_THAT(read_as(bytes_ + bytes_).error->message, HasSubstr("something follows the end"));
  EXPECT_THAT(read_as(bytes_ + "x").error->message, HasSubstr("something follows the end"));
}

TEST_F(FramesDamage, WhatAPowerCutBlanksIsTorn) {
  const ReadFrames read = read_as(bytes_.substr(0, block_ends_[1]) + std::string(4'096, '\0'));
  EXPECT_FALSE(read.error);
  expect_front(read, 6);
  EXPECT_THAT(read.torn, SizeIs(1));
  const ReadFrames hole = read_as(bytes_.substr(0, block_ends_[1]) + std::string(512, '\0') +
                                  bytes_.substr(block_ends_[2]));
  ASSERT_TRUE(hole.error);
  EXPECT_THAT(hole.error->message, HasSubstr("others follow it"));
}

TEST_F(FramesDamage, OtherFilesAreReadOnBehindATornOne) {
  auto writer = FrameRecordingWriter::create({.dir = dir_.path()});
  ASSERT_TRUE(writer);
  (*writer)->on_frame("binance", 1, frames_start + seconds(100), "after the crash");
  (*writer)->finish();
  const ReadFrames read = read_as(std::string_view(bytes_).substr(0, block_ends_[0] + 9));
  EXPECT_FALSE(read.error);
  EXPECT_THAT(read.torn, SizeIs(1));
  ASSERT_THAT(read.words, SizeIs(4));
  EXPECT_THAT(read.words[3], HasSubstr("after the crash"));
}

TEST_F(FramesDamage, AFileOfAnotherExchangeIsNotBelieved) {
  std::filesystem::rename(path_, dir_.path() / "kraken_20260105T000000.000Z.frames.zst");
  const ReadFrames read = read_frames(dir_.path());
  ASSERT_TRUE(read.error);
  EXPECT_THAT(read.error->message, HasSubstr("traffic of binance in a file of kraken"));
}

TEST_F(FramesDamage, WhatIsNoRecordingIsSaidSo) {
  EXPECT_THAT(read_as("no recording at all").error->message, HasSubstr("damaged"));
  FrameBlockPacker packer;
  EXPECT_THAT(read_as(packer.pack("some text\n").value()).error->message,
              HasSubstr("no recording of exchange traffic"));
  std::filesystem::remove(path_);
  EXPECT_FALSE(is_frame_recording(dir_.path()));
  EXPECT_EQ(read_frames(dir_.path()).error->code, ErrorCode::not_found) << "an empty folder";
  EXPECT_EQ(read_frames(dir_.path() / "nowhere").error->code, ErrorCode::not_found);
  testing::write_file(dir_.path() / "binance.frames.zst", bytes_);
  EXPECT_TRUE(is_frame_recording(dir_.path()));
  const ReadFrames misnamed = read_frames(dir_.path());
  ASSERT_TRUE(misnamed.error);
  EXPECT_THAT(misnamed.error->message, HasSubstr("binance.frames.zst is not called"));
}

TEST_F(FramesDamage, FileNamesAreExact) {
  const FrameFileName name{"binance", frames_start + milliseconds(7)};
  EXPECT_EQ(to_string(name), "binance_20260105T000000.007Z.frames.zst");
  EXPECT_EQ(parse_frame_file_name(to_string(name)), name);
  for (const char* bad :
       {"binance_20260105T000000Z.frames.zst", "binance_20260105T000000.007.frames.zst",
        "binance_20261305T000000.007Z.frames.zst", "Binance_20260105T000000.007Z.frames.zst",
        "binance_20260105T000000.007Z.frames", "_20260105T000000.007Z.frames.zst",
        "binance_20260105T000060.007Z.frames.zst", "binance_2026 105T000000.007Z.frames.zst",
        "binance_20260105t000000.007z.frames.zst"})
    EXPECT_FALSE(parse_frame_file_name(bad)) << bad;
}

}  // namespace
}  // namespace cscan
