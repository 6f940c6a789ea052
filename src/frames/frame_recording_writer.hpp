#pragma once
// Records raw exchange traffic into a folder: files per exchange (frame_file_name.hpp) that
// FrameRecordingReader gives back in order.
//
// What was said is with the kernel, and so survives the death of the process, two seconds of market
// time later, if on_time or anything else is called then; it survives the death of the machine once
// its file is complete. Whatever goes wrong ends the recording, with a word in health(), and never
// the run: a recording with a hole in the middle would be worse than one that ends.

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "exchange/frame_sink.hpp"
#include "frames/frame_file_writer.hpp"
#include "model/market_view.hpp"

namespace cscan {

class FrameRecordingWriter final : public FrameSink {
 public:
  /// Makes the folder where there is none; io when it cannot be made or written.
  [[nodiscard]] static Result<std::unique_ptr<FrameRecordingWriter>> create(
      FrameRecordingOptions options);
  /// Finishes.
  ~FrameRecordingWriter() override;

  void on_frame(std::string_view exchange, std::uint64_t stream, Timestamp received,
                std::string_view text) noexcept override;
  void on_request(std::string_view exchange, std::string_view url,
                  Timestamp sent) noexcept override;
  void on_response(std::string_view exchange, std::string_view url, int status, Timestamp received,
                   std::string_view body) noexcept override;
  void on_time(Timestamp now) noexcept override;

  /// Writes what has waited and ends all files in order. What is told afterwards is not recorded.
  void finish() noexcept;

  /// Any thread.
  [[nodiscard]] RecordingHealth health() const;

 private:
  explicit FrameRecordingWriter(FrameRecordingOptions options);
  void append(std::string_view exchange, const FrameRecord& record) noexcept;
  [[nodiscard]] Status append_to_file(std::string_view exchange, const FrameRecord& record);
  [[nodiscard]] Status end_files();
  /// Runs `work` under the mutex unless the recording has ended; ends it when that fails.
  template <class Work>
  void guarded(Work work) noexcept;
  void end_at_bound();
  void stop(std::string why);
  void count_bytes();

  const FrameRecordingOptions options_;
  mutable std::mutex mutex_;  ///< guards everything below
  RecordingHealth health_{};
  FrameBlockPacker packer_;
  std::map<std::string, FrameFileWriter, std::less<>> files_;  ///< by exchange
};

}  // namespace cscan
