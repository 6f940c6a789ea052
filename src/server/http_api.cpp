#include "server/http_api.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/digest.hpp"
#include "net/gzip.hpp"
#include "net/percent_encoding.hpp"
#include "server/api_error.hpp"
#include "server/snapshot_cache.hpp"

namespace cscan {
namespace {

/// Smaller bodies fit one packet anyway.
constexpr std::size_t pack_from_bytes = 1'400;
/// Bodies from this size on, asked for again, are sent from pages.
constexpr std::size_t pages_from_bytes = 8'192;

/// Paths whose answers follow from the picture in memory alone (history does not).
bool is_snapshot(const Route& route, const QueryParameters& query) {
  bool from_view = route.pattern == "/api/scanner/continuous/signals" ||
                   route.pattern == "/api/scanner/continuous/market-state" ||
                   route.pattern == "/api/scanner/continuous/scan";
  for (const auto& [name, value] : query)
    from_view = from_view && !(name == "view" && value != "latest");
  return from_view;
}

/// Whether an If-None-Match header names `etag`: "*", or a list of quoted tags, compared weakly
/// because a proxy that packs a body makes its tag weak.
bool names_etag(std::string_view header, std::string_view etag) {
  while (!header.empty()) {
    std::string_view tag = header.substr(0, header.find(','));
    header.remove_prefix(std::min(header.size(), tag.size() + 1));
    while (tag.starts_with(' '))
      tag.remove_prefix(1);
    while (tag.ends_with(' '))
      tag.remove_suffix(1);
    if (tag.starts_with("W/"))
      tag.remove_prefix(2);
    if (tag == etag || tag == "*")
      return true;
  }
  return false;
}

/// The request's parts, or the refusal.
struct Prepared {
  const Route* route = nullptr;
  RouteRequest request;
  HttpResponse refusal;
};

class Api {
 public:
  Api(const ApiContext& context, const GateOptions& gate, asio::any_io_executor workers)
      : context_(context),
        gate_(gate),
        router_(all_routes(context)),
        workers_(std::move(workers)) {}

  asio::awaitable<HttpResponse> answer(const HttpRequest& request) {
    Prepared prepared = prepare(request);
    if (prepared.route == nullptr)
      co_return secured(std::move(prepared.refusal));
    std::uint64_t version = context_.scanner.view()->version;
    bool snapshot = is_snapshot(*prepared.route, prepared.request.query);
    if (snapshot)
      if (Snapshot* kept = cache_.find(request.target, version, context_.scanner.now()))
        co_return from_snapshot(*kept, request, Asked::again);
    HttpResponse response;
    // A picture in memory is read faster than another thread is woken.
    if (prepared.route->runs_on == RunsOn::workers && !snapshot) {
      const Route* route = prepared.route;
      auto shared = std::make_shared<RouteRequest>(std::move(prepared.request));
      response = co_await on_workers(route, shared);
    } else {
      response = prepared.route->handler(prepared.request);
    }
    if (snapshot && response.status == 200)
      co_return from_snapshot(remember(request.target, version, std::move(response)), request,
                              Asked::first);
    co_return secured(std::move(response));
  }

 private:
  Prepared prepare(const HttpRequest& request) const {
    Prepared prepared;
    auto split = split_target(request.target);
    auto path = split ? percent_decode(split->path) : Result<std::string>(fail(split.error()));
    auto query = parse_query(request.target);
    if (auto refusal = gate_.check(request, path ? *path : std::string())) {
      prepared.refusal = std::move(*refusal);
    } else if (!path || !query) {
      prepared.refusal = error_response(path ? query.error() : path.error());
    } else {
      RouteMatch match = router_.find(request.method, *path);
      prepared.route = match.route;
      prepared.refusal = std::move(match.refusal);
      prepared.request = {std::move(*query), std::move(match.tail), request.body};
    }
    return prepared;
  }

  asio::awaitable<HttpResponse> on_workers(const Route* route,
                                           std::shared_ptr<RouteRequest> request) {
    auto work = [route, request]() -> asio::awaitable<HttpResponse> {
      co_return route->handler(*request);
    };
    HttpResponse response = co_await asio::co_spawn(workers_, work, asio::use_awaitable);
    co_return response;
  }

  Snapshot& remember(const std::string& target, std::uint64_t version, HttpResponse response) {
    Snapshot snapshot;
    snapshot.version = version;
    snapshot.made_at = context_.scanner.now();
    snapshot.content_type = "application/json; charset=utf-8";
    snapshot.plain =
        std::make_shared<const std::string>(std::get<std::string>(std::move(response.body)));
    snapshot.etag = '"' + sha256_hex(*snapshot.plain, 12) + '"';
    if (snapshot.plain->size() >= pack_from_bytes)
      snapshot.packed = std::make_shared<const std::string>(gzip(*snapshot.plain, 1));
    return cache_.keep(target, std::move(snapshot));
  }

  enum class Asked : std::uint8_t { first, again };

  /// Pages cost some system calls to make: for what is asked for again, and is not small.
  static HttpBody body_of(const SharedBytes& bytes, SharedPages& pages, Asked asked) {
    if (!pages && asked == Asked::again && bytes->size() >= pages_from_bytes)
      pages = PageFile::make(*bytes);
    return pages ? HttpBody(pages) : HttpBody(bytes);
  }

  static HttpResponse from_snapshot(Snapshot& snapshot, const HttpRequest& request, Asked asked) {
    HttpResponse response{
        200,
        {{"ETag", snapshot.etag}, {"Cache-Control", "no-cache"}, {"Vary", "Accept-Encoding"}},
        {}};
    auto known = request.header("If-None-Match");
    if (known && names_etag(*known, snapshot.etag)) {
      response.status = 304;
      return secured(std::move(response));
    }
    response.headers.push_back({"Content-Type", snapshot.content_type});
    auto encodings = request.header("Accept-Encoding");
    if (snapshot.packed && encodings && accepts_gzip(*encodings)) {
      response.headers.push_back({"Content-Encoding", "gzip"});
      response.body = body_of(snapshot.packed, snapshot.packed_pages, asked);
    } else {
      response.body = body_of(snapshot.plain, snapshot.plain_pages, asked);
    }
    return secured(std::move(response));
  }

  static HttpResponse secured(HttpResponse response) {
    response.headers.push_back({"X-Content-Type-Options", "nosniff"});
    response.headers.push_back({"Referrer-Policy", "no-referrer"});
    response.headers.push_back(
        {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"});
    bool cached = std::ranges::any_of(
        response.headers, [](const HttpHeader& header) { return header.name == "Cache-Control"; });
    if (!cached)
      response.headers.push_back({"Cache-Control", "no-store"});
    return response;
  }

  ApiContext context_;
  Gate gate_;
  Router router_;
  asio::any_io_executor workers_;
  SnapshotCache cache_;
};

}  // namespace

HttpHandler make_api_handler(const ApiContext& context, const GateOptions& gate,
                             asio::any_io_executor workers) {
  auto api = std::make_shared<Api>(context, gate, std::move(workers));
  return [api](const HttpRequest& request) { return api->answer(request); };
}

}  // namespace cscan
