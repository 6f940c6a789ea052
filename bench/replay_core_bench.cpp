// One replay of a folder in this process, with nobody listening: what the core alone costs, beside
// `cscan replay` of the same folder. usage: replay_core_bench DIR. Prints one JSON object.

#include <fmt/format.h>

#include "measurement.hpp"
#include "replay/candle_replay.hpp"
#include "wire/json_writer.hpp"

int main(int argc, char** argv) {
  using namespace cscan;
  if (argc != 2) {
    fmt::print(stderr, "usage: replay_core_bench DIR\n");
    return 2;
  }
  auto recording = load_recording(argv[1], {}, [](std::size_t, std::size_t) {});
  if (!recording) {
    fmt::print(stderr, "replay_core_bench: {}\n", recording.error().message);
    return 1;
  }
  std::uint64_t candles = 0, signals = 0;
  double ns = bench::cpu_ns([&] {
    replay_candles(*recording, {}, [&](const EffectBuffer& effects, std::uint64_t done) {
      candles = done;
      for (const Effect& effect : effects)
        signals += std::holds_alternative<PersistSignal>(effect);
      return true;
    });
  });
  std::string out;
  JsonWriter(out)
      .begin_object()
      .field("candles", candles)
      .field("signals", signals)
      .field("cpu_s", ns / 1e9)
      .end_object();
  fmt::print("{}\n", out);
}
