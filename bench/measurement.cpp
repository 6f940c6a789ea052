#include "measurement.hpp"

#include <fmt/format.h>

#include <ctime>

#include "wire/json_writer.hpp"

namespace cscan::bench {
namespace {

volatile double consumed = 0;

void add_numbers(JsonWriter& json, std::string_view name, const std::vector<double>& numbers) {
  json.key(name).begin_array();
  for (double number : numbers)
    json.value(number);
  json.end_array();
}

}  // namespace

double thread_cpu_s() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

void print(const Measurement& measurement) {
  std::string out;
  JsonWriter json(out);
  json.begin_object()
      .field("metric", measurement.metric)
      .field("unit", measurement.unit)
      .field("better", measurement.better == Better::lower ? "lower" : "higher")
      .field("peer_name", measurement.peer_name)
      .field("note", measurement.note);
  add_numbers(json, "ours", measurement.ours);
  add_numbers(json, "peer", measurement.peer);
  json.end_object();
  fmt::print("{}\n", out);
  std::fflush(stdout);
}

void consume(double value) { consumed = consumed + value; }

}  // namespace cscan::bench
