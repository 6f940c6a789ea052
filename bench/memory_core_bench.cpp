// What one symbol costs in the core: a scanner with many instruments, four timeframes and a full
// history each. usage: memory_core_bench [instruments]

#include <fmt/format.h>
#include <malloc.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <cstring>

#include "bench_scanner.hpp"
#include "measurement.hpp"

namespace cscan::bench {
namespace {

/// Bytes the allocator has handed out and not got back.
double heap_bytes() {
  struct mallinfo2 info = mallinfo2();
  return static_cast<double>(info.uordblks + info.hblkhd);
}

/// Bytes of this process that are in memory, free ones given back first.
double resident_bytes() {
  malloc_trim(0);
  long pages = 0;
  if (std::FILE* file = std::fopen("/proc/self/statm", "r"); file != nullptr) {
    if (std::fscanf(file, "%*s %ld", &pages) != 1)
      pages = 0;
    std::fclose(file);
  }
  return static_cast<double>(pages) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

struct Memory {
  double heap = heap_bytes();
  double resident = resident_bytes();
};

/// A price every five seconds for the breadth window, and the streams at their times.
void run_streams(Scanner& scanner, std::size_t instruments) {
  for (int tick = 1; tick <= 100; ++tick) {
    Timestamp now = bench_start() + seconds(5 * tick);
    for (std::uint32_t i = 0; i < instruments; ++i)
      step(scanner, MarketEvent{PriceUpdate{InstrumentId{i}, 100.0 + tick, 1e6, now, now}});
    step(scanner, ClockAdvanced{now});
  }
}

void measure(std::size_t instruments) {
  auto per_symbol = [&](double bytes) { return bytes / 1000 / static_cast<double>(instruments); };
  double floor = per_symbol(
      static_cast<double>(instruments * bench_timeframes.size() * bench_history * sizeof(Candle)));
  Memory before;
  Scanner scanner;
  step(scanner, SettingsChanged{});
  fill(scanner, instruments, false);
  run_streams(scanner, instruments);
  Memory after;
  std::string note = fmt::format("{} symbols x {} timeframes x {} candles", instruments,
                                 bench_timeframes.size(), bench_history);
  print({"core memory a symbol, heap",
         "KB/symbol",
         Better::lower,
         {per_symbol(after.heap - before.heap)},
         "the candles alone",
         {floor},
         note});
  print({"core memory a symbol, resident",
         "KB/symbol",
         Better::lower,
         {per_symbol(after.resident - before.resident)},
         "the candles alone",
         {floor},
         note});
}

}  // namespace
}  // namespace cscan::bench

int main(int argc, char** argv) {
  std::size_t instruments = 2'000;
  if (argc > 1)
    std::from_chars(argv[1], argv[1] + std::strlen(argv[1]), instruments);
  cscan::bench::measure(instruments);
}
