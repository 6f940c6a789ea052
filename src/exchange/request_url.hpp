#pragma once
// Addresses of queries, taken apart: recordings keep what was asked as an address only.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "exchange/exchange_table.hpp"

namespace cscan {

/// What follows scheme and host, the query included: "/" or longer.
[[nodiscard]] std::string_view path_of(std::string_view url);

/// Whether the address is that of the endpoint, with or without parameters behind its path.
[[nodiscard]] bool is_query_of(const Endpoint& endpoint, std::string_view url);

/// The value of the first parameter of that name, with its %XX undone (percent_encode of
/// rest_message.hpp); nothing when there is none or it is malformed.
[[nodiscard]] std::optional<std::string> query_value(std::string_view url, std::string_view name);

/// A value that is a whole number and not negative.
[[nodiscard]] std::optional<std::int64_t> query_number(std::string_view url, std::string_view name);

}  // namespace cscan
