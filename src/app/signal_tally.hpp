#pragma once
// What a replay says about its signals: how many of each type and band, and one digest over all
// their bodies.

#include <array>
#include <cstdint>
#include <string>

#include "base/digest.hpp"
#include "wire/json_writer.hpp"
#include "wire/signal_json.hpp"

namespace cscan {

class SignalTally {
 public:
  /// Counts and digests a closed signal.
  void take(const Signal& signal, const SignalContext& names);
  /// Id and body of the signal taken last.
  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] const std::string& body() const { return body_; }

  /// After the last signal: closes the digest.
  void finish();

  [[nodiscard]] std::uint64_t signals() const { return signals_; }
  /// Of all bodies, a line feed after each; once finished.
  [[nodiscard]] const std::string& sha256() const { return sha256_; }

  /// Two tables for people, with a blank line between.
  void print_text() const;
  /// The fields "by_type", "by_quality" and "sha256".
  void write_json(JsonWriter& json) const;

 private:
  Sha256 digest_;
  std::string sha256_;
  std::uint64_t signals_ = 0;
  std::array<std::uint64_t, signal_type_count> by_type_{};
  std::array<std::uint64_t, 4> by_quality_{};
  std::string id_;
  std::string body_;
};

}  // namespace cscan
