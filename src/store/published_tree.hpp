#pragma once
// Folders of files that are replaced whole: written under a temporary name in the same folder,
// synced, renamed. A reader sees the old file or the new one, never a part, also after a crash.
// Symbolic links are never followed for writing: a link in place of a folder is an error, a link in
// place of a file is replaced by the file.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace cscan {

class PublishedTree {
 public:
  /// Opens or creates `root` and its folders; removes temporary files a crash left behind.
  [[nodiscard]] static Result<PublishedTree> open(const std::filesystem::path& root,
                                                  const std::vector<std::string>& folders);
  PublishedTree(PublishedTree&& other) noexcept;
  PublishedTree& operator=(PublishedTree&&) = delete;
  ~PublishedTree();

  /// Stages a file of `folder` ("" is the root). It appears under its name with flush().
  [[nodiscard]] Status write(std::string_view folder, const std::string& name,
                             std::string_view bytes);
  /// The path under which somebody else (DuckDB) shall write a file; then staged by adopt().
  [[nodiscard]] Result<std::filesystem::path> temporary_path(std::string_view folder,
                                                             const std::string& name);
  [[nodiscard]] Status adopt(std::string_view folder, const std::string& name);
  [[nodiscard]] std::filesystem::path path_of(std::string_view folder,
                                              const std::string& name) const;

  /// Syncs all staged files, renames them and syncs the folders. Files staged before are written
  /// together because the disk then syncs them together.
  [[nodiscard]] Status flush();
  /// Staged and not yet flushed.
  [[nodiscard]] std::size_t staged() const { return staged_.size(); }
  /// Forgets and removes what is staged.
  void discard();

  /// Files under their names when the tree was opened, and those that came since.
  [[nodiscard]] std::uint64_t file_count(std::string_view folder) const;

 private:
  struct Folder {
    std::string name;
    int descriptor = -1;
    std::uint64_t files = 0;
  };
  struct Staged {
    std::size_t folder = 0;
    std::string name;
    int descriptor = -1;
  };

  explicit PublishedTree(std::filesystem::path root) : root_(std::move(root)) {}
  [[nodiscard]] Status open_folder(const std::string& name);
  [[nodiscard]] std::size_t index_of(std::string_view folder) const;
  [[nodiscard]] Status sync_staged();
  /// Removes what a crash left behind, and counts the others.
  [[nodiscard]] Status look_through(Folder& folder);

  std::filesystem::path root_;
  std::vector<Folder> folders_;  ///< the root first, under the name ""
  std::vector<Staged> staged_;
};

}  // namespace cscan
