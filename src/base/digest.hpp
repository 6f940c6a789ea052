#pragma once
// SHA-256, the one digest of the project: signal ids, settings, replays.

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace cscan {

using Sha256Value = std::array<unsigned char, 32>;

/// An incremental SHA-256. Not copyable; one thread at a time.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void update(std::string_view bytes);
  /// The digest of all bytes so far; the object starts anew afterwards.
  [[nodiscard]] Sha256Value finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

/// Lower-case hexadecimal of the first `bytes` (at most 32) bytes.
[[nodiscard]] std::string to_hex(const Sha256Value& digest, std::size_t bytes = 32);
/// Digest of one text, in hexadecimal.
[[nodiscard]] std::string sha256_hex(std::string_view text, std::size_t bytes = 32);

}  // namespace cscan
