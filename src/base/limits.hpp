#pragma once
// Every system-wide bound, with its arithmetic. What happens at a bound is stated beside it.

#include <cstddef>
#include <cstdint>

#include "base/time.hpp"

namespace cscan::limits {

/// Instruments one run may watch. 4,096 × 4 timeframes × 500 candles × 56 B = 0.46 GB, and the
/// market state stays under a millisecond. More are refused when the run starts.
inline constexpr std::size_t instruments_max = 4'096;
/// Timeframes one run may configure.
inline constexpr std::size_t timeframes_max = 8;
/// Prices kept per instrument: 100 × 5 s is the breadth window of the brief. The oldest drops out.
inline constexpr std::size_t ticks_per_instrument = 100;
/// Inputs waiting for the core: 10 s of 5,000 messages a second. When full, forming updates are
/// dropped and counted; closed candles wait.
inline constexpr std::size_t core_queue_max = 65'536;
/// Batches of effects waiting for the disk, each of about effects_per_batch. When full, the core
/// waits: nothing final is lost. 8 × 2,500 × 1.1 KB = 22 MB.
inline constexpr std::size_t effect_batches_max = 8;
inline constexpr std::size_t effects_per_batch = 2'048;
/// Rows of one transaction: long enough to amortise the sync, short enough to answer in time.
inline constexpr std::size_t transaction_rows_max = 20'000;

/// HTTP: one request's header and body, connections, and the time a peer may take.
inline constexpr std::uint32_t http_header_bytes_max = 16 * 1024;
inline constexpr std::uint64_t http_body_bytes_max = 64 * 1024;
inline constexpr std::size_t http_connections_max = 1'024;
inline constexpr std::size_t http_connections_per_address_max = 256;
inline constexpr Duration http_header_timeout = seconds(10);
inline constexpr Duration http_body_timeout = seconds(30);
inline constexpr Duration http_write_timeout = seconds(30);
inline constexpr Duration http_idle_timeout = seconds(60);

/// Configuration text and JSON nesting accepted from people.
inline constexpr std::size_t config_bytes_max = 1'024 * 1'024;
inline constexpr std::size_t json_depth_max = 32;

/// Signals in one reply; further ones are reached by cursor.
inline constexpr std::int64_t signals_per_reply_max = 500;
/// Candles in one reply.
inline constexpr std::int64_t candles_per_reply_max = 5'000;
/// Days of training data in one request.
inline constexpr std::int64_t training_days_max = 3'650;

}  // namespace cscan::limits
