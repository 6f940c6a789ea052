#include "app/doctor_report.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "app/terminal.hpp"

namespace cscan {
namespace {

std::vector<Examination> example() {
  return {{"this machine",
           {fine("API port", "127.0.0.1 port 5001 is free"),
            warning("disk space", "700 MB free", "free some")}},
          {"binance", {failure("host names", "it cannot be \"resolved\"", "check the network")}}};
}

TEST(AppDoctorReport, IsPlainInAPipe) {
  set_color_mode(ColorMode::never);
  EXPECT_EQ(report_text(example()[0]),
            "this machine\n"
            "  ok      API port         127.0.0.1 port 5001 is free\n"
            "  warning disk space       700 MB free\n"
            "                           → free some\n");
  EXPECT_EQ(report_summary(example()), "1 failure, 1 warning, 1 ok\n");
  EXPECT_EQ(report_summary({}), "0 failures, 0 warnings, 0 ok\n");
}

TEST(AppDoctorReport, ColoursVerdictsOnATerminal) {
  set_color_mode(ColorMode::always);
  std::string text = report_text(example()[1]);
  set_color_mode(ColorMode::never);
  EXPECT_TRUE(text.contains("\033[31mfailure\033[0m host names")) << text;
}

TEST(AppDoctorReport, IsOneObjectForMachines) {
  boost::json::value json = boost::json::parse(report_json(example()));
  EXPECT_EQ(json.at("ok"), 1);
  EXPECT_EQ(json.at("warnings"), 1);
  EXPECT_EQ(json.at("failures"), 1);
  EXPECT_EQ(json.at("schema_version"), 1);
  const boost::json::array& checks = json.at("checks").as_array();
  ASSERT_EQ(checks.size(), 3);
  EXPECT_EQ(checks[0].at("subject"), "this machine");
  EXPECT_EQ(checks[0].at("verdict"), "ok");
  EXPECT_TRUE(checks[0].at("fix").is_null());
  EXPECT_EQ(checks[2].at("name"), "host names");
  EXPECT_EQ(checks[2].at("words"), "it cannot be \"resolved\"");
  EXPECT_EQ(checks[2].at("fix"), "check the network");
}

TEST(AppDoctorReport, FailuresDecideTheExitCode) {
  std::vector<Examination> all = example();
  EXPECT_EQ(report_exit_code(all), exit_resource);
  all.pop_back();
  EXPECT_EQ(report_exit_code(all), exit_ok);
  EXPECT_EQ(report_exit_code({}), exit_ok);
  all = example();
  all[0].findings.push_back(failure("configuration", "no such key", "correct it"));
  EXPECT_EQ(report_exit_code(all), exit_usage);
}

}  // namespace
}  // namespace cscan
