#pragma once
// The subcommands. Each adds itself to the program and, when chosen, sets `exit_code`.

#include <CLI/CLI.hpp>

namespace cscan {

void add_run_command(CLI::App& program, int& exit_code);
void add_serve_command(CLI::App& program, int& exit_code);
void add_replay_command(CLI::App& program, int& exit_code);
void add_scenario_command(CLI::App& program, int& exit_code);
void add_exchange_sim_command(CLI::App& program, int& exit_code);
void add_record_command(CLI::App& program, int& exit_code);
void add_config_command(CLI::App& program, int& exit_code);
void add_doctor_command(CLI::App& program, int& exit_code);

}  // namespace cscan
