#include "net/gzip.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

namespace cscan {
namespace {

/// Inflates with zlib's own gzip reader, which also checks the sum and the length.
std::string gunzip(std::string packed) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string out;
  int outcome = Z_OK;
  while (outcome == Z_OK) {
    char piece[4096];
    stream.next_out = reinterpret_cast<Bytef*>(piece);
    stream.avail_out = sizeof piece;
    outcome = inflate(&stream, Z_NO_FLUSH);
    out.append(piece, sizeof piece - stream.avail_out);
  }
  EXPECT_EQ(outcome, Z_STREAM_END);
  EXPECT_EQ(stream.avail_in, 0U);
  inflateEnd(&stream);
  return out;
}

TEST(Gzip, RoundTrip) {
  std::string noise;
  for (unsigned i = 0, x = 1; i < 300'000; ++i, x = x * 1'664'525 + 1'013'904'223)
    noise += static_cast<char>(x >> 24);
  for (const std::string& text :
       {std::string(), std::string("x"), std::string(1 << 20, 'a'), noise})
    for (const int level : {1, 6, 9})
      EXPECT_EQ(gunzip(gzip(text, level)), text) << text.size() << " at " << level;
}

TEST(Gzip, EqualTextGivesEqualBytes) {
  EXPECT_EQ(gzip("candles", 6), gzip("candles", 6));
  EXPECT_LT(gzip(std::string(43'000, '7'), 6).size(), 1'000U);
}

TEST(AcceptsGzip, Table) {
  const std::pair<const char*, bool> cases[] = {
      {"", false},
      {"gzip", true},
      {"GZip", true},
      {"x-gzip", true},
      {"gzip, deflate, br", true},
      {"deflate,\tgzip ;q=0.5", true},
      {"gzip;q=0", false},
      {"gzip;q=0.000", false},
      {"gzip; Q=0.0, *", false},
      {"*", true},
      {"*;q=0", false},
      {"*;q=0, gzip", true},
      {"identity", false},
      {"gzipped", false},
      {"gzip;q=", false},
      {"gzip;q=2", false},
      {"gzip;q=-1", false},
      {"gzip;q=0.0001", false},
      {"gzip;q=1.000", true},
      {",,gzip,,", true},
  };
  for (const auto& [header, expected] : cases)
    EXPECT_EQ(accepts_gzip(header), expected) << header;
}

}  // namespace
}  // namespace cscan
