#include "app/doctor_report.hpp"

#include <fmt/format.h>

#include <array>

#include "app/machine_checks.hpp"
#include "app/terminal.hpp"
#include "wire/json_writer.hpp"

namespace cscan {
namespace {

Color color_of(FindingVerdict verdict) {
  return verdict == FindingVerdict::ok        ? Color::green
         : verdict == FindingVerdict::warning ? Color::yellow
                                              : Color::red;
}

struct Tally {
  std::array<std::size_t, 3> counts{};
  [[nodiscard]] std::size_t of(FindingVerdict verdict) const {
    return counts[static_cast<std::size_t>(verdict)];
  }
};

Tally tally(std::span<const Examination> examinations) {
  Tally tally;
  for (const Examination& examination : examinations)
    for (const Finding& finding : examination.findings)
      ++tally.counts[static_cast<std::size_t>(finding.verdict)];
  return tally;
}

std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace

std::string report_text(const Examination& examination) {
  std::string text = paint(Color::bold, examination.subject) + '\n';
  for (const Finding& finding : examination.findings) {
    text += fmt::format(
        "  {} {:<16} {}\n",
        paint(color_of(finding.verdict), fmt::format("{:<7}", to_string(finding.verdict))),
        finding.name, finding.words);
    if (!finding.fix.empty())
      text += fmt::format("{:27}→ {}\n", "", finding.fix);
  }
  return text;
}

std::string report_summary(std::span<const Examination> examinations) {
  Tally found = tally(examinations);
  return fmt::format("{}, {}, {} ok\n", counted(found.of(FindingVerdict::failure), "failure"),
                     counted(found.of(FindingVerdict::warning), "warning"),
                     found.of(FindingVerdict::ok));
}

std::string report_json(std::span<const Examination> examinations) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("checks").begin_array();
  for (const Examination& examination : examinations)
    for (const Finding& finding : examination.findings) {
      json.begin_object()
          .field("subject", examination.subject)
          .field("name", finding.name)
          .field("verdict", to_string(finding.verdict))
          .field("words", finding.words)
          .key("fix");
      if (finding.fix.empty())
        json.null();
      else
        json.value(finding.fix);
      json.end_object();
    }
  Tally found = tally(examinations);
  json.end_array()
      .field("ok", found.of(FindingVerdict::ok))
      .field("warnings", found.of(FindingVerdict::warning))
      .field("failures", found.of(FindingVerdict::failure))
      .field("schema_version", 1)
      .end_object();
  return out;
}

ExitCode report_exit_code(std::span<const Examination> examinations) {
  ExitCode code = exit_ok;
  for (const Examination& examination : examinations)
    for (const Finding& finding : examination.findings)
      if (finding.verdict == FindingVerdict::failure) {
        if (finding.name == configuration_check)
          return exit_usage;
        code = exit_resource;
      }
  return code;
}

}  // namespace cscan
