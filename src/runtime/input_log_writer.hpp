#pragma once
// Writes the input log of one run: blocks into numbered files of a folder of its own, no file
// much longer than file_bytes_max, all recordings of the folder together no longer than bytes_max.
//
// What has been appended survives the death of the process at once (it is in the kernel's hands),
// and the death of the machine once its file is complete or closed: only then is it synced, for a
// recording helps to find faults and is no record of anything. What a power cut takes from the end
// is noticed by the reader.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "core/input_log.hpp"
#include "runtime/recording_folder.hpp"

namespace cscan {

struct RecordingOptions {
  std::string dir;                            ///< empty: nothing is recorded
  std::uint64_t bytes_max = 2'000'000'000;    ///< of all runs in `dir`
  std::uint64_t file_bytes_max = 64'000'000;  ///< less where bytes_max is small
  std::string build_id;
};

/// One thread. Everything that fails is `io`, but for the bound: that is `unavailable`.
class InputLogWriter {
 public:
  /// Makes the run's folder and its first file, and room for them by removing older runs.
  [[nodiscard]] static Result<InputLogWriter> create(const RecordingOptions& options,
                                                     InputLogHeader header);
  InputLogWriter(InputLogWriter&& other) noexcept;
  InputLogWriter& operator=(InputLogWriter&&) = delete;
  ~InputLogWriter();

  /// Appends one block of records. Once it failed, nothing further may be appended.
  [[nodiscard]] Status append(std::string_view records);
  /// Ends the log in order, saying why (empty: the run was stopped), and syncs it.
  [[nodiscard]] Status finish(std::string_view reason);

  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  InputLogWriter(const RecordingOptions& options, InputLogHeader header, RunFolder folder);
  [[nodiscard]] Status open_file();
  [[nodiscard]] Status close_file();
  [[nodiscard]] Status write_block(InputLogBlockKind kind, std::string_view payload);
  [[nodiscard]] Status write(std::string_view bytes);
  void make_room();
  [[nodiscard]] std::unexpected<Error> failure(int error) const;

  RecordingOptions options_;
  InputLogHeader header_;
  RunFolder folder_;
  std::filesystem::path file_;
  int descriptor_ = -1;
  std::uint64_t file_bytes_ = 0;
  std::uint64_t bytes_ = 0;  ///< of the whole run
  std::uint64_t sequence_ = 0;
  std::string block_;  ///< scratch, reused
};

}  // namespace cscan
