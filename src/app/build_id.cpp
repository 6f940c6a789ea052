#include "app/build_id.hpp"

#include <elf.h>
#include <fmt/format.h>
#include <link.h>

#include <algorithm>
#include <cstring>
#include <string_view>

namespace cscan {
namespace {

constexpr std::size_t shown_bytes = 8;

std::size_t padded(std::size_t size) { return (size + 3) / 4 * 4; }

/// Looks for the GNU build id among the notes of one segment (ELF: name size, content size, type,
/// name, content; both padded to four bytes).
std::string find_build_id(std::string_view notes) {
  ElfW(Nhdr) note;
  while (notes.size() >= sizeof note) {
    std::memcpy(&note, notes.data(), sizeof note);
    notes.remove_prefix(sizeof note);
    std::size_t name = padded(note.n_namesz), content = padded(note.n_descsz);
    if (name > notes.size() || content > notes.size() - name)
      break;
    bool is_gnu = notes.substr(0, note.n_namesz) == std::string_view("GNU\0", 4);
    if (note.n_type == NT_GNU_BUILD_ID && is_gnu) {
      std::string hex;
      for (char c : notes.substr(name, std::min<std::size_t>(note.n_descsz, shown_bytes)))
        hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
      return hex;
    }
    notes.remove_prefix(name + content);
  }
  return {};
}

/// For dl_iterate_phdr, which calls it for the program itself first: one look is enough.
int look_at_program(dl_phdr_info* info, std::size_t, void* result) {
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = info->dlpi_phdr[i];
    if (segment.p_type != PT_NOTE)
      continue;
    const auto* begin = reinterpret_cast<const char*>(info->dlpi_addr + segment.p_vaddr);
    std::string id = find_build_id({begin, segment.p_memsz});
    if (!id.empty())
      *static_cast<std::string*>(result) = std::move(id);
  }
  return 1;
}

}  // namespace

const std::string& build_id() {
  static const std::string id = [] {
    std::string found;
    ::dl_iterate_phdr(look_at_program, &found);
    return found;
  }();
  return id;
}

}  // namespace cscan
