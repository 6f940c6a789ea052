#include "runtime/clock.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace cscan {

Clock::Clock(double speed)
    : speed_(speed),
      wall_start_{std::chrono::duration_cast<std::chrono::milliseconds>(
                      std::chrono::system_clock::now().time_since_epoch())
                      .count()},
      steady_start_(std::chrono::steady_clock::now()),
      newest_ms_(wall_start_.ms) {
  CHECK(speed > 0);
}

Timestamp Clock::now() const {
  std::chrono::duration<double, std::milli> steady =
      std::chrono::steady_clock::now() - steady_start_;
  const std::int64_t now =
      wall_start_.ms + static_cast<std::int64_t>(steady.count() * speed_) + steered_ms_.load();
  std::int64_t newest = newest_ms_.load();
  while (newest < now && !newest_ms_.compare_exchange_weak(newest, now)) {
  }
  return Timestamp{std::max(newest, now)};
}

void Clock::steer(Duration by) { steered_ms_ += by.ms; }

Timestamp Clock::real_now() const {
  return wall_start_ + milliseconds(std::chrono::duration_cast<std::chrono::milliseconds>(
                                        std::chrono::steady_clock::now() - steady_start_)
                                        .count());
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
