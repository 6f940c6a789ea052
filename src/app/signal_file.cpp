#include "app/signal_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "wire/signal_json.hpp"

namespace cscan {

Status SignalFile::open(const std::string& path) {
  path_ = path;
  if (path.empty())
    return {};
  file_ = std::fopen(path.c_str(), "wb");
  return file_ != nullptr ? Status() : failure();
}

SignalFile::~SignalFile() {
  if (file_ != nullptr)
    std::fclose(file_);
}

std::unexpected<Error> SignalFile::failure() const {
  return fail(ErrorCode::io,
              fmt::format("cannot write --signals {}: {}", path_, std::strerror(errno)));
}

Status SignalFile::write(const std::string& body, const SignalEnvelope& envelope) {
  if (file_ == nullptr)
    return {};
  line_.assign(body, 0, body.size() - 1);
  append_signal_envelope(line_, envelope, false);
  line_ += '\n';
  bool written = std::fwrite(line_.data(), 1, line_.size(), file_) == line_.size();
  return written ? Status() : failure();
}

Status SignalFile::close() {
  if (file_ == nullptr)
    return {};
  return std::fclose(std::exchange(file_, nullptr)) == 0 ? Status() : failure();
}

}  // namespace cscan
