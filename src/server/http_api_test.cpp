// The whole API as one handler, without sockets: what every answer has, what is remembered, and
// which thread does the waiting.
#include "server/http_api.hpp"

#include <gmock/gmock.h>
#include <zlib.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <future>

#include "server/server_test_support.hpp"

namespace cscan {
namespace {

namespace json = boost::json;
using testing::body_text;
using ::testing::HasSubstr;
using testing::header_of;
using testing::make_signal;
using testing::test_now;

constexpr const char* signals_path = "/api/scanner/continuous/signals";

/// Inflates one gzip member with zlib itself.
std::string gunzip(const std::string& packed) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 16 + MAX_WBITS), Z_OK);
  std::string plain(1 << 20, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(plain.data());
  stream.avail_out = static_cast<uInt>(plain.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  plain.resize(stream.total_out);
  inflateEnd(&stream);
  return plain;
}

class ServerHttpApi : public ::testing::Test {
 protected:
  ServerHttpApi() { set_token(""); }
  ~ServerHttpApi() override { workers_.join(); }

  void set_token(const std::string& token) {
    GateOptions options;
    options.token = token;
    handler_ = make_api_handler({scanner_, history_}, options, workers_.get_executor());
  }

  static HttpRequest get(std::string target, std::vector<HttpHeader> headers = {}) {
    HttpRequest request;
    request.method = "GET";
    request.target = std::move(target);
    request.headers = std::move(headers);
    request.headers.push_back({"Host", "127.0.0.1:5001"});
    return request;
  }
  static HttpRequest post(std::string target, std::string body = "") {
    HttpRequest request = get(std::move(target), {{"Content-Type", "application/json"}});
    request.method = "POST";
    request.body = std::move(body);
    return request;
  }
  void spawn(const HttpRequest& request, std::function<void(HttpResponse)> done) {
    asio::co_spawn(io_, handler_(request),
                   [done = std::move(done)](std::exception_ptr error, HttpResponse response) {
                     EXPECT_FALSE(error);
                     done(std::move(response));
                   });
  }
  /// Answers one request with this thread as the server's.
  HttpResponse call(const HttpRequest& request) {
    std::optional<HttpResponse> answer;
    spawn(request, [&](HttpResponse response) { answer = std::move(response); });
    io_.restart();
    io_.run();
    EXPECT_TRUE(answer.has_value());
    return answer.value_or(HttpResponse{});
  }
  std::vector<Route> routes() { return all_routes({scanner_, history_}); }
  /// A path that the pattern matches.
  static std::string path_of(const Route& route) {
    const std::size_t symbol = route.pattern.find("{symbol}");
    return symbol == std::string::npos ? route.pattern
                                       : route.pattern.substr(0, symbol) + "BTC%2FUSDT";
  }
  void fill_view() {
    for (std::size_t i = 0; i < scanner_.picture->series.size(); ++i) {
      testing::SignalShape shape;
      shape.instrument = scanner_.picture->series[i].instrument.value;
      shape.timeframe = scanner_.picture->series[i].timeframe;
      shape.id = std::string(300, static_cast<char>('a' + i));
      scanner_.picture->series[i].closed = make_signal(shape);
    }
  }

  testing::FakeScanner scanner_;
  testing::FakeHistory history_;
  asio::io_context io_{1};
  asio::thread_pool workers_{2};
  HttpHandler handler_;
};

TEST_F(ServerHttpApi, EveryReadingRouteAnswersInJson) {
  fill_view();
  int seen = 0;
  for (const Route& route : routes()) {
    if (route.method != "GET")
      continue;
    ++seen;
    const HttpResponse response = call(get(path_of(route)));
    EXPECT_EQ(response.status, 200) << route.pattern;
    EXPECT_EQ(header_of(response, "Content-Type"), "application/json; charset=utf-8");
    if (std::holds_alternative<BodyStream>(response.body))
      continue;
    const json::value body = json::parse(body_text(response));
    if (route.pattern == "/api/openapi.json") {
      EXPECT_THAT(std::string(body.at("openapi").as_string()), HasSubstr("3.1"));
    } else {
      EXPECT_EQ(body.at("schema_version").as_int64(), 1) << route.pattern;
    }
  }
  EXPECT_GE(seen, 10);
}

TEST_F(ServerHttpApi, EveryRouteRefusesUnknownParameters) {
  for (const Route& route : routes()) {
    HttpRequest request = route.method == "GET" ? get(path_of(route)) : post(path_of(route));
    request.target += "?unknwon=1";
    const HttpResponse response = call(request);
    EXPECT_EQ(response.status, 400) << route.pattern;
    const json::value body = json::parse(body_text(response));
    EXPECT_EQ(body.at("error").at("code").as_string(), "invalid_argument");
    EXPECT_EQ(body.at("error").at("details").at("field").as_string(), "unknwon");
  }
  EXPECT_EQ(scanner_.starts + scanner_.stops, 0);
}

TEST_F(ServerHttpApi, NoForeignPageReachesARouteThatChangesSomething) {
  int changing = 0;
  for (const Route& route : routes()) {
    if (route.method == "GET")
      continue;
    ++changing;
    const HttpRequest plain = post(path_of(route), "{}");
    auto with = [&](const char* name, const char* value) {
      HttpRequest request = plain;
      std::erase_if(request.headers, [&](const HttpHeader& h) { return h.name == name; });
      request.headers.push_back({name, value});
      return call(request).status;
    };
    EXPECT_EQ(with("Origin", "http://evil.com"), 403) << route.pattern;
    EXPECT_EQ(with("Origin", "null"), 403) << route.pattern;
    EXPECT_EQ(with("Sec-Fetch-Site", "cross-site"), 403) << route.pattern;
    EXPECT_EQ(with("Host", "rebound.evil.com:5001"), 403) << route.pattern;
    EXPECT_EQ(with("Content-Type", "text/plain"), 415) << route.pattern;
    EXPECT_EQ(call(get(path_of(route))).status, 405) << route.pattern;  // no <img> either
  }
  EXPECT_GE(changing, 2);
  EXPECT_EQ(scanner_.starts + scanner_.stops, 0);
}

TEST_F(ServerHttpApi, EveryRouteButHealthAsksForTheToken) {
  set_token("t");
  for (const Route& route : routes()) {
    HttpRequest request = route.method == "GET" ? get(path_of(route)) : post(path_of(route));
    EXPECT_EQ(call(request).status, route.pattern == "/health" ? 200 : 401) << route.pattern;
  }
  EXPECT_EQ(scanner_.starts + scanner_.stops, 0);
  EXPECT_EQ(call(get("/nowhere")).status, 401) << "a stranger need not learn what there is";
  EXPECT_EQ(call(get("/ready", {{"Authorization", "Bearer t"}})).status, 503);
}

TEST_F(ServerHttpApi, EveryAnswerHasTheSecurityHeaders) {
  const HttpResponse first = call(get(signals_path));
  const std::string etag = header_of(first, "ETag");
  HttpRequest wrong_type = post("/api/scanner/continuous/stop", "{}");
  wrong_type.headers[0].value = "text/plain";
  for (const auto& [request, status] :
       std::vector<std::pair<HttpRequest, int>>{{get("/health"), 200},
                                                {get(signals_path), 200},
                                                {get(signals_path, {{"If-None-Match", etag}}), 304},
                                                {get("/api/scanner/training-data/BTC%2FUSDT"), 200},
                                                {get("/ready"), 503},
                                                {get(std::string(signals_path) + "?limit=x"), 400},
                                                {get("/%"), 400},
                                                {get("*"), 400},
                                                {get("/nowhere"), 404},
                                                {post("/health"), 405},
                                                {wrong_type, 415}}) {
    const HttpResponse response = call(request);
    EXPECT_EQ(response.status, status) << request.target;
    EXPECT_EQ(header_of(response, "X-Content-Type-Options"), "nosniff") << request.target;
    EXPECT_EQ(header_of(response, "Referrer-Policy"), "no-referrer") << request.target;
    EXPECT_THAT(header_of(response, "Content-Security-Policy"), HasSubstr("default-src 'none'"));
    EXPECT_THAT(header_of(response, "Cache-Control"), ::testing::AnyOf("no-cache", "no-store"));
    EXPECT_EQ(header_of(response, "Access-Control-Allow-Origin"), "") << request.target;
  }
}

TEST_F(ServerHttpApi, ASnapshotThatIsKnownIsNotSentAgain) {
  fill_view();
  const HttpResponse first = call(get(signals_path));
  const std::string etag = header_of(first, "ETag");
  ASSERT_FALSE(etag.empty());
  EXPECT_EQ(header_of(first, "Cache-Control"), "no-cache");
  for (const std::string& known :
       {etag, std::string("*"), "W/" + etag, "\"x\", " + etag, "W/\"x\" , W/" + etag + ",\"y\""}) {
    const HttpResponse again = call(get(signals_path, {{"If-None-Match", known}}));
    EXPECT_EQ(again.status, 304) << known;
    EXPECT_EQ(header_of(again, "ETag"), etag);
  }
  for (const std::string& known : {std::string("\"x\""), std::string(), etag.substr(1),
                                   etag.substr(0, etag.size() - 1), std::string("x") + etag})
    EXPECT_EQ(call(get(signals_path, {{"If-None-Match", known}})).status, 200) << known;

  scanner_.picture->version = 2;
  scanner_.picture->series[0].closed = make_signal({});
  const HttpResponse changed = call(get(signals_path, {{"If-None-Match", etag}}));
  EXPECT_EQ(changed.status, 200);
  EXPECT_NE(header_of(changed, "ETag"), etag);
}

TEST_F(ServerHttpApi, PackedIsPlainAfterInflating) {
  fill_view();
  const HttpResponse plain = call(get(signals_path));
  const HttpResponse packed = call(get(signals_path, {{"Accept-Encoding", "gzip, br"}}));
  EXPECT_EQ(header_of(plain, "Content-Encoding"), "");
  EXPECT_EQ(header_of(packed, "Content-Encoding"), "gzip");
  EXPECT_EQ(header_of(packed, "Vary"), "Accept-Encoding");
  EXPECT_EQ(header_of(plain, "Vary"), "Accept-Encoding");
  EXPECT_LT(body_text(packed).size(), body_text(plain).size());
  EXPECT_EQ(gunzip(body_text(packed)), body_text(plain));
  EXPECT_EQ(
      header_of(call(get(signals_path, {{"Accept-Encoding", "gzip;q=0"}})), "Content-Encoding"),
      "");
}

TEST_F(ServerHttpApi, ARepeatedQuestionIsAnsweredFromMemoryUntilThePictureChanges) {
  auto ids = [&](const std::string& query = "") {
    std::string result;
    const json::value body = json::parse(body_text(call(get(signals_path + query))));
    for (const json::value& signal : body.at("signals").as_array())
      result += signal.at("id").as_string();
    return result;
  };
  testing::SignalShape shape;
  scanner_.picture->series[0].closed = make_signal(shape);
  EXPECT_EQ(ids(), "a");
  shape.id = "b";
  scanner_.picture->series[0].closed = make_signal(shape);
  EXPECT_EQ(ids(), "a") << "the same version is the same answer";
  EXPECT_EQ(ids("?limit=7"), "b") << "another question is another answer";
  scanner_.picture->version = 2;
  EXPECT_EQ(ids(), "b");
  shape.id = "c";
  scanner_.picture->series[0].closed = make_signal(shape);
  scanner_.time = test_now + milliseconds(999);
  EXPECT_EQ(ids(), "b");
  scanner_.time = test_now + seconds(1);
  EXPECT_EQ(ids(), "c") << "staleness is decided by time, so no answer lives longer than a second";
}

TEST_F(ServerHttpApi, HistoryIsNeverASnapshot) {
  const std::string target = std::string(signals_path) + "?view=history&symbol=BTC-USDT";
  const HttpResponse response = call(get(target));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(header_of(response, "ETag"), "");
  EXPECT_EQ(header_of(response, "Cache-Control"), "no-store");
  EXPECT_THAT(body_text(response), HasSubstr("stored"));
  EXPECT_NE(history_.last_thread, std::this_thread::get_id());
}

TEST_F(ServerHttpApi, AnswersHeadLikeGet) {
  fill_view();
  HttpRequest head = get(signals_path);
  head.is_head = true;
  const HttpResponse response = call(head), plain = call(get(signals_path));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(header_of(response, "ETag"), header_of(plain, "ETag"));
  EXPECT_EQ(body_text(response), body_text(plain));  // the server leaves it out
  head.target = "/api/scanner/continuous/stop";
  EXPECT_EQ(call(head).status, 405);
  EXPECT_EQ(scanner_.stops, 0);
}

TEST_F(ServerHttpApi, WhatMayBlockRunsOnTheWorkers) {
  const std::thread::id io_thread = std::this_thread::get_id();
  EXPECT_EQ(call(post("/api/scanner/continuous/start")).status, 200);
  EXPECT_NE(scanner_.start_thread, io_thread);
  for (const char* path : {"/api/scanner/candles/BTC%2FUSDT", "/api/scanner/training-data/BTCUSDT",
                           "/api/scanner/continuous/confluence/BTC-USDT"}) {
    history_.last_thread = io_thread;
    EXPECT_EQ(call(get(path)).status, 200) << path;
    EXPECT_NE(history_.last_thread, io_thread) << path;
  }
}

TEST_F(ServerHttpApi, AStartThatTakesLongHoldsUpNobody) {
  std::promise<void> status_answered;
  std::future<void> released = status_answered.get_future();
  std::atomic<bool> waited_too_long = false;
  scanner_.on_start = [&]() -> Result<StartReply> {
    waited_too_long = released.wait_for(std::chrono::seconds(60)) != std::future_status::ready;
    return fail(ErrorCode::conflict, "busy");
  };
  const HttpRequest start = post("/api/scanner/continuous/start");
  const HttpRequest status = get("/api/scanner/continuous/status");
  int start_status = 0, status_status = 0;
  spawn(start, [&](HttpResponse response) { start_status = response.status; });
  spawn(status, [&](HttpResponse response) {
    status_status = response.status;
    status_answered.set_value();
  });
  io_.run();
  EXPECT_FALSE(waited_too_long);
  EXPECT_EQ(status_status, 200);
  EXPECT_EQ(start_status, 409);
}

TEST_F(ServerHttpApi, TheStatusTellsWhoseFaultItWas) {
  for (const auto& [code, status] : std::vector<std::pair<ErrorCode, int>>{
           {ErrorCode::invalid_argument, 422},  // well-formed, but no such configuration
           {ErrorCode::unsupported, 422},
           {ErrorCode::conflict, 409},
           {ErrorCode::unavailable, 503},
           {ErrorCode::io, 500}}) {
    scanner_.on_start = [code] {
      return Result<StartReply>(fail(Error{code, "no", {}}.with("field", "momentum_bias")));
    };
    const HttpResponse response = call(post("/api/scanner/continuous/start"));
    EXPECT_EQ(response.status, status) << to_string(code);
    const json::value body = json::parse(body_text(response));
    EXPECT_EQ(body.at("error").at("code").as_string(), std::string(to_string(code)));
    const json::value& field = body.at("error").at("details").at("field");
    EXPECT_EQ(field.as_string() == "config.momentum_bias", code == ErrorCode::invalid_argument);
  }
  EXPECT_EQ(call(post("/api/scanner/continuous/start", "{")).status, 400);
  EXPECT_EQ(call(get("/api/scanner/candles/DOGEUSDT")).status, 404);
  EXPECT_EQ(call(get("/api/scanner/candles/%2F")).status, 400);
}

TEST_F(ServerHttpApi, HandsOnWhatWasAskedFor) {
  (void)call(post("/api/scanner/continuous/start", R"({"symbols": {"top": 5}})"));
  EXPECT_EQ(scanner_.last_start.symbols.top, 5);
  (void)call(get(std::string(signals_path) +
                 "?view=history&symbol=BTCUSDT&timeframe=1h&min_score=70&limit=3&sort=time"));
  EXPECT_EQ(history_.last_filter.instruments.size(), 1);
  EXPECT_EQ(history_.last_filter.timeframes, std::vector{Timeframe::h1});
  EXPECT_EQ(history_.last_filter.min_score, points(70));
  EXPECT_EQ(history_.last_filter.limit, 3);
  EXPECT_TRUE(history_.last_filter.sort_by_time);
  (void)call(get("/api/scanner/training-data/BTC/USDT?days=7&include=ohlcv"));
  EXPECT_EQ(history_.last_training.to, test_now);
  EXPECT_EQ(history_.last_training.from, test_now - days(7));
  EXPECT_TRUE(history_.last_training.candles);
  EXPECT_FALSE(history_.last_training.signals || history_.last_training.clusters);
}

TEST_F(ServerHttpApi, TimesAtTheEdgeOfIntegersAreRefused) {
  for (const char* extreme : {"-9223372036854775808", "9223372036854775807"})
    for (const char* path :
         {"/api/scanner/training-data/BTCUSDT?from=", signals_path,
          "/api/scanner/training-data/BTCUSDT?to=", "/api/scanner/candles/BTCUSDT?from=",
          "/api/scanner/candles/BTCUSDT?to="}) {
      std::string target = path;
      target += target.contains('?') ? extreme : std::string("?since=") + extreme;
      EXPECT_EQ(call(get(target)).status, 400) << target;
    }
}

}  // namespace
}  // namespace cscan
