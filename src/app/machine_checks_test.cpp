#include "app/machine_checks.hpp"

#include <gtest/gtest.h>

namespace cscan {
namespace {

using enum FindingVerdict;

/// Whatever is not fine says what to do, and only that does.
FindingVerdict verdict_of(const Finding& finding) {
  EXPECT_FALSE(finding.name.empty());
  EXPECT_FALSE(finding.words.empty());
  EXPECT_EQ(finding.fix.empty(), finding.verdict == ok) << finding.words;
  return finding.verdict;
}

TEST(AppMachineChecks, ConfigurationIsValidOrSaysWhy) {
  EXPECT_EQ(configuration_finding("", 0).words, "no file: the defaults");
  EXPECT_EQ(configuration_finding("my.json", 1).words, "my.json: valid, 1 setting of its own");
  EXPECT_EQ(verdict_of(configuration_finding("my.json", 3)), ok);
  Finding bad = configuration_finding(
      "my.json", fail(ErrorCode::invalid_argument, "my.json: line 3, column 7: no such key"));
  EXPECT_EQ(verdict_of(bad), failure);
  EXPECT_EQ(bad.words, "my.json: line 3, column 7: no such key");
}

TEST(AppMachineChecks, APortIsFreeOrTaken) {
  EXPECT_EQ(port_finding("127.0.0.1", 5001, {}).words, "127.0.0.1 port 5001 is free");
  EXPECT_EQ(verdict_of(port_finding("127.0.0.1", 0, {})), ok);
  Finding taken = port_finding("127.0.0.1", 5001, std::make_error_code(std::errc::address_in_use));
  EXPECT_EQ(verdict_of(taken), failure);
  EXPECT_EQ(taken.words, "127.0.0.1 port 5001 is in use");
  EXPECT_TRUE(taken.fix.contains("sport = :5001"));
  for (std::errc cause : {std::errc::address_not_available, std::errc::invalid_argument,
                          std::errc::permission_denied, std::errc::too_many_files_open})
    EXPECT_EQ(verdict_of(port_finding("10.1.2.3", 80, std::make_error_code(cause))), failure);
}

TEST(AppMachineChecks, ADataFolderIsWritableOrCanBeMade) {
  EXPECT_EQ(verdict_of(data_folder_finding({"data", FolderState::writable, ""})), ok);
  EXPECT_EQ(verdict_of(data_folder_finding({"data", FolderState::absent, ""})), ok);
  EXPECT_EQ(verdict_of(data_folder_finding({"data", FolderState::not_a_folder, ""})), failure);
  Finding full =
      data_folder_finding({"data", FolderState::not_writable, "No space left on device"});
  EXPECT_EQ(verdict_of(full), failure);
  EXPECT_EQ(full.words, "data cannot be written: No space left on device");
  EXPECT_EQ(verdict_of(data_folder_finding({"data", FolderState::cannot_make, "why"})), failure);
}

TEST(AppMachineChecks, DiskSpaceWarnsBelowAGigabyteAndFailsBelowATenth) {
  EXPECT_EQ(verdict_of(disk_space_finding(1'000'000'000)), ok);
  EXPECT_EQ(verdict_of(disk_space_finding(999'999'999)), warning);
  EXPECT_EQ(verdict_of(disk_space_finding(100'000'000)), warning);
  EXPECT_EQ(verdict_of(disk_space_finding(99'999'999)), failure);
  EXPECT_EQ(verdict_of(disk_space_finding(std::nullopt)), warning);
  EXPECT_EQ(disk_space_finding(42'500'000'000).words, "42.5 GB free");
}

TEST(AppMachineChecks, ALockedFolderNamesItsOwner) {
  EXPECT_EQ(verdict_of(data_lock_finding({})), ok);
  Finding locked = data_lock_finding(
      fail(ErrorCode::conflict, "data is in use by process 77: stop it or choose another"));
  EXPECT_EQ(verdict_of(locked), failure);
  EXPECT_EQ(locked.words, "data is in use by process 77");
  EXPECT_EQ(verdict_of(data_lock_finding(fail(ErrorCode::io, "no locks here"))), failure);
}

TEST(AppMachineChecks, MemoryCountsWhatIsLeftWithinAllLimits) {
  constexpr std::uint64_t gb = 1'000'000'000;
  EXPECT_EQ(verdict_of(memory_finding({})), ok);
  EXPECT_EQ(verdict_of(memory_finding({gb, {}, {}})), ok);
  EXPECT_EQ(verdict_of(memory_finding({gb - 1, {}, {}})), warning);
  EXPECT_EQ(verdict_of(memory_finding({gb / 10, {}, {}})), failure);
  Finding boxed = memory_finding({16 * gb, gb / 2, {}});
  EXPECT_EQ(verdict_of(boxed), warning);
  EXPECT_EQ(boxed.words, "500 MB available within the control group's limit");
  EXPECT_EQ(verdict_of(memory_finding({16 * gb, {}, 2 * gb})), warning);
  EXPECT_EQ(verdict_of(memory_finding({16 * gb, 32 * gb, 64 * gb})), ok);
}

TEST(AppMachineChecks, OpenFilesSufficeForEveryConnection) {
  EXPECT_EQ(verdict_of(descriptor_finding(2'048, 2'048)), ok);
  EXPECT_EQ(verdict_of(descriptor_finding(2'047, 4'096)), warning);
  EXPECT_EQ(verdict_of(descriptor_finding(256, 256)), warning);
  EXPECT_EQ(verdict_of(descriptor_finding(255, 255)), failure);
  EXPECT_EQ(descriptor_finding(1'024, 4'096).words, "1024 allowed (up to 4096 could be)");
}

TEST(AppMachineChecks, AClockThatWasNeverSetIsTold) {
  Timestamp now = *parse_timestamp("2026-12-01T10:00:00Z");
  EXPECT_EQ(verdict_of(local_clock_finding(now, ClockSync::synchronised)), ok);
  EXPECT_EQ(verdict_of(local_clock_finding(now, ClockSync::not_told)), ok);
  EXPECT_EQ(verdict_of(local_clock_finding(now, ClockSync::not_synchronised)), warning);
  EXPECT_EQ(verdict_of(local_clock_finding({0}, ClockSync::synchronised)), failure);
  EXPECT_EQ(verdict_of(local_clock_finding({now.ms * 1'000}, ClockSync::not_told)), failure);
}

TEST(AppMachineChecks, BytesReadLikeOnADisk) {
  EXPECT_EQ(format_bytes(0), "0 B");
  EXPECT_EQ(format_bytes(999), "999 B");
  EXPECT_EQ(format_bytes(1'000), "1.0 kB");
  EXPECT_EQ(format_bytes(999'499), "999 kB");
  EXPECT_EQ(format_bytes(999'500), "1.0 MB");
  EXPECT_EQ(format_bytes(99'949'999), "99.9 MB");
  EXPECT_EQ(format_bytes(99'950'000), "100 MB");
  EXPECT_EQ(format_bytes(18'446'744'073'709'551'615U), "18446744 TB");
}

}  // namespace
}  // namespace cscan
