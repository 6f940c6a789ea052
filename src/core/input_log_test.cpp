#include "core/input_log.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/digest.hpp"

namespace cscan {
namespace {

using Kind = InputLogBlockKind;

std::string block(Kind kind, std::uint64_t sequence, std::string_view payload) {
  std::string bytes;
  append_block(bytes, {kind, sequence, payload});
  return bytes;
}

TEST(InputLog, ABlockIsWhatTheHeaderSays) {
  std::string bytes = block(Kind::inputs, 258, "abc");
  std::string front(
      "\x02\x03\x00\x00\x00\x02\x01\x00\x00\x00\x00\x00\x00"
      "abc",
      16);
  ASSERT_EQ(bytes.size(), 24U);
  EXPECT_EQ(bytes.substr(0, 16), front);
  std::string hex = sha256_hex(front, 8);
  for (std::size_t i = 0; i < 8; ++i)
    EXPECT_EQ(static_cast<unsigned char>(bytes[16 + i]), std::stoi(hex.substr(2 * i, 2), {}, 16));
}

TEST(InputLog, BlocksComeBackInOrder) {
  std::string bytes = block(Kind::header, 0, "x") + block(Kind::inputs, 1, "") +
                      block(Kind::end, 2, std::string(1'000, 'y'));
  std::string_view left = bytes;
  auto first = take_block(left), second = take_block(left), third = take_block(left);
  ASSERT_TRUE(first && second && third);
  EXPECT_EQ(first->kind, Kind::header);
  EXPECT_EQ(first->payload, "x");
  EXPECT_EQ(second->sequence, 1U);
  EXPECT_EQ(second->payload, "");
  EXPECT_EQ(third->payload.size(), 1'000U);
  EXPECT_TRUE(left.empty());
  EXPECT_FALSE(take_block(left));
}

TEST(InputLog, ATornBlockIsNoticedAtEveryLength) {
  std::string bytes = block(Kind::inputs, 7, "some inputs");
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    std::string_view left = std::string_view(bytes).substr(0, size);
    EXPECT_FALSE(take_block(left)) << size;
    EXPECT_EQ(left.size(), size) << "a failure must take nothing";
  }
}

RC_GTEST_PROP(InputLog, OneChangedBitIsNoticed, (std::string payload, std::uint64_t sequence)) {
  std::string bytes = block(Kind::inputs, sequence, payload);
  auto bit = *rc::gen::inRange<std::size_t>(0, bytes.size() * 8);
  bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
  std::string_view left = bytes;
  RC_ASSERT(!take_block(left));
}

TEST(InputLog, TheHeaderComesBack) {
  InputLogHeader header{"1.2.3", "abcd", "run", "synthetic", Timestamp{1'767'225'600'000}, 12};
  auto read = parse_header_payload(header_payload(header));
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, header);
  std::string payload = header_payload(header);
  EXPECT_FALSE(parse_header_payload(payload + "x"));
  EXPECT_FALSE(parse_header_payload(payload.substr(0, payload.size() - 1)));
  header.file_number = 0;
  EXPECT_FALSE(parse_header_payload(header_payload(header)));
}

TEST(InputLog, FilesAreNumbered) {
  EXPECT_EQ(input_log_file_name(1), "000001.inputs");
  EXPECT_EQ(input_log_file_number("000001.inputs"), 1U);
  EXPECT_EQ(input_log_file_number("123456.inputs"), 123'456U);
  for (const char* other : {"000000.inputs", "1.inputs", "00000x.inputs", "000001.input",
                            "0000001.inputs", "", ".inputs", "000001.inputs~"})
    EXPECT_EQ(input_log_file_number(other), 0U) << other;
}

}  // namespace
}  // namespace cscan
