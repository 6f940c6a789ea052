#pragma once
// The file of --signals: every closed signal with its envelope, one JSON object a line.

#include <cstdio>
#include <string>

#include "base/result.hpp"
#include "model/signal.hpp"

namespace cscan {

class SignalFile {
 public:
  /// Replaces what stands at `path`; without one nothing is written. io.
  [[nodiscard]] Status open(const std::string& path);
  SignalFile() = default;
  SignalFile(const SignalFile&) = delete;
  SignalFile& operator=(const SignalFile&) = delete;
  ~SignalFile();

  /// `body` is a whole JSON object. io.
  [[nodiscard]] Status write(const std::string& body, const SignalEnvelope& envelope);
  /// Writes out what is buffered. io.
  [[nodiscard]] Status close();

 private:
  [[nodiscard]] std::unexpected<Error> failure() const;
  std::FILE* file_ = nullptr;
  std::string path_;
  std::string line_;  ///< scratch
};

}  // namespace cscan
