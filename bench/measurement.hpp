#pragma once
// What the measuring programs share: a processor clock, and the line they print for bench.py.

#include <string>
#include <vector>

namespace cscan::bench {

/// Processor time of this thread so far, in seconds. Neighbours on the machine stretch the time on
/// the wall; they stretch this one only through caches and a shared core.
[[nodiscard]] double thread_cpu_s();

/// Processor nanoseconds of one call of `work`.
template <class Work>
[[nodiscard]] double cpu_ns(Work&& work) {
  double before = thread_cpu_s();
  work();
  return (thread_cpu_s() - before) * 1e9;
}

enum class Better { lower, higher };

/// One row of the table: a figure a round of ours, and where there is a peer, of the peer in the
/// same round. Medians and ratios are bench.py's.
struct Measurement {
  std::string metric;
  std::string unit;
  Better better = Better::lower;
  std::vector<double> ours;
  std::string peer_name;  ///< empty: no peer
  std::vector<double> peer;
  std::string note;
};

/// Prints it as one line of JSON.
void print(const Measurement& measurement);

/// Keeps the compiler from dropping a computation whose result nobody reads.
void consume(double value);

}  // namespace cscan::bench
