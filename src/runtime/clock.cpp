#include "runtime/clock.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace cscan {

Clock::Clock(double speed)
    : speed_(speed),
      wall_start_{std::chrono::duration_cast<std::chrono::milliseconds>(
                      std::chrono::system_clock::now().time_since_epoch())
                      .count()},
      steady_start_(std::chrono::steady_clock::now()) {
  CHECK(speed > 0);
}

Timestamp Clock::now() const {
  std::chrono::duration<double, std::milli> steady =
      std::chrono::steady_clock::now() - steady_start_;
  return wall_start_ + milliseconds(static_cast<std::int64_t>(steady.count() * speed_));
}

std::chrono::milliseconds Clock::real(Duration market) const {
  return std::chrono::milliseconds(std::max<std::int64_t>(
      1, static_cast<std::int64_t>(static_cast<double>(market.ms) / speed_)));
}

Stopwatch::Stopwatch() : start_(std::chrono::steady_clock::now()) {}

double Stopwatch::elapsed_ms() const {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start_)
      .count();
}

}  // namespace cscan
