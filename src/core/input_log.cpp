#include "core/input_log.hpp"

#include <fmt/format.h>

#include "base/digest.hpp"
#include "core/byte_codec.hpp"

namespace cscan {
namespace {

constexpr std::size_t front_bytes = 1 + 4 + 8;
constexpr std::size_t checksum_bytes = 8;
constexpr std::size_t name_bytes_max = 256;
constexpr std::size_t number_digits = 6;
constexpr std::string_view suffix = ".inputs";

std::string checksum(std::string_view bytes) {
  Sha256 digest;
  digest.update(bytes);
  Sha256Value value = digest.finish();
  return {reinterpret_cast<const char*>(value.data()), checksum_bytes};
}

bool is_known(InputLogBlockKind kind) {
  return kind == InputLogBlockKind::header || kind == InputLogBlockKind::inputs ||
         kind == InputLogBlockKind::end;
}

}  // namespace

std::string input_log_file_name(std::uint64_t file_number) {
  return fmt::format("{:0{}}{}", file_number, number_digits, suffix);
}

std::uint64_t input_log_file_number(std::string_view file_name) {
  if (file_name.size() != number_digits + suffix.size() || !file_name.ends_with(suffix))
    return 0;
  std::uint64_t number = 0;
  for (char c : file_name.substr(0, number_digits)) {
    if (c < '0' || c > '9')
      return 0;
    number = number * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return number;
}

void append_block(std::string& out, const InputLogBlock& block) {
  std::size_t from = out.size();
  ByteWriter writer(out);
  writer.byte(static_cast<std::uint8_t>(block.kind));
  writer.fixed32(static_cast<std::uint32_t>(block.payload.size()));
  writer.fixed64(block.sequence);
  out += block.payload;
  out += checksum(std::string_view(out).substr(from));
}

Result<InputLogBlock> take_block(std::string_view& bytes) {
  ByteReader in(bytes);
  InputLogBlock block;
  block.kind = static_cast<InputLogBlockKind>(in.byte());
  std::size_t size = in.fixed32();
  block.sequence = in.fixed64();
  if (in.failed() || in.left().size() < size + checksum_bytes)
    return fail(ErrorCode::corrupt, "a block is cut off");
  block.payload = in.left().substr(0, size);
  std::string_view sum = in.left().substr(size, checksum_bytes);
  if (!is_known(block.kind) || checksum(bytes.substr(0, front_bytes + size)) != sum)
    return fail(ErrorCode::corrupt, "a block is damaged: its checksum is not that of its bytes");
  bytes.remove_prefix(front_bytes + size + checksum_bytes);
  return block;
}

bool holds_block(std::string_view bytes, std::uint64_t sequence) {
  std::string wanted;
  ByteWriter(wanted).fixed64(sequence);
  constexpr std::size_t before = front_bytes - 8;
  for (std::size_t at = bytes.find(wanted, before); at != std::string_view::npos;
       at = bytes.find(wanted, at + 1)) {
    std::string_view from = bytes.substr(at - before);
    if (take_block(from))
      return true;
  }
  return false;
}

std::string header_payload(const InputLogHeader& header) {
  const auto& [version, build_id, run_id, source, started_at, file_number] = header;
  std::string out;
  ByteWriter writer(out);
  for (const std::string* text : {&version, &build_id, &run_id, &source})
    writer.text(*text);
  writer.zigzag(started_at.ms);
  writer.varint(file_number);
  return out;
}

Result<InputLogHeader> parse_header_payload(std::string_view payload) {
  ByteReader in(payload);
  InputLogHeader header;
  for (std::string* text : {&header.version, &header.build_id, &header.run_id, &header.source})
    *text = in.text(name_bytes_max);
  header.started_at.ms = in.zigzag();
  header.file_number = in.varint();
  if (!in.complete() || header.file_number == 0)
    return fail(ErrorCode::corrupt, "the header is none that this build writes");
  return header;
}

}  // namespace cscan
