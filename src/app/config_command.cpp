// cscan config show | check

#include <fmt/format.h>

#include "app/commands.hpp"
#include "app/exit_code.hpp"
#include "app/options.hpp"
#include "app/terminal.hpp"

namespace cscan {
namespace {

struct ConfigCommand {
  ConfigOptions config;
  bool json = false;
  std::string check_file;
};

std::string origin_of(const SettingsOrigin& origin, std::string_view key) {
  auto found = origin.find(key);
  return found == origin.end() ? "default" : found->second;
}

void print_table(const EffectiveSettings& effective) {
  const Settings& settings = effective.settings;
  fmt::print("{:<34}{:<10}{:<10}{:<18}{}\n", "KEY", "VALUE", "UNIT", "FROM", "MEANING");
  auto line = [&](std::string_view key, std::string_view value, std::string_view unit,
                  std::string_view meaning) {
    fmt::print("{:<34}{:<10}{:<10}{:<18}{}\n", key, value, unit, origin_of(effective.origin, key),
               meaning);
  };
  for (const SettingsField& field : settings_fields())
    line(field.key, field_text(settings, field), field.unit, field.meaning);
  line("score_model", to_string(settings.score_model), "", "classic or rarity");
  for (const auto& entry : settings.timeframes) {
    std::string key = "timeframes." + entry.style;
    std::string from = origin_of(effective.origin, key);
    if (from == "default")
      from = origin_of(effective.origin, "timeframes");
    fmt::print("{:<34}{:<10}{:<10}{:<18}{}\n", key, to_string(entry.interval), "", from,
               "candle length of this style");
  }
}

int show(const ConfigCommand& command) {
  auto effective = load_settings(command.config);
  if (!effective) {
    print_error(effective.error());
    return exit_usage;
  }
  if (command.json)
    fmt::print("{}\n", settings_json(effective->settings));
  else
    print_table(*effective);
  return exit_ok;
}

int check(const ConfigCommand& command) {
  ConfigOptions options = command.config;
  if (!command.check_file.empty())
    options.file = command.check_file;
  auto effective = load_settings(options);
  if (!effective) {
    print_error(effective.error());
    return exit_usage;
  }
  fmt::print("{}: fine\n", options.file.empty() ? "configuration" : options.file);
  return exit_ok;
}

}  // namespace

void add_config_command(CLI::App& program, int& exit_code) {
  auto command = std::make_shared<ConfigCommand>();
  CLI::App* config = program.add_subcommand("config", "show or check the configuration");
  config->require_subcommand(1);
  CLI::App* show_command =
      config->add_subcommand("show", "every setting: value, unit, where it came from, meaning");
  add_config_options(*show_command, command->config);
  show_command->add_flag("--json", command->json, "as one JSON object");
  show_command->callback([command, &exit_code] { exit_code = show(*command); });
  CLI::App* check_command =
      config->add_subcommand("check", "say whether a file can be used, and if not why and where");
  check_command->add_option("FILE", command->check_file, "JSON configuration file");
  add_config_options(*check_command, command->config);
  check_command->callback([command, &exit_code] { exit_code = check(*command); });
}

}  // namespace cscan
