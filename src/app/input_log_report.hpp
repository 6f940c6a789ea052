#pragma once
// What a replay of a recorded run leaves behind: counts, the digest of all signal bodies and that
// of all effects, and where asked a file of signals.

#include <memory>
#include <string>

#include "app/signal_file.hpp"
#include "app/signal_tally.hpp"
#include "base/digest.hpp"
#include "core/effect.hpp"
#include "replay/input_log_reader.hpp"
#include "replay/run_names.hpp"

namespace cscan {

class InputLogReport {
 public:
  /// `signals_file` may be empty. The reader outlives the report.
  [[nodiscard]] static Result<std::unique_ptr<InputLogReport>> open(
      const InputLogReader& reader, const std::string& signals_file);

  /// The effects of one input.
  [[nodiscard]] Status take(const EffectBuffer& effects, const RunNames& names);
  /// After the last: writes out what is buffered.
  [[nodiscard]] Status finish();
  void print(double elapsed_s, bool json) const;

 private:
  explicit InputLogReport(const InputLogReader& reader) : reader_(reader) {}
  void print_text(double elapsed_s) const;
  void print_json(double elapsed_s) const;

  const InputLogReader& reader_;
  SignalTally tally_;
  SignalFile file_;
  Sha256 effects_digest_;
  std::string effects_sha256_;
  std::uint64_t inputs_ = 0;
  std::uint64_t effects_ = 0;
  std::uint64_t candles_ = 0;
  std::size_t markets_ = 0;
  std::size_t timeframes_ = 0;
  ScoreModel score_model_{};
  std::string text_;  ///< scratch
};

}  // namespace cscan
