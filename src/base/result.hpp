#pragma once
// The channel for expected failures. A function that can fail for a reason outside the program
// (input, disk, network) returns Result<T>; a broken invariant is a CHECK (check.hpp); exceptions
// come from third parties only and are caught at the edge of the room that called them.

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cscan {

/// What kind of failure it is. The kind decides the HTTP status and the exit code; the message is
/// for people. Add a kind only when a caller must act differently on it.
enum class ErrorCode {
  invalid_argument,  ///< malformed or out-of-range value in a request, option or file
  not_found,         ///< well-formed, but no such symbol, file, route
  conflict,          ///< the state forbids it now (already running with other settings)
  unsupported,       ///< understood, but cannot be done here (unknown exchange, infeasible plan)
  corrupt,           ///< stored or recorded data is not what it claims to be
  io,                ///< the operating system refused (disk full, permission, port in use)
  unavailable,       ///< not ready yet, or the other side cannot be reached
  internal,          ///< a third party failed in a way nobody planned for
};

/// The stable name of a code, as it appears in API errors ("invalid_argument").
[[nodiscard]] std::string_view to_string(ErrorCode code);

/// One expected failure: a stable code, a sentence the user can act on, and named context values
/// (field, value, accepted). Plain value; copying is fine.
struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;
  std::vector<std::pair<std::string, std::string>> context;

  /// Adds a named value and returns the error, so that a failure reads as one expression.
  Error with(std::string name, std::string value) && {
    context.emplace_back(std::move(name), std::move(value));
    return std::move(*this);
  }
};

template <class T>
using Result = std::expected<T, Error>;
using Status = Result<void>;

[[nodiscard]] inline std::unexpected<Error> fail(ErrorCode code, std::string message) {
  return std::unexpected(Error{code, std::move(message), {}});
}
[[nodiscard]] inline std::unexpected<Error> fail(Error error) {
  return std::unexpected(std::move(error));
}

}  // namespace cscan
