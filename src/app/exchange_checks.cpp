#include "app/exchange_checks.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cscan {
namespace {

/// Half of what a clock may be off before candles are taken for closed too early or too late.
constexpr Duration clock_warning = milliseconds(500);
constexpr Duration clock_failure = seconds(2);
/// A candle that arrives later than this is no longer news.
constexpr double latency_warning_ms = 1'000;
/// The scanner keeps to 80 % of a limit.
constexpr std::uint64_t used_percent_warning = 80;

/// Parsers refuse a time far ahead of the local clock. Here it is the local clock that is doubted,
/// so any time before this one is believed.
constexpr Timestamp far_ahead{4'102'444'800'000};  // 2100-01-01

constexpr std::string_view unreadable_fix =
    "see whether something answers in its place, such as a network's login page; else look for a "
    "newer cscan: the exchange may have changed";

void append(std::string& list, std::string_view item, std::string_view separator = ", ") {
  if (!list.empty())
    list += separator;
  list += item;
}

std::string with_wait(std::string_view words, Duration wait) {
  return wait.ms > 0 ? fmt::format("{} for {} s", words, (wait.ms + 999) / 1'000)
                     : std::string(words);
}

}  // namespace

Finding host_names_finding(std::span<const HostLookup> lookups) {
  const std::string name = "host names";
  std::string found, missed, first_missed;
  for (const HostLookup& lookup : lookups) {
    if (!lookup.problem.empty()) {
      append(missed, fmt::format("{} cannot be resolved: {}", lookup.host, lookup.problem), "; ");
      if (first_missed.empty())
        first_missed = lookup.host;
    } else if (!lookup.addresses.empty() && lookup.addresses.front() != lookup.host) {
      append(found, fmt::format("{} is {}", lookup.host, lookup.addresses.front()));
    } else {
      append(found, lookup.host);
    }
  }
  if (missed.empty())
    return fine(name, found);
  return failure(name, missed,
                 fmt::format("check that this machine is connected and that its name servers (see "
                             "/etc/resolv.conf) answer: 'getent hosts {}' has to print an address",
                             first_missed));
}

Finding connection_finding(std::span<const HostContact> contacts, bool is_local) {
  const std::string name = "connection";
  std::string made, broken;
  bool tls_broke = false;
  for (const HostContact& contact : contacts) {
    if (contact.reached != HostContact::Stage::done) {
      append(broken, contact.problem, "; ");
      tls_broke = tls_broke || contact.reached == HostContact::Stage::tls;
      continue;
    }
    std::string line = fmt::format("{} in {:.0f} ms", contact.authority, contact.connect_ms);
    line += contact.tls_ms ? fmt::format(", TLS in {:.0f} ms", *contact.tls_ms) : ", without TLS";
    append(made, line, "; ");
  }
  if (broken.empty())
    return fine(name, made);
  if (tls_broke)
    return failure(name, broken,
                   "check the clock, that the system's certificates are installed "
                   "(ca-certificates), and that nothing on the way opens TLS, such as a proxy");
  return failure(name, broken,
                 is_local ? "check that a server listens at the address of --exchange-url"
                          : "check that a firewall lets this machine connect to that host and "
                            "port; cscan goes there directly, not through a proxy");
}

Finding access_finding(const ExchangeTable& table, const ResponseVerdict& verdict,
                       std::string_view question) {
  const std::string name = "access";
  const std::string& text = verdict.text;
  std::string blocked(table.blocked_advice);
  switch (verdict.verdict) {
    case Verdict::ok: return fine(name, "it serves this address");
    case Verdict::region_blocked:
      return failure(name, "it does not serve this region: " + text, blocked);
    case Verdict::forbidden:
      return failure(
          name, "it refuses this address: " + text,
          "try from another network: a firewall of theirs, or a block of the region; " + blocked);
    case Verdict::rate_limited:
      return warning(name, fmt::format("{}: {}", with_wait("it wants silence", verdict.wait), text),
                     "wait, and find out what else at this address asks it");
    case Verdict::banned:
      return failure(
          name, fmt::format("{}: {}", with_wait("it has banned this address", verdict.wait), text),
          "leave it alone until then, and find out what else at this address asks it");
    case Verdict::maintenance:
      return failure(name, "it is down for maintenance: " + text,
                     "wait; its status page says how long");
    case Verdict::refused:
    case Verdict::failed:
    case Verdict::malformed: break;
  }
  return failure(name, fmt::format("the {} was not answered: {}", question, text),
                 "try again in a minute; if it stays so, see whether something between here and "
                 "the exchange answers in its place");
}

Finding latency_finding(std::vector<double> round_trips_ms) {
  const std::string name = "latency";
  auto middle = round_trips_ms.begin() + static_cast<std::ptrdiff_t>(round_trips_ms.size() / 2);
  std::ranges::nth_element(round_trips_ms, middle);
  std::string words = fmt::format("{:.0f} ms, the median of {}", *middle, round_trips_ms.size());
  if (*middle <= latency_warning_ms)
    return fine(name, words);
  return warning(name, words, "move nearer to the exchange, or off a busy or distant connection");
}

Finding clock_finding(std::string_view exchange, Duration offset, Duration uncertainty) {
  const std::string name = "clock";
  std::string words = offset.ms == 0
                          ? fmt::format("this clock agrees with {}'s", exchange)
                          : fmt::format("this clock is {} ms {} {}'s", std::abs(offset.ms),
                                        offset.ms > 0 ? "behind" : "ahead of", exchange);
  words += fmt::format(", to within {} ms", uncertainty.ms);
  // What half a round trip explains is no fault of the clock.
  Duration proven{std::max<std::int64_t>(0, std::abs(offset.ms) - uncertainty.ms)};
  std::string fix =
      "set this machine's clock by a time service (timedatectl set-ntp true, or chrony); candles "
      "are taken for closed by it";
  if (proven > clock_failure)
    return failure(name, words, fix);
  return proven > clock_warning ? warning(name, words, fix) : fine(name, words);
}

Finding limits_finding(const ExchangeTable& table, std::optional<std::uint32_t> limit,
                       std::optional<std::uint32_t> used) {
  const std::string name = "limits";
  std::uint64_t allowed = limit.value_or(table.request_weight.max);
  std::string words =
      fmt::format("{} request weight in {} s ({})", allowed,
                  table.request_weight.window / seconds(1), limit ? "as it says" : "as documented");
  if (!used)
    return fine(name, words + "; it does not say how much is used");
  words += fmt::format(", {} used", *used);
  if (*used * std::uint64_t{100} <= allowed * used_percent_warning)
    return fine(name, words);
  return warning(name, words,
                 "find out what else at this address asks it: beyond the limit it bans");
}

Finding markets_finding(const Result<MarketListing>& listing) {
  const std::string name = "markets";
  const std::string fix(unreadable_fix);
  if (!listing)
    return failure(name, "its listing cannot be read: " + listing.error().message, fix);
  auto watchable = std::ranges::count_if(listing->contracts, is_watchable);
  std::string words =
      fmt::format("{} of {} listed can be watched", watchable, listing->contracts.size());
  if (!listing->rejects.empty())
    words += fmt::format("; {} could not be read, the first: {}", listing->rejects.size(),
                         listing->rejects.front().message);
  if (watchable == 0)
    return failure(name, words, fix);
  return listing->rejects.empty() ? fine(name, words) : warning(name, words, fix);
}

namespace {

/// Reads one exchange's answers into findings.
class AnswerExaminer {
 public:
  AnswerExaminer(Protocol& protocol, const ExchangeHosts& hosts)
      : protocol_(protocol), hosts_(hosts) {}

