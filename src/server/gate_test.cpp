// Who may talk to the API: Host, Origin, Sec-Fetch-Site, Content-Type and the token, alone and
// together. A refusal must not depend on which of them is looked at first being good.
#include "server/gate.hpp"

#include <gtest/gtest.h>

#include "server/server_test_support.hpp"

namespace cscan {
namespace {

constexpr const char* good_host = "127.0.0.1:5001";

HttpRequest make_request(std::string method, std::vector<HttpHeader> headers,
                         std::string body = "") {
  HttpRequest request;
  request.method = std::move(method);
  request.target = "/api/scanner/continuous/stop";
  request.headers = std::move(headers);
  request.body = std::move(body);
  return request;
}

/// 0 when the request may pass, else the status of the refusal.
int verdict(const Gate& gate, const HttpRequest& request, std::string_view path = "/api/x") {
  auto refusal = gate.check(request, path);
  return refusal ? refusal->status : 0;
}

TEST(ServerGate, AnswersForItsOwnNamesOnly) {
  const Gate gate{GateOptions{}};
  for (const char* host :
       {"127.0.0.1:5001", "localhost:5001", "LOCALHOST:5001", "LocalHost:5001", "[::1]:5001"})
    EXPECT_EQ(verdict(gate, make_request("GET", {{"Host", host}})), 0) << host;
  for (const char* host : {"",
                           " ",
                           "localhost",
                           "127.0.0.1",
                           "localhost:5000",
                           "localhost:50011",
                           "localhost:05001",
                           "localhost.evil.com:5001",
                           "127.0.0.1:5001.evil",
                           "127.0.0.1:5001@evil.com",
                           "evil.com:5001",
                           "evil.com",
                           "EVIL.COM:5001",
                           "localhost.:5001",
                           "localhost:5001 ",
                           " localhost:5001",
                           "localhost:5001,evil.com",
                           "[::ffff:127.0.0.1]:5001",
                           "::1:5001",
                           "0.0.0.0:5001",
                           "127.1:5001",
                           "2130706433:5001",
                           "127.0.0.1:5001/",
                           "127.0.0.1:"})
    EXPECT_EQ(verdict(gate, make_request("GET", {{"Host", host}})), 403) << host;
  EXPECT_EQ(verdict(gate, make_request("GET", {})), 403);
}

TEST(ServerGate, KnowsTheNamesItWasGiven) {
  GateOptions options;
  options.allowed_hosts = {"scanner.example"};
  options.bind_address = "192.168.7.5";
  const Gate proxied(options);
  for (const char* host : {"scanner.example", "Scanner.Example", "192.168.7.5:5001"})
    EXPECT_EQ(verdict(proxied, make_request("GET", {{"Host", host}})), 0) << host;
  for (const char* host : {"scanner.example:5001", "scanner.example.evil", "192.168.7.5"})
    EXPECT_EQ(verdict(proxied, make_request("GET", {{"Host", host}})), 403) << host;

  options = {};
  options.bind_address = "fd00::1";
  EXPECT_EQ(verdict(Gate(options), make_request("GET", {{"Host", "[fd00::1]:5001"}})), 0);

  options = {};
  options.port = 80;  // browsers leave the default port out
  EXPECT_EQ(verdict(Gate(options), make_request("GET", {{"Host", "localhost"}})), 0);
  EXPECT_EQ(verdict(Gate(options), make_request("GET", {{"Host", "localhost:80"}})), 0);
}

TEST(ServerGate, LetsNoForeignPageChangeAnything) {
  const Gate gate{GateOptions{}};
  auto post = [&](const char* origin) {
    return verdict(gate, make_request("POST", {{"Host", good_host}, {"Origin", origin}}));
  };
  for (const char* origin : {"http://127.0.0.1:5001", "http://localhost:5001",
                             "https://localhost:5001", "http://[::1]:5001"})
    EXPECT_EQ(post(origin), 0) << origin;
  for (const char* origin :
       {"", "null", "http://evil.com", "https://evil.com:5001", "http://localhost:5000",
        "http://localhost", "http://localhost:5001.evil.com", "http://localhost.evil.com:5001",
        "http://evil.com/http://localhost:5001", "http://evil.com#localhost:5001",
        "http://localhost:5001@evil.com", "file://", "chrome-extension://localhost:5001",
        "ftp://localhost:5001", "localhost:5001", "//localhost:5001", "http://"})
    EXPECT_EQ(post(origin), 403) << origin;
}

TEST(ServerGate, BelievesTheBrowserAboutTheSite) {
  const Gate gate{GateOptions{}};
  const std::vector<std::pair<const char*, int>> cases = {{"same-origin", 0}, {"none", 0},
                                                          {"same-site", 403}, {"cross-site", 403},
                                                          {"", 403},          {"whatever", 403}};
  for (const auto& [site, expected] : cases)
    EXPECT_EQ(verdict(gate, make_request("POST", {{"Host", good_host}, {"Sec-Fetch-Site", site}})),
              expected)
        << site;
}

TEST(ServerGate, TakesBodiesAsJsonOnly) {
  const Gate gate{GateOptions{}};
  const std::vector<std::pair<const char*, int>> cases = {
      {"application/json", 0},
      {"application/json; charset=utf-8", 0},
      {"APPLICATION/JSON", 0},
      {"application/json ;charset=utf-8", 0},
      {"", 415},
      {"text/plain", 415},
      {"application/x-www-form-urlencoded", 415},
      {"multipart/form-data; boundary=x", 415},
      {"text/plain; application/json", 415},
      {"application/jsonp", 415},
      {"application/json,text/plain", 415}};
  for (const auto& [type, expected] : cases)
    EXPECT_EQ(
        verdict(gate, make_request("POST", {{"Host", good_host}, {"Content-Type", type}}, "{}")),
        expected)
        << type;
  EXPECT_EQ(verdict(gate, make_request("POST", {{"Host", good_host}}, "{}")), 415);
  // The brief's `curl -X POST` has no body; with -d '' curl names a form.
  EXPECT_EQ(verdict(gate, make_request("POST", {{"Host", good_host}})), 0);
  EXPECT_EQ(
      verdict(gate, make_request("POST", {{"Host", good_host},
                                          {"Content-Type", "application/x-www-form-urlencoded"}})),
      0);
}

TEST(ServerGate, AsksForTheTokenEverywhereButHealth) {
  GateOptions options;
  options.token = "open sesame";
  const Gate gate(options);
  auto with = [&](const char* authorization) {
    return verdict(gate,
                   make_request("GET", {{"Host", good_host}, {"Authorization", authorization}}));
  };
  EXPECT_EQ(with("Bearer open sesame"), 0);
  for (const char* wrong :
       {"", "Bearer", "Bearer ", "Bearer open sesam", "Bearer open sesame ", "Bearer Open Sesame",
        "Bearer open sesameopen sesame", "open sesame", "Basic open sesame", "Bearer  open sesame"})
    EXPECT_EQ(with(wrong), 401) << wrong;

  const HttpRequest bare = make_request("GET", {{"Host", good_host}});
  EXPECT_EQ(verdict(gate, bare, "/health"), 0);
  for (const char* path : {"/ready", "/health/", "/health/x", "/api/health", "/Health", ""})
    EXPECT_EQ(verdict(gate, bare, path), 401) << path;
  EXPECT_EQ(testing::header_of(*gate.check(bare, "/ready"), "WWW-Authenticate"), "Bearer");
  EXPECT_EQ(verdict(gate, make_request("GET", {{"Host", "evil.com"}}), "/health"), 403);
}

/// A value of one header, and whether a request with it may pass as far as that header goes.
struct Axis {
  const char* value;  ///< nullptr: no such header
  bool reads;         ///< for GET
  bool changes;       ///< for any other method
};

TEST(ServerGate, PassesWhatPassesEveryCheckAndNothingElse) {
  GateOptions options;
  options.token = "t";
  const Gate gate(options);
  const std::vector<Axis> hosts = {
      {good_host, true, true}, {"localhost.evil.com:5001", false, false}, {nullptr, false, false}};
  const std::vector<Axis> origins = {{nullptr, true, true},
                                     {"http://localhost:5001", true, true},
                                     {"http://evil.com", true, false},
                                     {"null", true, false}};
  const std::vector<Axis> sites = {
      {nullptr, true, true}, {"same-origin", true, true}, {"cross-site", true, false}};
  const std::vector<Axis> types = {
      {"application/json", true, true}, {"text/plain", true, false}, {nullptr, true, false}};
  const std::vector<Axis> tokens = {
      {"Bearer t", true, true}, {"Bearer u", false, false}, {nullptr, false, false}};
  int passed = 0;
  for (const char* method : {"GET", "POST", "PUT", "DELETE", "PATCH", "get", "PROPFIND"})
    for (const Axis& host : hosts)
      for (const Axis& origin : origins)
        for (const Axis& site : sites)
          for (const Axis& type : types)
            for (const Axis& token : tokens) {
              HttpRequest request = make_request(method, {}, "{}");
              auto add = [&](const char* name, const Axis& axis) {
                if (axis.value != nullptr)
                  request.headers.push_back({name, axis.value});
              };
              add("Host", host);
              add("origin", origin);  // names compare in any case
              add("Sec-Fetch-Site", site);
              add("Content-Type", type);
              add("Authorization", token);
              bool expected = true;
              for (const Axis& axis : {host, origin, site, type, token})
                expected = expected && (request.method == "GET" ? axis.reads : axis.changes);
              ASSERT_EQ(verdict(gate, request) == 0, expected)
                  << method << ' ' << (host.value ? host.value : "-") << ' '
                  << (origin.value ? origin.value : "-") << ' ' << (site.value ? site.value : "-")
                  << ' ' << (type.value ? type.value : "-") << ' '
                  << (token.value ? token.value : "-");
              passed += expected;
            }
  // GET: 4 origins × 3 sites × 3 types; each of six other methods: 2 × 2 × 1.
  EXPECT_EQ(passed, 36 + 6 * 4);
}

TEST(ServerGate, TellsLoopbackFromTheNetwork) {
  for (const char* address : {"127.0.0.1", "127.8.8.8", "::1", "localhost"})
    EXPECT_TRUE(is_loopback(address)) << address;
  for (const char* address : {"0.0.0.0", "::", "192.168.0.1", "128.0.0.1", "1270.0.0.1", ""})
    EXPECT_FALSE(is_loopback(address)) << address;
}

}  // namespace
}  // namespace cscan
