#include "app/host_lookup.hpp"

#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <chrono>
#include <memory>
#include <system_error>
#include <thread>

#include "runtime/clock.hpp"

namespace cscan {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::milliseconds poll_every{10};

/// Shared by the one who asks and a thread that may outlive him.
struct Question {
  HostLookup lookup{};  ///< the thread's until `is_done`
  std::atomic<bool> is_done = false;
};

HostLookup ask_system(std::string host) {
  HostLookup lookup{std::move(host), {}, {}};
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  if (int code = ::getaddrinfo(lookup.host.c_str(), nullptr, &hints, &list); code != 0) {
    lookup.problem = code == EAI_SYSTEM ? std::generic_category().message(errno)
                                        : std::string(::gai_strerror(code));
    return lookup;
  }
  for (addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
    char text[NI_MAXHOST];
    if (::getnameinfo(entry->ai_addr, entry->ai_addrlen, text, sizeof text, nullptr, 0,
                      NI_NUMERICHOST) == 0)
      lookup.addresses.emplace_back(text);
  }
  ::freeaddrinfo(list);
  return lookup;
}

std::shared_ptr<Question> ask(std::string host) {
  auto question = std::make_shared<Question>();
  std::thread([question, host = std::move(host)] {
    question->lookup = ask_system(host);
    question->is_done.store(true, std::memory_order_release);
  }).detach();
  return question;
}

bool is_done(const std::shared_ptr<Question>& question) {
  return question->is_done.load(std::memory_order_acquire);
}

}  // namespace

asio::awaitable<std::vector<HostLookup>> look_up_hosts(std::vector<std::string> hosts,
                                                       Duration timeout) {
  std::vector<std::shared_ptr<Question>> questions;
  for (const std::string& host : hosts)
    questions.push_back(ask(host));
  Stopwatch watch;
  asio::steady_timer timer(co_await asio::this_coro::executor);
  while (!std::ranges::all_of(questions, is_done) &&
         watch.elapsed_ms() < static_cast<double>(timeout.ms)) {
    timer.expires_after(poll_every);
    boost::system::error_code ignored;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
  std::vector<HostLookup> lookups;
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    if (is_done(questions[i]))
      lookups.push_back(questions[i]->lookup);
    else
      lookups.push_back(
          {hosts[i],
           {},
           fmt::format("no answer within {} s", static_cast<double>(timeout.ms) / 1'000)});
  }
  co_return lookups;
}

}  // namespace cscan
