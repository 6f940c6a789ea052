#include "runtime/clock.hpp"

#include <time.h>

#include <algorithm>

#include "base/check.hpp"

namespace cscan {
namespace {

/// Steady, and goes on while the machine sleeps, as exchanges do.
std::chrono::nanoseconds boot_time() {
  timespec time{};
  CHECK(::clock_gettime(CLOCK_BOOTTIME, &time) == 0);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

Clock::Clock(double speed)
    : speed_(speed),
      wall_start_{std::chrono::duration_cast<std::chrono::milliseconds>(
                      std::chrono::system_clock::now().time_since_epoch())
                      .count()},
      start_(boot_time()),
      newest_ms_(wall_start_.ms) {
  CHECK(speed > 0);
}

std::int64_t Clock::steered_now_ms() const {
  const std::chrono::duration<double, std::milli> passed = boot_time() - start_;
  return wall_start_.ms + static_cast<std::int64_t>(passed.count() * speed_) + steered_ms_.load();
}

Timestamp Clock::now() const {
  const std::int64_t now = steered_now_ms();
  std::int64_t newest = newest_ms_.load();
  while (newest < now && !newest_ms_.compare_exchange_weak(newest, now)) {
  }
  return Timestamp{std::max(newest, now) - set_back_ms_.load()};
}

void Clock::steer(Duration by) { steered_ms_ += by.ms; }

void Clock::set_back(Duration by) { set_back_ms_ += by.ms; }

Duration Clock::ahead() const {
  return Duration{std::max<std::int64_t>(0, newest_ms_.load() - steered_now_ms())};
}

Timestamp Clock::real_now() const {
  return wall_start_ +
         milliseconds(
             std::chrono::duration_cast<std::chrono::milliseconds>(boot_time() - start_).count());
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
