#include "store/published_tree.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "base/check.hpp"

namespace cscan {
namespace {

constexpr std::string_view temporary_prefix = ".tmp-";

std::unexpected<Error> io_error(const std::filesystem::path& path, std::string_view what) {
  return fail(ErrorCode::io,
              fmt::format("{} cannot be {} ({})", path.string(), what, std::strerror(errno)));
}

std::string temporary_name(const std::string& name) { return std::string(temporary_prefix) + name; }

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR)
      return false;
    bytes.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
  }
  return true;
}

struct CloseDir {
  void operator()(DIR* dir) const { ::closedir(dir); }
};

/// A stream of its own over an open folder. Rewound: the position is shared with the descriptor.
std::unique_ptr<DIR, CloseDir> list(int descriptor) {
  int copy = ::openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  return std::unique_ptr<DIR, CloseDir>(copy < 0 ? nullptr : ::fdopendir(copy));
}

}  // namespace

Result<PublishedTree> PublishedTree::open(const std::filesystem::path& root,
                                          const std::vector<std::string>& folders) {
  PublishedTree tree(root);
  if (Status status = tree.open_folder(""); !status)
    return fail(std::move(status.error()));
  for (const std::string& folder : folders)
    if (Status status = tree.open_folder(folder); !status)
      return fail(std::move(status.error()));
  return tree;
}

PublishedTree::PublishedTree(PublishedTree&& other) noexcept
    : root_(std::move(other.root_)),
      folders_(std::exchange(other.folders_, {})),
      staged_(std::exchange(other.staged_, {})) {}

PublishedTree::~PublishedTree() {
  discard();
  for (const Folder& folder : folders_)
    ::close(folder.descriptor);
}

Status PublishedTree::open_folder(const std::string& name) {
  constexpr int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
  Folder folder{name, -1};
  if (name.empty()) {
    std::error_code error;
    std::filesystem::create_directories(root_, error);
    folder.descriptor = ::open(root_.c_str(), flags);
  } else {
    int root = folders_.front().descriptor;
    if (::mkdirat(root, name.c_str(), 0755) != 0 && errno != EEXIST)
      return io_error(root_ / name, "created");
    folder.descriptor = ::openat(root, name.c_str(), flags | O_NOFOLLOW);
  }
  if (folder.descriptor < 0)
    return io_error(root_ / name, "opened as a folder; links are not followed");
  folders_.push_back(std::move(folder));
  return look_through(folders_.back());
}

Status PublishedTree::look_through(Folder& folder) {
  std::unique_ptr<DIR, CloseDir> entries = list(folder.descriptor);
  if (!entries)
    return io_error(root_ / folder.name, "listed");
  while (const dirent* entry = ::readdir(entries.get()))
    if (std::string_view(entry->d_name).starts_with(temporary_prefix))
      (void)::unlinkat(folder.descriptor, entry->d_name, 0);
    else
      folder.files += entry->d_name[0] != '.';
  return {};
}

std::size_t PublishedTree::index_of(std::string_view folder) const {
  for (std::size_t i = 0; i < folders_.size(); ++i)
    if (folders_[i].name == folder)
      return i;
  CHECK(false, "no folder '{}'", folder);
  return 0;
}

std::filesystem::path PublishedTree::path_of(std::string_view folder,
                                             const std::string& name) const {
  return root_ / folder / name;
}

Status PublishedTree::write(std::string_view folder, const std::string& name,
                            std::string_view bytes) {
  std::size_t index = index_of(folder);
  std::string temporary = temporary_name(name);
  (void)::unlinkat(folders_[index].descriptor, temporary.c_str(), 0);
  int descriptor = ::openat(folders_[index].descriptor, temporary.c_str(),
                            O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
  if (descriptor < 0)
    return io_error(path_of(folder, name), "written");
  if (!write_all(descriptor, bytes)) {
    auto failure = io_error(path_of(folder, name), "written");
    ::close(descriptor);
    (void)::unlinkat(folders_[index].descriptor, temporary.c_str(), 0);
    return failure;
  }
  staged_.push_back({index, name, descriptor});
  return {};
}

Result<std::filesystem::path> PublishedTree::temporary_path(std::string_view folder,
                                                            const std::string& name) {
  std::size_t index = index_of(folder);
  std::string temporary = temporary_name(name);
  if (::unlinkat(folders_[index].descriptor, temporary.c_str(), 0) != 0 && errno != ENOENT)
    return io_error(path_of(folder, temporary), "removed");
  return path_of(folder, temporary);
}

Status PublishedTree::adopt(std::string_view folder, const std::string& name) {
  std::size_t index = index_of(folder);
  int descriptor = ::openat(folders_[index].descriptor, temporary_name(name).c_str(),
                            O_RDWR | O_NOFOLLOW | O_CLOEXEC);
  if (descriptor < 0)
    return io_error(path_of(folder, name), "written");
  staged_.push_back({index, name, descriptor});
  return {};
}

/// Many files reach the disk in a quarter of the time when its whole file system is told to sync
/// once, instead of waiting for each of them.
Status PublishedTree::sync_staged() {
  constexpr std::size_t few = 4;
  if (staged_.size() > few)
    return ::syncfs(staged_.front().descriptor) == 0 ? Status{} : io_error(root_, "synced");
  for (const Staged& file : staged_)
    if (::fsync(file.descriptor) != 0)
      return io_error(path_of(folders_[file.folder].name, file.name), "synced");
  return {};
}

Status PublishedTree::flush() {
  std::vector<bool> touched(folders_.size());
  if (Status synced = sync_staged(); !synced) {
    discard();
    return synced;
  }
  for (const Staged& file : staged_) {
    int folder = folders_[file.folder].descriptor;
    std::string temporary = temporary_name(file.name);
    bool is_new = ::faccessat(folder, file.name.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) != 0;
    if (::renameat(folder, temporary.c_str(), folder, file.name.c_str()) != 0) {
      auto failure = io_error(path_of(folders_[file.folder].name, file.name), "replaced");
      discard();
      return failure;
    }
    touched[file.folder] = true;
    folders_[file.folder].files += is_new;
  }
  for (const Staged& file : staged_)
    ::close(file.descriptor);
  staged_.clear();
  for (std::size_t i = 0; i < folders_.size(); ++i)
    if (touched[i] && ::fsync(folders_[i].descriptor) != 0)
      return io_error(root_ / folders_[i].name, "synced");
  return {};
}

void PublishedTree::discard() {
  for (const Staged& file : staged_) {
    ::close(file.descriptor);
    // Already renamed files have no temporary name any more; that is fine.
    (void)::unlinkat(folders_[file.folder].descriptor, temporary_name(file.name).c_str(), 0);
  }
  staged_.clear();
}

std::uint64_t PublishedTree::file_count(std::string_view folder) const {
  return folders_[index_of(folder)].files;
}

}  // namespace cscan
