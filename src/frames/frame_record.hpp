#pragma once
// One thing that was said, as bytes and back: the form that recordings of raw exchange traffic have
// once they are unpacked (zstd -dc). Lines that people can read, and between them the texts
// themselves, as long as the line before says and whatever bytes they are.
//
//   block    = head, record …
//   head     = "cscan frames 1 <exchange> <sequence>\n"
//   record   = "frame <received ms> <stream> <bytes>\n" text "\n"
//            | "request <sent ms> <bytes>\n" url "\n"
//            | "response <received ms> <status> <url bytes> <body bytes>\n" url "\n" body "\n"
//            | "end\n"
//
// There is one way to write each record, so what reads well is what was written.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"

namespace cscan {

/// The longest text of one record: as much as a session reads of one answer.
inline constexpr std::size_t frame_text_bytes_max = 32 * 1024 * 1024;

enum class FrameKind : std::uint8_t {
  frame,     ///< a text frame of a stream
  request,   ///< a query that was put
  response,  ///< an answer
  end,       ///< nothing follows: the file was closed in order
};

/// The views point into whatever the record was taken from.
struct FrameRecord {
  FrameKind kind{};
  Timestamp time{};          ///< of arrival, or of sending for requests; from 1970 on
  std::uint64_t stream = 0;  ///< frames
  std::uint32_t status = 0;  ///< responses; 0: nothing came back
  std::string_view url{};    ///< requests and responses
  std::string_view text{};   ///< of a frame, or the body of a response

  bool operator==(const FrameRecord&) const = default;
};

/// What every block begins with.
struct FrameBlockHead {
  std::string_view exchange{};
  std::uint64_t sequence = 0;  ///< of the block in its file, from 0

  bool operator==(const FrameBlockHead&) const = default;
};

/// Whether recordings can bear this name: 1 to 40 of [a-z0-9].
[[nodiscard]] bool is_recordable_exchange(std::string_view name);

/// Precondition: is_recordable_exchange(head.exchange).
void append_block_head(std::string& out, const FrameBlockHead& head);
/// Precondition: time not negative, texts at most frame_text_bytes_max.
void append_record(std::string& out, const FrameRecord& record);

/// Takes one off the front of `bytes`, or `corrupt`; then `bytes` stays as it was.
[[nodiscard]] Result<FrameBlockHead> take_block_head(std::string_view& bytes);
[[nodiscard]] Result<FrameRecord> take_record(std::string_view& bytes);

}  // namespace cscan
