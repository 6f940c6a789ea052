#include "store/database.hpp"

#include <gtest/gtest.h>

#include "store/store_fixture.hpp"

namespace cscan {
namespace {

using namespace store_test;

Connection connect_in_memory() {
  Result<Database> database = Database::in_memory();
  CHECK(database.has_value());
  return std::move(*database->connect());
}

TEST(Database, BindsAndReadsEveryKindOfValue) {
  Connection connection = connect_in_memory();
  Result<Rows> rows =
      connection.query("SELECT ?::BIGINT AS a, ?::DOUBLE, ?::BOOLEAN, ?::VARCHAR, ?::INTEGER",
                       {std::int64_t{-5}, 0.1, true, std::string(5000, 'x'), nullptr});
  ASSERT_OK(rows);
  ASSERT_TRUE(*rows->next());
  EXPECT_EQ(rows->column_name(0), "a");
  EXPECT_EQ(rows->integer(0), -5);
  EXPECT_EQ(rows->real(1), 0.1);
  EXPECT_TRUE(rows->boolean(2));
  EXPECT_EQ(rows->text(3), std::string(5000, 'x'));
  EXPECT_TRUE(rows->is_null(4));
  EXPECT_FALSE(*rows->next());
  EXPECT_FALSE(*rows->next());
}

TEST(Database, StreamsManyChunks) {
  Connection connection = connect_in_memory();
  Result<Statement> statement = connection.prepare("SELECT * FROM range(?)");
  ASSERT_OK(statement);
  std::vector<SqlValue> values{100'000};
  Result<Rows> rows = statement->stream(values);
  ASSERT_OK(rows);
  std::int64_t sum = 0;
  while (*rows->next())
    sum += rows->integer(0);
  EXPECT_EQ(sum, 99'999LL * 100'000 / 2);
}

TEST(Database, RowsOutliveTheirStatementAndConnection) {
  Result<Rows> rows = connect_in_memory().query("SELECT 'still here'");
  ASSERT_OK(rows);
  ASSERT_TRUE(*rows->next());
  EXPECT_EQ(rows->text(0), "still here");
}

TEST(Database, ErrorsAreOneLine) {
  Connection connection = connect_in_memory();
  Result<Rows> rows = connection.query("SELECT nothing FROM nowhere");
  ASSERT_FALSE(rows);
  EXPECT_NE(rows.error().message.find("nowhere"), std::string::npos);
  EXPECT_EQ(rows.error().message.find('\n'), std::string::npos);
  EXPECT_FALSE(connection.execute("SELECT 1; SELECT 1/"));
  Result<Rows> streamed = connection.query("SELECT error('stop here')");
  ASSERT_FALSE(streamed);
  EXPECT_NE(streamed.error().message.find("stop here"), std::string::npos);
}

TEST(Database, ErrorsInsideAStreamAreSeen) {
  Connection connection = connect_in_memory();
  Result<Statement> statement = connection.prepare(
      "SELECT CASE WHEN range = 50000 THEN error('halfway') ELSE 1 END FROM range(100000)");
  ASSERT_OK(statement);
  Result<Rows> rows = statement->stream({});
  while (rows) {
    Result<bool> more = rows->next();
    if (!more) {
      EXPECT_NE(more.error().message.find("halfway"), std::string::npos);
      return;
    }
    ASSERT_TRUE(*more) << "the stream ended as if it were complete";
  }
}

TEST(Database, RejectsTextThatIsNotUtf8) {
  Connection connection = connect_in_memory();
  EXPECT_FALSE(connection.query("SELECT ?", {"\xff\xfe"}));
}

TEST(Database, RollsBackWhatIsNotCommitted) {
  Connection connection = connect_in_memory();
  ASSERT_OK(connection.execute("CREATE TABLE t (a INTEGER)"));
  {
    Result<Transaction> transaction = Transaction::begin(connection);
    ASSERT_OK(transaction);
    ASSERT_OK(connection.execute("INSERT INTO t VALUES (1)"));
  }
  EXPECT_EQ(connection.query_integer("SELECT count(*) FROM t"), 0);
}

TEST(Appender, KeepsTheFirstError) {
  Connection connection = connect_in_memory();
  ASSERT_OK(connection.execute("CREATE TABLE t (a INTEGER, b VARCHAR)"));
  Result<Appender> appender = Appender::open(connection, "t");
  ASSERT_OK(appender);
  appender->add("not a number").add("x").end_row();
  appender->add(1).add("fine").end_row();
  EXPECT_FALSE(appender->close());
  EXPECT_FALSE(Appender::open(connection, "nowhere"));
}

TEST(Database, ReadOnlyRefusesWrites) {
  TempDir dir;
  std::string path = (dir.path() / "x.duckdb").string();
  {
    Result<Database> database = Database::open(path);
    ASSERT_OK(database);
    ASSERT_OK(database->connect()->execute("CREATE TABLE t AS SELECT 42 AS a"));
  }
  DatabaseOptions options;
  options.access = DatabaseAccess::read_only;
  Result<Database> database = Database::open(path, options);
  ASSERT_OK(database);
  Connection connection = std::move(*database->connect());
  EXPECT_EQ(connection.query_integer("SELECT a FROM t"), 42);
  EXPECT_FALSE(connection.execute("INSERT INTO t VALUES (1)"));
}

TEST(SqlLiteral, DoublesQuotes) {
  Connection connection = connect_in_memory();
  std::string text = "it's '' \\ 100%";
  Result<Rows> rows = connection.query("SELECT " + sql_literal(text));
  ASSERT_OK(rows);
  ASSERT_TRUE(*rows->next());
  EXPECT_EQ(rows->text(0), text);
}

}  // namespace
}  // namespace cscan
