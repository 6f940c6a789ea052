#pragma once
// The input log: everything that entered the core of one run, in the order that counts, as bytes.
// Replaying it gives every effect of the run again. This file knows the bytes; runtime's recorder
// writes them to files and replay's reader takes them back.
//
//   file   = "cscan input log 1\n", block …
//   block  = kind (byte), payload size (4), sequence (8), payload, checksum (8)
//   header = the first block of every file: who wrote it, which run, which file of it
//   inputs = records of core/input_codec, from a fresh encoder
//   end    = the last block of a recording that ended in order: why it ended
//
// A run's files lie in one folder, numbered from 1; sequences count its blocks from 0 through all
// files. The checksum is the front of the SHA-256 of the block before it: what a crash tore or a
// disk changed is noticed, and everything before it is still good.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"

namespace cscan {

struct InputLogHeader {
  std::string version;   ///< of the program that wrote it
  std::string build_id;  ///< tells builds of one version apart; may be empty
  std::string run_id;
  std::string source;  ///< "synthetic", "live"
  Timestamp started_at;
  std::uint64_t file_number = 1;  ///< within the run
  bool operator==(const InputLogHeader&) const = default;
};

/// The numbers stand in files: never reuse one.
enum class InputLogBlockKind : std::uint8_t { header = 1, inputs = 2, end = 3 };

struct InputLogBlock {
  InputLogBlockKind kind{};
  std::uint64_t sequence = 0;
  std::string_view payload;
};

/// What every file begins with.
inline constexpr std::string_view input_log_magic = "cscan input log 1\n";
/// "000001.inputs"
[[nodiscard]] std::string input_log_file_name(std::uint64_t file_number);
/// The number in such a name; 0 for any other name.
[[nodiscard]] std::uint64_t input_log_file_number(std::string_view file_name);

void append_block(std::string& out, const InputLogBlock& block);
/// Takes one block off the front of `bytes`, into which its payload points. `corrupt` when it is
/// cut off or damaged; `bytes` stays as it was then.
[[nodiscard]] Result<InputLogBlock> take_block(std::string_view& bytes);
/// Whether a whole block with this sequence stands anywhere in `bytes`.
[[nodiscard]] bool holds_block(std::string_view bytes, std::uint64_t sequence);

[[nodiscard]] std::string header_payload(const InputLogHeader& header);
/// corrupt when the payload is not exactly a header.
[[nodiscard]] Result<InputLogHeader> parse_header_payload(std::string_view payload);

}  // namespace cscan
