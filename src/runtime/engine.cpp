#include "runtime/engine.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "analysis/score_model.hpp"
#include "base/check.hpp"
#include "base/digest.hpp"
#include "base/limits.hpp"
#include "runtime/universe.hpp"
#include "wire/settings_json.hpp"

namespace cscan {
namespace {

std::string make_run_id(Timestamp now, const Universe& universe, const Settings& settings) {
  std::string text = fmt::format("{}", now.ms);
  for (const Instrument& instrument : universe.instruments)
    text += instrument.exchange + instrument.symbol();
  return sha256_hex(text + settings_json(settings), 6);
}

bool same_run(const RunInfo& a, const RunInfo& b) {
  return a.exchanges == b.exchanges && a.instruments == b.instruments && a.settings == b.settings;
}

/// Whole windows of history must fit, or nothing would ever be scored.
Status check_model(const Settings& settings) {
  const ScoreModelInfo* model = find_score_model(settings.score_model);
  CHECK(model != nullptr, "score model {}", to_string(settings.score_model));
  if (settings.max_candles_per_timeframe < static_cast<std::int64_t>(model->window))
    return fail(Error{ErrorCode::invalid_argument,
                      fmt::format("max_candles_per_timeframe = {} is less than the {} candles the "
                                  "{} model needs",
                                  settings.max_candles_per_timeframe, model->window,
                                  to_string(settings.score_model)),
                      {}}
                    .with("field", "max_candles_per_timeframe")
                    .with("value", fmt::format("{}", settings.max_candles_per_timeframe))
                    .with("accepted", fmt::format("{} or more", model->window)));
  return {};
}

/// Candles to load per series: those that are kept, and the window before the oldest of them, so
/// that every kept candle has its signal from the start.
std::size_t backfill_candles(const Settings& settings) {
  return static_cast<std::size_t>(settings.max_candles_per_timeframe) +
         find_score_model(settings.score_model)->window;
}

}  // namespace

Engine::Run::Run(std::unique_ptr<MarketFeed> market_feed)
    : feed(std::move(market_feed)),
      inputs(limits::core_queue_max),
      effects(limits::effect_batches_max) {}

Engine::Engine(EngineOptions options, std::unique_ptr<Store> store,
               std::unique_ptr<TrainingExport> files)
    : options_(std::move(options)),
      clock_(options_.speed),
      store_(std::move(store)),
      files_(std::move(files)) {}

Engine::~Engine() { (void)stop(); }

Result<std::unique_ptr<Engine>> Engine::open(EngineOptions options) {
  if (auto model = check_model(options.settings); !model)
    return fail(std::move(model.error()));
  if (!options.recording.dir.empty())
    if (auto prepared = prepare_recording_folder(options.recording.dir); !prepared)
      return fail(std::move(prepared.error()));
  auto store = Store::open(options.data_dir);
  if (!store)
    return fail(std::move(store.error()));
  auto files = TrainingExport::open(**store, options.data_dir);
  if (!files)
    return fail(std::move(files.error()));
  return std::unique_ptr<Engine>(
      new Engine(std::move(options), std::move(*store), std::move(*files)));
}

Result<Settings> Engine::settings_for(const StartRequest& request) const {
  Settings settings = options_.settings;
  if (!request.config.empty())
    if (auto applied = apply_settings_json(settings, request.config, "start request"); !applied)
      return fail(std::move(applied.error()));
  if (auto model = check_model(settings); !model)
    return fail(std::move(model.error()));
  return settings;
}

Result<StartReply> Engine::start(const StartRequest& request) {
  std::lock_guard lock(control_);
  auto settings = settings_for(request);
  if (!settings)
    return fail(std::move(settings.error()));
  // What is running knows the markets already.
  Result<std::unique_ptr<MarketFeed>> feed;
  if (run_ == nullptr)
    feed = options_.make_feed(clock_);
  if (!feed)
    return fail(std::move(feed.error()));
  if (auto claimed = store_->claim(options_.data_source); !claimed) {
    if (claimed.error().code == ErrorCode::conflict)
      return fail(std::move(claimed.error()));
    // A disk that refuses is shown as such while running; the claim is made by a later start.
    spdlog::warn("the data directory was not marked: {}", claimed.error().message);
  }
  auto universe = resolve_universe(request, run_ ? *run_->feed : **feed);
  if (!universe)
    return fail(std::move(universe.error()));

  StartReply reply;
  Timestamp now = clock_.now();
  reply.run = std::make_shared<const RunInfo>(
      RunInfo{make_run_id(now, *universe, *settings), options_.source, *settings,
              universe->exchanges, universe->instruments, now});
  reply.resolved = std::move(universe->resolved);
  reply.rejected = std::move(universe->rejected);
  if (run_ == nullptr)
    return launch(std::move(reply), std::move(*feed));
  if (!same_run(*run_->info, *reply.run))
    return fail(Error{
        ErrorCode::conflict,
        fmt::format("run {} is watching other symbols or settings: stop it first",
                    run_->info->run_id),
        {}}.with("run_id", run_->info->run_id));
  reply.already_running = true;
  reply.run = run_->info;
  return reply;
}

/// What is stored comes before what the exchange says: then a candle that changed while nobody
/// watched is a revision, and a feed that is out of reach leaves the past at hand.
void Engine::load_stored(Run& run, std::size_t history) {
  const RunInfo& info = *run.info;
  auto loaded = store_->each_recent_series(
      clock_.now(), static_cast<std::int64_t>(history),
      [&](const SeriesName& series, std::vector<Candle> candles) {
        auto market = parse_symbol(series.exchange, series.symbol);
        auto at = market ? std::ranges::find(info.instruments, *market) : info.instruments.end();
        if (at == info.instruments.end())
          return;
        InstrumentId id{static_cast<std::uint32_t>(at - info.instruments.begin())};
        run.inputs.push(HistoryLoaded{id, series.timeframe, std::move(candles), false});
      });
  if (!loaded)
    spdlog::warn("the stored candles cannot be read, so the run begins without them: {}",
                 loaded.error().message);
}

Result<StartReply> Engine::launch(StartReply reply, std::unique_ptr<MarketFeed> feed) {
  const RunInfo& info = *reply.run;
  FeedPlan plan{info.instruments, info.settings.intervals(), backfill_candles(info.settings)};
  reply.budget = feed->budget(plan);
  auto run = std::make_shared<Run>(std::move(feed));
  run->info = reply.run;
  run->inputs.push(SettingsChanged{info.settings});
  run->inputs.push(UniverseChanged{info.instruments, info.exchanges});
  if (!options_.recording.dir.empty())
    run->recorder.emplace(options_.recording, info);
  InputRecorder* recorder = run->recorder ? &*run->recorder : nullptr;
  run->files.emplace(clock_, *files_);
  run->dispatcher.emplace(EffectDispatcher::Parts{.clock = clock_,
                                                  .effects = run->effects,
                                                  .store = *store_,
                                                  .files = *files_,
                                                  .feed = *run->feed,
                                                  .slot = slot_,
                                                  .run = reply.run,
                                                  .on_signal = options_.on_signal,
                                                  .recorder = recorder});
  run->core.emplace(clock_, run->inputs, run->effects, recorder);
  load_stored(*run, plan.history);
  if (auto started = run->feed->start(std::move(plan), run->inputs); !started) {
    // What was watched already still talks, and its inputs go before it does.
    run->dispatcher->hurry();
    run->feed->stop();
    run->inputs.close();
    run->core->join();
    run->dispatcher->join();
    show_state(RunState::failed, started.error().message);
    return fail(std::move(started.error()));
  }
  spdlog::info("run {}: {} instruments, {} timeframes, source {}", info.run_id,
               info.instruments.size(), info.settings.timeframes.size(), info.source);
  std::lock_guard lock(run_mutex_);
  run_ = std::move(run);
  return reply;
}

StopReply Engine::stop() {
  std::lock_guard lock(control_);
  StopReply reply;
  if (run_ == nullptr)
    return reply;
  reply.was_running = true;
  reply.run_id = run_->info->run_id;
  run_->dispatcher->hurry();  // a full disk must not hold up the core, nor the core the feed
  run_->feed->stop();
  run_->inputs.close();
  run_->core->join();
  if (run_->recorder)
    run_->recorder->finish();
  run_->dispatcher->join();
  reply.problem = run_->dispatcher->problem();
  auto published = run_->files->finish();
  if (published)
    reply.files = published->files;
  if (reply.problem.empty() && (!published || published->failed > 0))
    reply.problem = published ? published->first_failure : published.error().message;
  if (auto folded = store_->checkpoint(); !folded && reply.problem.empty())
    reply.problem = folded.error().message;
  reply.durable = reply.problem.empty();
  show_state(RunState::stopped, reply.problem);
  spdlog::info(
      "run {} stopped, {}", reply.run_id,
      reply.durable ? "everything is on disk" : "not everything is on disk: " + reply.problem);
  std::lock_guard run_lock(run_mutex_);
  run_.reset();
  return reply;
}

void Engine::show_state(RunState state, const std::string& reason) {
  MarketView view = *slot_.get();
  ++view.version;
  view.state = state;
  view.state_reason = reason;
  slot_.set(std::make_shared<const MarketView>(std::move(view)));
}

std::vector<FeedHealth> Engine::feeds() const {
  std::shared_ptr<Run> run;
  {
    std::lock_guard lock(run_mutex_);
    run = run_;
  }
  return run ? run->feed->health() : std::vector<FeedHealth>{};
}

}  // namespace cscan
