#include "frames/frame_record.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cscan {
namespace {

using ::testing::HasSubstr;

constexpr Timestamp when{1'760'000'400'500};

std::string written(const FrameRecord& record) {
  std::string out;
  append_record(out, record);
  return out;
}

const std::vector<FrameRecord>& samples() {
  static const std::vector<FrameRecord> records = {
      {.kind = FrameKind::frame, .time = when, .stream = 3, .text = R"({"e":"kline"})"},
      {.kind = FrameKind::frame, .time = {0}, .stream = UINT64_MAX, .text = ""},
      {.kind = FrameKind::frame, .time = when, .stream = 0, .text = "two\nlines\nend\n"},
      {.kind = FrameKind::request, .time = when, .url = "https://x/api?symbol=A"},
      {.kind = FrameKind::response,
       .time = when,
       .status = 200,
       .url = "https://x/api?symbol=A",
       .text = "[[1,\n2]]"},
      {.kind = FrameKind::response, .time = when, .status = 0, .url = "u", .text = "timed out"},
      {.kind = FrameKind::end}};
  return records;
}

TEST(FrameRecord, LooksAsItsHeaderSays) {
  EXPECT_EQ(written(samples()[0]), "frame 1760000400500 3 13\n{\"e\":\"kline\"}\n");
  EXPECT_EQ(written(samples()[3]), "request 1760000400500 22\nhttps://x/api?symbol=A\n");
  EXPECT_EQ(written(samples()[4]),
            "response 1760000400500 200 22 8\nhttps://x/api?symbol=A\n[[1,\n2]]\n");
  EXPECT_EQ(written(samples()[6]), "end\n");
  std::string head;
  append_block_head(head, {"binance", 7});
  EXPECT_EQ(head, "cscan frames 1 binance 7\n");
}

TEST(FrameRecord, EveryKindComesBack) {
  std::string all;
  for (const FrameRecord& record : samples())
    append_record(all, record);
  std::string_view left = all;
  for (const FrameRecord& record : samples()) {
    auto taken = take_record(left);
    ASSERT_TRUE(taken) << taken.error().message;
    EXPECT_EQ(*taken, record);
  }
  EXPECT_TRUE(left.empty());
}

TEST(FrameRecord, WhatIsCutOffIsNoRecord) {
  for (const FrameRecord& record : samples()) {
    std::string whole = written(record);
    for (std::size_t bytes = 0; bytes < whole.size(); ++bytes) {
      std::string_view cut = std::string_view(whole).substr(0, bytes), before = cut;
      auto taken = take_record(cut);
      ASSERT_FALSE(taken) << before;
      EXPECT_EQ(taken.error().code, ErrorCode::corrupt);
      EXPECT_EQ(cut, before) << "what is left stays as it was";
    }
  }
}

TEST(FrameRecord, ThereIsOneWayToWriteEachRecord) {
  for (std::string_view text : {"frame 01 3 1\nx\n",
                                "frame 1 3 1 \nx\n",
                                "frame  1 3 1\nx\n",
                                " frame 1 3 1\nx\n",
                                "frame +1 3 1\nx\n",
                                "frame -1 3 1\nx\n",
                                "frame 1 3\nx\n",
                                "frame 1 3 1 1\nx\n",
                                "frame 1 3 1\nxy\n",
                                "frame 1 3 1\r\nx\n",
                                "Frame 1 3 1\nx\n",
                                "frame 1 3 2\nx\n",
                                "frame 1 3 99999999999999999999\nx\n",
                                "frame 9223372036854775808 3 1\nx\n",
                                "frame 1 3 33554433\nx\n",
                                "response 1 1000000 1 1\nu\nx\n",
                                "end \n",
                                "end",
                                "",
                                "\n",
                                "frame 1 3 x\nx\n",
                                "frame 1 3 1e0\nx\n"}) {
    std::string_view left = text;
    EXPECT_FALSE(take_record(left)) << text;
  }
}

TEST(FrameRecord, HeadsTellWhoseAndWhich) {
  std::string_view text = "cscan frames 1 kucoinfutures 12\nend\n";
  auto head = take_block_head(text);
  ASSERT_TRUE(head) << head.error().message;
  EXPECT_EQ(*head, (FrameBlockHead{"kucoinfutures", 12}));
  EXPECT_EQ(text, "end\n");
  for (std::string_view bad :
       {"cscan frames 1 Binance 1\n", "cscan frames 1  1\n", "cscan frames 1 binance\n",
        "cscan frames 1 binance 1 1\n", "cscan frames 1 ../x 1\n", "cscan frames 1 binance 1",
        "cscan input log 1\n", ""}) {
    std::string_view left = bad;
    EXPECT_FALSE(take_block_head(left)) << bad;
  }
  std::string_view newer = "cscan frames 2 binance 1\n";
  EXPECT_THAT(take_block_head(newer).error().message, HasSubstr("another format"));
}

TEST(FrameRecord, NamesThatCanBeFiles) {
  for (const char* name : {"binance", "binanceusdm", "kucoinfutures", "x1"})
    EXPECT_TRUE(is_recordable_exchange(name)) << name;
  for (const std::string& name : {std::string(), std::string("a/b"), std::string("Binance"),
                                  std::string("a_b"), std::string("a b"), std::string(41, 'a')})
    EXPECT_FALSE(is_recordable_exchange(name)) << name;
}

}  // namespace
}  // namespace cscan
