#include "app/exchange_probe.hpp"

#include <algorithm>
#include <functional>

#include "app/host_lookup.hpp"
#include "base/check.hpp"
#include "net/client_stream.hpp"
#include "net/http_client.hpp"
#include "net/url.hpp"
#include "runtime/clock.hpp"

namespace cscan {
namespace {

namespace asio = boost::asio;

/// A little less than ten times an exchange's largest listing.
constexpr std::size_t listing_bytes_max = 64 * 1024 * 1024;

HttpClientOptions client_options(const ProbeOptions& options, Duration answer_timeout) {
  HttpClientOptions client;
  client.connect_timeout = options.connect_timeout;
  client.answer_timeout = answer_timeout;
  client.body_bytes_max = listing_bytes_max;
  client.ca_file = options.ca_file;
  return client;
}

RestResponse to_response(HttpReply reply) {
  RestResponse response{reply.status, {}, std::move(reply.body)};
  for (HttpHeader& header : reply.headers)
    response.headers.emplace_back(std::move(header.name), std::move(header.value));
  return response;
}

template <class Range, class Projection = std::identity>
bool contains(const Range& range, const std::string& value, Projection projection = {}) {
  return std::ranges::find(range, value, projection) != range.end();
}

bool is_resolved(const ExchangeAnswers& answers, const std::string& host) {
  return std::ranges::any_of(answers.lookups, [&](const HostLookup& lookup) {
    return lookup.host == host && lookup.problem.empty();
  });
}

}  // namespace

struct ExchangeProber::State {
  asio::any_io_executor executor;
  ProbeOptions options;
  std::shared_ptr<asio::ssl::context> tls;
  std::unique_ptr<HttpClient> client;
  std::unique_ptr<HttpClient> listing_client;
  Clock clock{};

  asio::awaitable<TimedAnswer> ask(HttpClient& asked, RestRequest request) {
    TimedAnswer answer;
    HttpQuery query;
    query.method = request.method == RestMethod::post ? "POST" : "GET";
    query.url = std::move(request.url);
    answer.sent = clock.now();
    Stopwatch watch;
    HttpReply reply = co_await asked.fetch(std::move(query));
    answer.round_trip_ms = watch.elapsed_ms();
    answer.received = clock.now();
    answer.response = to_response(std::move(reply));
    co_return answer;
  }

  /// Asks for the addresses of those that were not asked for before.
  asio::awaitable<void> look_up(std::vector<Url> urls, ExchangeAnswers& answers) {
    std::vector<std::string> hosts;
    for (const Url& url : urls) {
      if (!contains(hosts, url.host) && !contains(answers.lookups, url.host, &HostLookup::host))
        hosts.push_back(url.host);
    }
    auto lookups = co_await look_up_hosts(std::move(hosts), options.lookup_timeout);
    for (HostLookup& lookup : lookups)
      answers.lookups.push_back(std::move(lookup));
  }

  /// Connects and hangs up. Whether that came about.
  asio::awaitable<bool> reach(Url url, ExchangeAnswers& answers) {
    if (!is_resolved(answers, url.host))
      co_return false;
    if (contains(answers.contacts, url.authority(), &HostContact::authority))
      co_return true;  // queries and streams share an address
    HostContact contact;
    contact.authority = url.authority();
    TlsStream stream(executor, *tls);
    Stopwatch connecting;
    Status status = co_await connect_stream(stream.next_layer(), url, options.connect_timeout);
    contact.connect_ms = connecting.elapsed_ms();
    contact.reached = HostContact::Stage::connecting;
    if (status && url.is_secure) {
      Stopwatch shaking;
      contact.reached = HostContact::Stage::tls;
      status = co_await shake_hands(stream, url, options.connect_timeout);
      contact.tls_ms = shaking.elapsed_ms();
    }
    if (status)
      contact.reached = HostContact::Stage::done;
    else
      contact.problem = std::move(status.error().message);
    bool is_reached = status.has_value();
    answers.contacts.push_back(std::move(contact));
    co_return is_reached;
  }

  /// Time, listing, token; stops where nothing came back.
  asio::awaitable<void> ask_all(Protocol& protocol, ExchangeHosts hosts, ExchangeAnswers& answers) {
    for (int i = 0; i < options.time_questions; ++i) {
      answers.times.push_back(co_await ask(*client, protocol.time_request(hosts)));
      const TimedAnswer& last = answers.times.back();
      if (protocol.judge(last.response, last.received).verdict != Verdict::ok)
        co_return;
    }
    answers.listing = co_await ask(*listing_client, protocol.listing_request(hosts));
    if (auto request = protocol.token_request(hosts))
      answers.token = co_await ask(*client, std::move(*request));
  }

  /// The stream server that a token names.
  static Result<Url> server_of(Protocol& protocol, const ExchangeHosts& hosts,
                               const TimedAnswer& token) {
    auto access = protocol.parse_token(token.response.body, hosts, token.received);
    if (!access)
      return fail(std::move(access.error()));
    return parse_url(access->url);
  }

  asio::awaitable<ExchangeAnswers> probe(Protocol& protocol, ExchangeHosts hosts) {
    ExchangeAnswers answers;
    bool needs_token = protocol.token_request(hosts).has_value();
    auto rest = parse_url(hosts.rest);
    auto stream = needs_token ? rest : parse_url(protocol.stream_access(hosts).url);
    // Addresses of tables and of --exchange-url can be read.
    CHECK(rest && stream, "{} {}", hosts.rest, hosts.stream);
    std::vector<Url> first = {*rest, *stream};
    co_await look_up(std::move(first), answers);
    bool is_reached = co_await reach(*rest, answers);
    if (!needs_token)
      co_await reach(*stream, answers);
    if (is_reached)
      co_await ask_all(protocol, hosts, answers);
    if (!answers.token)
      co_return answers;
    if (auto server = server_of(protocol, hosts, *answers.token)) {
      std::vector<Url> second = {*server};
      co_await look_up(std::move(second), answers);
      co_await reach(*server, answers);
    }
    co_return answers;
  }
};

ExchangeProber::ExchangeProber(std::unique_ptr<State> state) : state_(std::move(state)) {}
ExchangeProber::~ExchangeProber() = default;

Result<std::unique_ptr<ExchangeProber>> ExchangeProber::make(asio::any_io_executor executor,
                                                             ProbeOptions options) {
  auto state = std::make_unique<State>();
  auto tls = make_tls_context(options.ca_file);
  auto client = HttpClient::make(executor, client_options(options, options.answer_timeout));
  auto listing_client =
      HttpClient::make(executor, client_options(options, options.listing_timeout));
  if (!tls)
    return fail(std::move(tls.error()));
  if (!client || !listing_client)
    return fail(std::move(client ? listing_client.error() : client.error()));
  state->executor = std::move(executor);
  state->options = std::move(options);
  state->tls = std::move(*tls);
  state->client = std::move(*client);
  state->listing_client = std::move(*listing_client);
  return std::unique_ptr<ExchangeProber>(new ExchangeProber(std::move(state)));
}

asio::awaitable<ExchangeAnswers> ExchangeProber::probe(Protocol& protocol, ExchangeHosts hosts) {
  return state_->probe(protocol, std::move(hosts));
}

}  // namespace cscan
