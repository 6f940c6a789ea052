#include "base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace cscan {

void check_failed(const char* expression, const char* file, int line, const std::string& values) {
  std::fprintf(stderr, "CHECK failed: %s at %s:%d %s\n", expression, file, line, values.c_str());
  std::abort();
}

}  // namespace cscan
