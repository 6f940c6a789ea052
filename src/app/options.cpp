#include "app/options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/build_id.hpp"
#include "app/demo_feed.hpp"
#include "app/exchange_urls.hpp"
#include "base/limits.hpp"
#include "runtime/exchange_feed.hpp"
#include "runtime/known_exchanges.hpp"

namespace cscan {
namespace {

Result<std::string> read_file(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored))
    return fail(ErrorCode::invalid_argument,
                fmt::format("{} is a folder: name a configuration file", path));
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return fail(ErrorCode::invalid_argument,
                fmt::format("cannot read {}: no such file, or no permission", path));
  std::ostringstream text;
  text << file.rdbuf();
  if (file.bad() || text.str().size() > limits::config_bytes_max)
    return fail(ErrorCode::invalid_argument,
                fmt::format("cannot read {}: not a configuration file of at most {} bytes", path,
                            limits::config_bytes_max));
  return text.str();
}

FeedFactory demo_factory(std::uint64_t seed) {
  // One market for all runs: it is immutable and the same seed gives the same bytes.
  auto market = std::make_shared<const SyntheticMarket>(seed);
  return [market](Clock& clock) -> Result<std::unique_ptr<MarketFeed>> {
    return DemoFeed::make(market, clock);
  };
}

FeedFactory live_factory(ExchangeFeedOptions options) {
  return [options = std::move(options)](Clock& clock) -> Result<std::unique_ptr<MarketFeed>> {
    return ExchangeFeed::make(clock, options);
  };
}

}  // namespace

void add_config_options(CLI::App& command, ConfigOptions& options) {
  command.add_option("--config", options.file, "JSON configuration file (comments are allowed)")
      ->type_name("FILE");
  command
      .add_option("--set", options.assignments,
                  "one setting, for example --set momentum_bias=0.5 or --set timeframes.scalp=15m; "
                  "repeat for more")
      ->type_name("KEY=VALUE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

Result<EffectiveSettings> load_settings(const ConfigOptions& options) {
  EffectiveSettings effective;
  if (!options.file.empty()) {
    auto text = read_file(options.file);
    if (!text)
      return fail(std::move(text.error()));
    std::string source = "file " + options.file;
    if (auto applied = apply_settings_json(effective.settings, *text, source, &effective.origin);
        !applied) {
      applied.error().message = options.file + ": " + applied.error().message;
      return fail(std::move(applied.error()));
    }
  }
  for (const std::string& assignment : options.assignments)
    if (auto applied = apply_setting(effective.settings, assignment, &effective.origin); !applied)
      return fail(std::move(applied.error()));
  return effective;
}

void add_engine_options(CLI::App& command, EngineCommandOptions& options) {
  command.add_flag("--demo", options.demo,
                   "play the exchanges from the built-in synthetic market: no network, no key");
  command
      .add_option("--speed", options.speed,
                  "with --demo or a local exchange: run the market's clock N times faster")
      ->type_name("N")
      ->check(CLI::Range(0.1, 10'000.0));
  command.add_option("--seed", options.seed, "demo only: which synthetic market")
      ->type_name("N")
      ->capture_default_str();
  command.add_option("--data-dir", options.data_dir, "where everything is stored")
      ->type_name("DIR")
      ->capture_default_str();
  command
      .add_option("--record", options.record_dir,
                  "record every input of every run here, for cscan replay")
      ->type_name("DIR");
  command
      .add_option("--record-max-mb", options.record_max_mb,
                  "all recordings together; the oldest runs go first, and a run that fills it "
                  "alone is recorded no further")
      ->type_name("N")
      ->check(CLI::Range(1, 100'000'000))
      ->capture_default_str();
  command
      .add_option("--symbols", options.symbols,
                  "symbols or patterns, comma-separated (default: ten liquid pairs)")
      ->type_name("BTC/USDT,…")
      ->delimiter(',');
  command
      .add_option("--exchanges", options.exchanges,
                  "exchanges, comma-separated (default: binance,kucoinfutures)")
      ->type_name("ID,…")
      ->delimiter(',');
  add_exchange_url_option(command, options.exchange_urls);
  add_config_options(command, options.config);
}

Result<std::unique_ptr<Engine>> open_engine(const EngineCommandOptions& options,
                                            std::function<void(SignalPtr)> on_signal) {
  auto effective = load_settings(options.config);
  if (!effective)
    return fail(std::move(effective.error()));
  if (!options.demo && options.exchange_urls.empty() && options.speed != 1)
    return fail(ErrorCode::invalid_argument,
                "--speed needs --demo or --exchange-url: the real market has its own clock");
  for (const std::string& exchange : options.exchanges)
    if (!make_protocol(exchange))
      return fail(ErrorCode::unsupported,
                  fmt::format("exchange '{}' is not known: use {}", exchange.substr(0, 64),
                              fmt::join(known_exchanges(), ", ")));
  auto hosts = parse_exchange_urls(options.exchange_urls);
  if (!hosts)
    return fail(std::move(hosts.error()));
  if (options.demo && !hosts->empty())
    return fail(ErrorCode::invalid_argument, "--demo and --exchange-url exclude each other");
  ExchangeFeedOptions live;
  live.hosts = std::move(*hosts);
  live.quit = options.quit;
  live.ban_file = (std::filesystem::path(options.data_dir) / "exchange_bans").string();
  EngineOptions engine;
  engine.settings = effective->settings;
  engine.data_dir = options.data_dir;
  engine.speed = options.speed;
  engine.source = options.demo ? "synthetic" : "live";
  engine.data_source = options.demo ? fmt::format("synthetic (seed {})", options.seed)
                       : options.exchange_urls.empty()
                           ? "live"
                           : fmt::format("live ({})", fmt::join(options.exchange_urls, ", "));
  engine.make_feed = options.demo ? demo_factory(options.seed) : live_factory(std::move(live));
  engine.on_signal = std::move(on_signal);
  engine.recording.dir = options.record_dir;
  engine.recording.bytes_max = options.record_max_mb * 1'000'000;
  engine.recording.build_id = build_id();
  return Engine::open(std::move(engine));
}

StartRequest start_request(const EngineCommandOptions& options) {
  StartRequest request;
  if (options.symbols.size() == 1 && options.symbols[0] == "all")
    request.symbols.kind = SymbolSelection::Kind::all;
  else if (!options.symbols.empty())
    request.symbols = {SymbolSelection::Kind::list, options.symbols, 0};
  if (!options.exchanges.empty())
    request.exchanges = options.exchanges;
  return request;
}

}  // namespace cscan
