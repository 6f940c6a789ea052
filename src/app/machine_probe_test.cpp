// Against this machine, in a folder of its own.

#include "app/machine_probe.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <fstream>

#include "base/temp_dir.hpp"
#include "store/data_lock.hpp"

namespace cscan {
namespace {

namespace fs = std::filesystem;
using boost::asio::ip::tcp;

TEST(AppMachineProbe, SeesThatAPortIsTaken) {
  boost::asio::io_context io;
  tcp::acceptor other(io, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
  int port = other.local_endpoint().port();
  EXPECT_EQ(try_port("127.0.0.1", port), std::errc::address_in_use);
  EXPECT_EQ(try_port("localhost", port), std::errc::address_in_use);
  other.close();
  EXPECT_FALSE(try_port("127.0.0.1", port));
  EXPECT_FALSE(try_port("127.0.0.1", 0));
  EXPECT_EQ(try_port("nonsense", port), std::errc::invalid_argument);
  EXPECT_EQ(try_port("192.0.2.1", port), std::errc::address_not_available);
}

TEST(AppMachineProbe, LooksAtAFolderAndLeavesItAsItWas) {
  TempDir dir;
  EXPECT_EQ(look_at_folder(dir.path()).state, FolderState::writable);
  EXPECT_TRUE(fs::is_empty(dir.path()));
  EXPECT_EQ(look_at_folder(dir.path() / "a" / "b").state, FolderState::absent);
  EXPECT_TRUE(fs::is_empty(dir.path()));
  std::ofstream(dir.path() / "file") << "text";
  EXPECT_EQ(look_at_folder(dir.path() / "file").state, FolderState::not_a_folder);
  FolderFacts below = look_at_folder(dir.path() / "file" / "folder");
  EXPECT_EQ(below.state, FolderState::cannot_make);
  EXPECT_FALSE(below.cause.empty());
}

TEST(AppMachineProbe, SeesThatAFolderCannotBeWritten) {
  if (::geteuid() == 0)
    GTEST_SKIP() << "root may write everywhere";
  TempDir dir;
  fs::permissions(dir.path(), fs::perms::owner_read | fs::perms::owner_exec);
  EXPECT_EQ(look_at_folder(dir.path()).state, FolderState::not_writable);
  EXPECT_EQ(look_at_folder(dir.path() / "below").state, FolderState::cannot_make);
  fs::permissions(dir.path(), fs::perms::owner_all);
}

TEST(AppMachineProbe, SeesThatAFolderIsLocked) {
  TempDir dir;
  EXPECT_TRUE(try_lock(dir.path()));
  EXPECT_TRUE(fs::is_empty(dir.path()));
  auto owner = DataLock::take(dir.path());
  ASSERT_TRUE(owner);
  Status locked = try_lock(dir.path());
  ASSERT_FALSE(locked);
  EXPECT_EQ(locked.error().code, ErrorCode::conflict);
  owner->release();
  EXPECT_TRUE(try_lock(dir.path()));
  EXPECT_TRUE(DataLock::take(dir.path()));
}

TEST(AppMachineProbe, ChecksEverythingOnce) {
  TempDir dir;
  MachineQuestions questions;
  questions.port = 0;
  questions.data_dir = dir.path();
  questions.config.assignments = {"momentum_bias=0.5"};
  std::vector<std::string> names;
  Examination machine = examine_machine(questions);
  for (const Finding& finding : machine.findings)
    names.push_back(finding.name);
  EXPECT_EQ(names,
            (std::vector<std::string>{"configuration", "API port", "data folder", "disk space",
                                      "data lock", "memory", "open files", "local clock"}));
  EXPECT_EQ(machine.findings[0].words, "no file: valid, 1 setting of its own");
  questions.config.assignments = {"momentum_bias=lots"};
  EXPECT_EQ(examine_machine(questions).findings[0].verdict, FindingVerdict::failure);
}

}  // namespace
}  // namespace cscan
