// Any bytes as configuration: refused with a sentence, or settings that pass their own checks and
// survive being written and read again.

#include "wire/settings_json.hpp"

#include "base/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cscan;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  Settings settings;
  if (auto applied = apply_settings_json(settings, text, "fuzz"); !applied) {
    CHECK(!applied.error().message.empty() && settings == Settings{});
  } else {
    CHECK(check_settings(settings).has_value());
    Settings back;
    CHECK(apply_settings_json(back, settings_json(settings), "fuzz").has_value());
    CHECK(back == settings);
  }
  (void)apply_setting(settings, text);
  CHECK(check_settings(settings).has_value());
  return 0;
}
