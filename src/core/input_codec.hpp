#pragma once
// Every Input as bytes and back, exactly: what is read equals what was written, doubles bit for
// bit. The input log is made of these records; the shell that writes it and the replay that reads
// it meet here.
//
//   record = length (varint), kind (byte), fields
//
// Times are kept as distances from the time before, so that a clock step takes four bytes and a
// forming candle about thirty. Writer and reader therefore begin together: at a fresh encoder and a
// fresh decoder (one of each per block of the log).

#include <array>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "core/byte_codec.hpp"
#include "core/input.hpp"

namespace cscan {

/// What both sides remember between two records.
struct InputCodecState {
  Timestamp time;                                                 ///< the newest time written
  std::array<Timestamp, all_timeframes.size()> candle_open_time;  ///< the newest per timeframe
};

class InputEncoder {
 public:
  /// Appends one record to `out`.
  void append(const Input& input, std::string& out);

 private:
  InputCodecState state_;
  std::string record_;  ///< scratch, reused
};

class InputDecoder {
 public:
  /// Takes one record off the front of `bytes`. Whatever is not exactly what an encoder of this
  /// build writes is `corrupt`: wrong lengths, unknown kinds and enumerators, more instruments than
  /// a run may have, settings out of range or of other keys.
  [[nodiscard]] Result<Input> take(std::string_view& bytes);

 private:
  InputCodecState state_;
};

}  // namespace cscan
