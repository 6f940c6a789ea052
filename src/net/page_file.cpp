#include "net/page_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace cscan {
namespace {

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
    if (count <= 0)
      return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace

std::shared_ptr<const PageFile> PageFile::make(std::string_view bytes) {
  int descriptor = ::memfd_create("cscan-body", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (descriptor < 0)
    return nullptr;
  std::shared_ptr<const PageFile> file(new PageFile(descriptor, bytes.size()));
  constexpr int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL;
  if (!write_all(descriptor, bytes) || ::fcntl(descriptor, F_ADD_SEALS, seals) != 0)
    return nullptr;
  return file;
}

PageFile::~PageFile() { ::close(descriptor_); }

}  // namespace cscan