  std::vector<Finding> examine(const ExchangeAnswers& answers) {
    if (!answers.lookups.empty())
      add(host_names_finding(answers.lookups));
    if (!answers.contacts.empty())
      add(connection_finding(answers.contacts, hosts_.is_local));
    std::vector<TimedAnswer> good_times;
    for (const TimedAnswer& answer : answers.times)
      if (is_served(answer, "question for its time"))
        good_times.push_back(answer);
    bool listed = answers.listing && is_served(*answers.listing, "question for its markets");
    if (answers.token && is_served(*answers.token, "question for a stream"))
      examine_token(*answers.token);
    if (!refused_ && (!good_times.empty() || listed))
      add(access_finding(protocol_.table(), {}, ""));
    if (!good_times.empty())
      examine_times(good_times);
    if (listed)
      examine_listing(*answers.listing, good_times);
    return std::move(findings_);
  }

 private:
  void add(Finding finding) { findings_.push_back(std::move(finding)); }

  /// Judges an answer; the first one that is no success is told.
  bool is_served(const TimedAnswer& answer, std::string_view question) {
    ResponseVerdict verdict = protocol_.judge(answer.response, answer.received);
    if (verdict.verdict == Verdict::ok)
      return true;
    if (!refused_)
      add(access_finding(protocol_.table(), verdict, question));
    refused_ = true;
    return false;
  }

  void examine_token(const TimedAnswer& answer) {
    auto access = protocol_.parse_token(answer.response.body, hosts_, answer.received);
    if (!access)
      add(failure("streams", "its answer names no stream server: " + access.error().message,
                  std::string(unreadable_fix)));
  }

  void examine_times(const std::vector<TimedAnswer>& answers) {
    std::vector<double> round_trips;
    for (const TimedAnswer& answer : answers)
      round_trips.push_back(answer.round_trip_ms);
    add(latency_finding(round_trips));
    const TimedAnswer& fastest =
        *std::ranges::min_element(answers, {}, &TimedAnswer::round_trip_ms);
    auto time = protocol_.parse_time(fastest.response.body, far_ahead);
    if (!time)
      return add(failure("clock", "its time cannot be read: " + time.error().message,
                         std::string(unreadable_fix)));
    // The way there and the way back are taken for equal: wrong by half a round trip at most.
    Duration half{((fastest.received - fastest.sent).ms + 1) / 2};
    add(clock_finding(protocol_.table().id, *time - (fastest.sent + half), half));
  }

  void examine_listing(const TimedAnswer& answer, const std::vector<TimedAnswer>& times) {
    auto listing = protocol_.parse_listing(answer.response.body);
    auto used = protocol_.used_weight(answer.response);
    if (!used && !times.empty())
      used = protocol_.used_weight(times.back().response);
    add(limits_finding(protocol_.table(), listing ? listing->weight_limit : std::nullopt, used));
    add(markets_finding(listing));
  }

  Protocol& protocol_;
  const ExchangeHosts& hosts_;
  std::vector<Finding> findings_;
  bool refused_ = false;
};

}  // namespace

std::vector<Finding> examine_answers(Protocol& protocol, const ExchangeHosts& hosts,
                                     const ExchangeAnswers& answers) {
  return AnswerExaminer(protocol, hosts).examine(answers);
}

}  // namespace cscan
