#pragma once
// Starts and stops runs. One run is: a feed, the core's thread, the dispatcher's thread and the
// export worker, connected by two bounded queues. The store outlives runs and is open as long as
// the program.

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "runtime/clock.hpp"
#include "runtime/core_loop.hpp"
#include "runtime/effect_dispatcher.hpp"
#include "runtime/export_worker.hpp"
#include "runtime/input_recorder.hpp"
#include "runtime/market_feed.hpp"
#include "runtime/view_builder.hpp"
#include "server/ports.hpp"
#include "store/store.hpp"

namespace cscan {

/// Makes the feed of one run; unsupported (with what would work) where there is none.
using FeedFactory = std::function<Result<std::unique_ptr<MarketFeed>>(Clock&)>;

struct EngineOptions {
  Settings settings;  ///< a start request's configuration is applied on top
  std::string data_dir = "training_data";
  double speed = 1;
  std::string source = "live";       ///< what every answer says
  std::string data_source = "live";  ///< what the data directory is claimed for
  FeedFactory make_feed;
  std::function<void(SignalPtr)> on_signal;  ///< from the dispatcher's thread; may be empty
  RecordingOptions recording;
};

class Engine final : public ScannerPort {
 public:
  /// Opens the store. Errors as Store::open, and io for a folder of recordings that is not
  /// writable.
  [[nodiscard]] static Result<std::unique_ptr<Engine>> open(EngineOptions options);
  /// Stops a running run.
  ~Engine() override;

  Result<StartReply> start(const StartRequest& request) override;
  StopReply stop() override;
  [[nodiscard]] MarketViewPtr view() const override { return slot_.get(); }
  [[nodiscard]] std::string source() const override { return options_.source; }
  [[nodiscard]] Timestamp now() const override { return clock_.now(); }
  [[nodiscard]] std::vector<FeedHealth> feeds() const override;

  [[nodiscard]] Store& store() { return *store_; }
  [[nodiscard]] const Clock& clock() const { return clock_; }

 private:
  /// Everything one run owns, in the order in which it is built.
  struct Run {
    explicit Run(std::unique_ptr<MarketFeed> market_feed);
    std::unique_ptr<MarketFeed> feed;
    std::shared_ptr<const RunInfo> info;
    InputQueue inputs;
    EffectQueue effects;
    std::optional<InputRecorder> recorder;  ///< empty when nothing is recorded
    std::optional<ExportWorker> files;
    std::optional<EffectDispatcher> dispatcher;
    std::optional<CoreLoop> core;
  };

  Engine(EngineOptions options, std::unique_ptr<Store> store,
         std::unique_ptr<TrainingExport> files);
  [[nodiscard]] Result<Settings> settings_for(const StartRequest& request) const;
  void load_stored(Run& run, std::size_t history);
  [[nodiscard]] Result<StartReply> launch(StartReply reply, std::unique_ptr<MarketFeed> feed);
  void show_state(RunState state, const std::string& reason);

  EngineOptions options_;
  Clock clock_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<TrainingExport> files_;
  ViewSlot slot_;
  mutable std::mutex control_;    ///< one start or stop at a time
  mutable std::mutex run_mutex_;  ///< guards the pointer run_ for feeds()
  std::shared_ptr<Run> run_;
};

}  // namespace cscan
