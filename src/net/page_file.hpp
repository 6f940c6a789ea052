#pragma once
// Bytes in memory pages that the kernel can send without copying them: for bodies that many ask
// for. An anonymous file (memfd), sealed, so that pages on their way to a peer never change.

#include <cstddef>
#include <memory>
#include <string_view>

namespace cscan {

/// Immutable; any thread.
class PageFile {
 public:
  /// null when the system refuses (too many open files): send the bytes themselves then.
  [[nodiscard]] static std::shared_ptr<const PageFile> make(std::string_view bytes);
  ~PageFile();
  PageFile(const PageFile&) = delete;
  PageFile& operator=(const PageFile&) = delete;

  [[nodiscard]] std::size_t size() const { return size_; }
  /// For sendfile, with an offset of the caller's.
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  PageFile(int descriptor, std::size_t size) : descriptor_(descriptor), size_(size) {}

  int descriptor_;
  std::size_t size_;
};

}  // namespace cscan
