#include "exchange/backoff.hpp"

#include <algorithm>

namespace cscan {
namespace {

constexpr Duration least = milliseconds(250);
constexpr Duration base = seconds(1);
constexpr Duration most = seconds(60);
constexpr Duration healthy_after = seconds(60);

/// SplitMix64: a well mixed word for each counter.
std::uint64_t mixed(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

}  // namespace

Duration Backoff::next() {
  Duration bound = std::min(most, base * (std::int64_t{1} << std::min(failures_, 6)));
  ++failures_;
  auto span = static_cast<std::uint64_t>((bound - least).ms + 1);
  return least + milliseconds(static_cast<std::int64_t>(mixed(seed_ ^ (++draws_ << 32)) % span));
}

void Backoff::on_works(Timestamp since, Timestamp now) {
  if (now - since >= healthy_after)
    failures_ = 0;
}

}  // namespace cscan
