// What must hold when things go wrong: killed processes, two processes, full disks, damaged files.

#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include <csignal>
#include <fstream>

#include "store/store.hpp"
#include "store/store_fixture.hpp"

namespace cscan {
namespace {

using namespace store_test;

StoreBatch batch_of(int first, int count) {
  StoreBatch batch;
  for (int i = first; i < first + count; ++i) {
    batch.signals.push_back(make_signal(btc_5m, day_zero + minutes(5 * i)));
    batch.candles.push_back(make_candle(btc_5m, day_zero + minutes(5 * i)));
  }
  return batch;
}

std::string read_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_text(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

/// Runs `work` in a child process and waits for its end, whatever it is.
template <class Work>
int in_child(Work work) {
  pid_t child = ::fork();
  if (child == 0) {
    work();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

TEST(StoreDurability, AcknowledgedRowsSurviveAKill) {
  TempDir dir;
  std::filesystem::path acknowledged = dir.path() / "acknowledged";
  for (int round = 0; round < 3; ++round) {
    int status = in_child([&] {
      Result<std::unique_ptr<Store>> store = Store::open(dir.path() / "data");
      for (int i = 0; store && i < 20; ++i) {
        int first = (round * 20 + i) * 50;
        if (!(*store)->commit(batch_of(first, 50)))
          ::_exit(1);
        std::ofstream(acknowledged) << first + 50 << std::flush;
        if (i == 10 + round)
          ::raise(SIGKILL);
      }
    });
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    Result<std::unique_ptr<Store>> store = Store::open(dir.path() / "data");
    ASSERT_OK(store);
    int newest = std::stoi(read_text(acknowledged));
    Result<std::vector<Candle>> candles = (*store)->newest_candles(btc_5m, 1);
    ASSERT_OK(candles);
    EXPECT_GE(candles->at(0).open_time, day_zero + minutes(5 * (newest - 1)));
    // Every batch was whole or not there: counts are multiples of 50.
    Result<StoreCounts> counts = (*store)->counts();
    ASSERT_OK(counts);
    EXPECT_EQ(counts->signals, counts->candles);
    EXPECT_EQ(counts->signals % 50, 0);
    EXPECT_GE(counts->signals, 50u * 11);
  }
}

TEST(StoreDurability, ATornLogKeepsWhatCameBeforeIt) {
  TempDir dir;
  in_child([&] {
    Result<std::unique_ptr<Store>> store = Store::open(dir.path());
    for (int i = 0; i < 5; ++i)
      (void)(*store)->commit(batch_of(i * 50, 50));
    ::raise(SIGKILL);
  });
  std::filesystem::path log = dir.path() / "scanner.duckdb.wal";
  ASSERT_TRUE(std::filesystem::exists(log));
  std::filesystem::resize_file(log, std::filesystem::file_size(log) - 1000);
  Result<std::unique_ptr<Store>> store = Store::open(dir.path());
  ASSERT_OK(store);
  EXPECT_EQ((*store)->counts()->signals, 200);
}

TEST(StoreDurability, OneProcessAtATime) {
  TempDir dir;
  Result<std::unique_ptr<Store>> store = Store::open(dir.path());
  ASSERT_OK(store);
  std::string owner = std::to_string(::getpid());
  int status = in_child([&] {
    Result<std::unique_ptr<Store>> second = Store::open(dir.path());
    bool said = !second && second.error().code == ErrorCode::conflict &&
                second.error().message.find("in use by process " + owner) != std::string::npos;
    ::_exit(said ? 7 : 8);
  });
  EXPECT_EQ(WEXITSTATUS(status), 7);
  EXPECT_EQ(Store::open(dir.path()).error().code, ErrorCode::conflict);
  store->reset();
  EXPECT_OK(Store::open(dir.path()));
}

TEST(StoreDurability, DirectoriesThatCannotBe) {
  TempDir dir;
  write_text(dir.path() / "file", "x");
  Result<std::unique_ptr<Store>> store = Store::open(dir.path() / "file" / "data");
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, ErrorCode::io);
  EXPECT_NE(store.error().message.find("--data-dir"), std::string::npos);
  EXPECT_EQ(Store::open("/proc/cscan").error().code, ErrorCode::io);
}

TEST(StoreDurability, AFileThatIsNotOursIsLeftAlone) {
  TempDir dir;
  std::filesystem::path path = dir.path() / "scanner.duckdb";
  for (const std::string& text : {std::string("not a database"), std::string(100'000, 'x')}) {
    write_text(path, text);
    Result<std::unique_ptr<Store>> store = Store::open(dir.path());
    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().code, ErrorCode::corrupt) << store.error().message;
    EXPECT_NE(store.error().message.find("scanner.duckdb"), std::string::npos);
    EXPECT_EQ(read_text(path), text);
  }
}

TEST(StoreDurability, OtherSchemasAreRefused) {
  TempDir dir;
  ASSERT_OK(Store::open(dir.path()));
  std::string path = (dir.path() / "scanner.duckdb").string();
  ASSERT_OK(Database::open(path)->connect()->execute("UPDATE meta SET value = 99"));
  Result<std::unique_ptr<Store>> store = Store::open(dir.path());
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, ErrorCode::unsupported);
  EXPECT_NE(store.error().message.find("newer"), std::string::npos);
  ASSERT_OK(Database::open(path)->connect()->execute("DROP TABLE meta"));
  EXPECT_EQ(Store::open(dir.path()).error().code, ErrorCode::corrupt);
}

/// Damage anywhere must end in an error or in rows, never in a crash or a hang.
TEST(StoreDurability, DamagedDatabasesNeverCrash) {
  TempDir dir;
  std::filesystem::path path = dir.path() / "scanner.duckdb";
  {
    Result<std::unique_ptr<Store>> store = Store::open(dir.path());
    ASSERT_OK(store);
    ASSERT_OK((*store)->commit(batch_of(0, 500)));
  }
  std::string whole = read_text(path);
  for (std::size_t at = 4; at < whole.size(); at += whole.size() / 12) {
    std::string damaged = whole;
    for (std::size_t i = at; i < std::min(at + 64, damaged.size()); ++i)
      damaged[i] = static_cast<char>(~damaged[i]);
    write_text(path, damaged);
    in_child([&] {
      if (Result<std::unique_ptr<Store>> store = Store::open(dir.path())) {
        (void)(*store)->counts();
        (void)(*store)->signals({});
        (void)(*store)->newest_candles(btc_5m, 500);
      }
      ::raise(SIGKILL);  // leave the file as it is
    });
  }
  write_text(path, whole.substr(0, whole.size() / 2));
  (void)Store::open(dir.path());
}

/// A file system of a few megabytes.
class SmallDisk {
 public:
  explicit SmallDisk(const std::filesystem::path& path) : path_(path) {
    std::filesystem::create_directories(path);
    mounted_ = ::mount("tmpfs", path.c_str(), "tmpfs", 0, "size=12m") == 0;
  }
  SmallDisk(const SmallDisk&) = delete;
  ~SmallDisk() {
    if (mounted_)
      ::umount2(path_.c_str(), MNT_DETACH);
  }
  [[nodiscard]] bool mounted() const { return mounted_; }

 private:
  std::filesystem::path path_;
  bool mounted_ = false;
};

TEST(StoreDurability, AFullDiskCostsNothingThatWasAcknowledged) {
  TempDir dir;
  SmallDisk disk(dir.path() / "disk");
  if (!disk.mounted())
    GTEST_SKIP() << "a tmpfs cannot be mounted here, so a full disk is not tried";
  std::filesystem::path ballast = dir.path() / "disk" / "ballast";
  Result<std::unique_ptr<Store>> opened = Store::open(dir.path() / "disk" / "data");
  ASSERT_OK(opened);
  Store& store = **opened;
  write_text(ballast, std::string(6 * 1024 * 1024, 'x'));
  int stored = 0;
  std::optional<Error> failure;
  for (int i = 0; i < 200 && !failure; ++i) {
    Result<CommitReport> report = store.commit(batch_of(stored, 100));
    if (report)
      stored += 100;
    else
      failure = report.error();
  }
  ASSERT_TRUE(failure) << "the disk was never full";
  EXPECT_GT(stored, 0);
  EXPECT_EQ(failure->code, ErrorCode::io) << failure->message;
  EXPECT_NE(failure->message.find("try again"), std::string::npos) << failure->message;
  // Still full: still a plain failure. A checkpoint that fails makes DuckDB give up altogether.
  EXPECT_FALSE(store.commit(batch_of(stored, 100)));
  std::optional<Result<Connection>> reader = store.connect();
  EXPECT_FALSE(store.checkpoint());
  std::filesystem::remove(ballast);
  EXPECT_EQ(store.commit(batch_of(stored, 100)).error().code, ErrorCode::unavailable);
  reader.reset();
  Result<CommitReport> again = store.commit(batch_of(0, stored + 100));
  ASSERT_OK(again);
  EXPECT_EQ(again->signals_equal, stored);
  EXPECT_EQ(again->signals_written, 100);
  EXPECT_EQ(store.counts()->signals, stored + 100);
  ASSERT_OK(store.close());
  opened->reset();
  opened = Store::open(dir.path() / "disk" / "data");
  ASSERT_OK(opened);
  EXPECT_EQ((*opened)->counts()->signals, stored + 100);
}

}  // namespace
}  // namespace cscan
