#pragma once
// What a replay leaves behind: counts, the digest of all signal bodies, and where asked a file of
// signals and a data directory.

#include <memory>
#include <string>

#include "app/signal_file.hpp"
#include "app/signal_tally.hpp"
#include "core/effect.hpp"
#include "replay/candle_recording.hpp"
#include "replay/run_names.hpp"
#include "store/store.hpp"
#include "store/training_export.hpp"

namespace cscan {

class ReplayReport {
 public:
  /// `signals_file` and `data_dir` may be empty. The recording outlives the report.
  [[nodiscard]] static Result<std::unique_ptr<ReplayReport>> open(const CandleRecording& recording,
                                                                  const Settings& settings,
                                                                  const std::string& signals_file,
                                                                  const std::string& data_dir);

  [[nodiscard]] Status take(const EffectBuffer& effects);
  /// Writes out what is buffered.
  [[nodiscard]] Status finish();
  void print(double elapsed_s, bool json) const;

 private:
  ReplayReport(const CandleRecording& recording, const Settings& settings);
  [[nodiscard]] Status take_signal(const PersistSignal& effect);
  [[nodiscard]] Status store_pending();
  void print_text(double elapsed_s) const;
  void print_json(double elapsed_s) const;

  const CandleRecording& recording_;
  RunNames names_;
  SignalTally tally_;
  SignalFile file_;
  std::uint64_t candles_ = 0;
  Timestamp newest_{};
  StoreBatch pending_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<TrainingExport> files_;
  CommitReport stored_;
};

}  // namespace cscan
