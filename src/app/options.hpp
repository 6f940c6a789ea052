#pragma once
// Options that several commands share, and how they become settings and an engine.

#include <CLI/CLI.hpp>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "runtime/engine.hpp"
#include "wire/settings_json.hpp"

namespace cscan {

/// --config and --set, and what came of them.
struct ConfigOptions {
  std::string file;
  std::vector<std::string> assignments;
};
void add_config_options(CLI::App& command, ConfigOptions& options);

struct EffectiveSettings {
  Settings settings;
  SettingsOrigin origin;
};
/// Defaults, then the file, then --set.
[[nodiscard]] Result<EffectiveSettings> load_settings(const ConfigOptions& options);

/// What `run` and `serve` share.
struct EngineCommandOptions {
  ConfigOptions config;
  bool demo = false;
  std::vector<std::string> exchange_urls;  ///< NAME=URL each
  double speed = 1;
  std::uint64_t seed = 42;
  std::string data_dir = "training_data";
  std::vector<std::string> symbols;
  std::vector<std::string> exchanges;
  std::string record_dir;
  std::uint64_t record_max_mb = 2'000;
  std::stop_token quit{};  ///< ends the waiting for exchanges
};
void add_engine_options(CLI::App& command, EngineCommandOptions& options);

/// Opens the engine: on the synthetic market with --demo; otherwise start() says what works.
[[nodiscard]] Result<std::unique_ptr<Engine>> open_engine(const EngineCommandOptions& options,
                                                          std::function<void(SignalPtr)> on_signal);
[[nodiscard]] StartRequest start_request(const EngineCommandOptions& options);

}  // namespace cscan
