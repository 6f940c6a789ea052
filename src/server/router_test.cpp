#include "server/router.hpp"

#include <gtest/gtest.h>

#include "server/routes.hpp"
#include "server/server_test_support.hpp"

namespace cscan {
namespace {

using testing::header_of;

Router make_router() {
  auto nothing = [](const RouteRequest&) { return HttpResponse{}; };
  return Router({{"GET", "/a", RunsOn::io_thread, nothing},
                 {"GET", "/a/{symbol}", RunsOn::io_thread, nothing},
                 {"GET", "/b", RunsOn::io_thread, nothing},
                 {"POST", "/b", RunsOn::workers, nothing}});
}

TEST(ServerRouter, FindsLiteralPathsExactly) {
  const Router router = make_router();
  ASSERT_NE(router.find("GET", "/a").route, nullptr);
  EXPECT_EQ(router.find("GET", "/a").route->pattern, "/a");
  EXPECT_EQ(router.find("POST", "/b").route->runs_on, RunsOn::workers);
  for (const char* path : {"", "/", "/A", "/aa", "/b/", "//a", "a", "/a/", "/b/x", "/{symbol}"}) {
    const RouteMatch match = router.find("GET", path);
    EXPECT_EQ(match.route, nullptr) << path;
    EXPECT_EQ(match.refusal.status, 404) << path;
  }
}

TEST(ServerRouter, GivesASymbolTheRestOfThePath) {
  const Router router = make_router();
  for (const char* symbol : {"BTC/USDT", "BTC/USDT:USDT", "BTCUSDT", "/", "a/b/c", "%41", "币/USDT",
                             "..", "../../etc/passwd"}) {
    const RouteMatch match = router.find("GET", "/a/" + std::string(symbol));
    ASSERT_NE(match.route, nullptr) << symbol;
    EXPECT_EQ(match.tail, symbol);
  }
}

TEST(ServerRouter, NamesTheMethodsAPathTakes) {
  const Router router = make_router();
  const RouteMatch one = router.find("DELETE", "/a");
  EXPECT_EQ(one.route, nullptr);
  EXPECT_EQ(one.refusal.status, 405);
  EXPECT_EQ(header_of(one.refusal, "Allow"), "GET");
  EXPECT_EQ(header_of(router.find("PUT", "/b").refusal, "Allow"), "GET, POST");
  EXPECT_EQ(router.find("get", "/a").refusal.status, 405);
}

TEST(ServerRouter, HasEveryPathOfTheBriefOnce) {
  testing::FakeScanner scanner;
  testing::FakeHistory history;
  const Router router(all_routes({scanner, history}));
  const std::vector<std::pair<const char*, const char*>> brief = {
      {"POST", "/api/scanner/continuous/start"},
      {"POST", "/api/scanner/continuous/stop"},
      {"GET", "/api/scanner/continuous/status"},
      {"GET", "/api/scanner/continuous/signals"},
      {"GET", "/api/scanner/continuous/confluence/BTC/USDT"},
      {"GET", "/api/scanner/continuous/market-state"},
      {"GET", "/api/scanner/training-data/BTC/USDT"}};
  for (const auto& [method, path] : brief) {
    EXPECT_NE(router.find(method, path).route, nullptr) << method << ' ' << path;
    EXPECT_EQ(router.find("PUT", path).refusal.status, 405) << path;
  }
  for (const Route& a : router.routes())
    EXPECT_EQ(std::ranges::count_if(
                  router.routes(),
                  [&](const Route& b) { return a.method == b.method && a.pattern == b.pattern; }),
              1)
        << a.pattern;
}

}  // namespace
}  // namespace cscan
