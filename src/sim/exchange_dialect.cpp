#include "sim/exchange_dialect.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace cscan {

std::optional<std::string_view> SimRequest::find(std::string_view name) const {
  for (const auto& [key, value] : query)
    if (key == name)
      return value;
  return std::nullopt;
}

SimRequest parse_sim_target(std::string_view method, std::string_view target) {
  SimRequest request;
  request.method = method;
  auto parsed = boost::urls::parse_origin_form({target.data(), target.size()});
  if (!parsed)
    return request;  // an empty path is nobody's
  request.path = parsed->path();
  for (const auto& parameter : parsed->params())
    request.query.emplace_back(parameter.key, parameter.value);
  return request;
}

}  // namespace cscan
