// Fault scripts from outside: any text gives faults or one error, never a crash.

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "sim/exchange_fault.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto faults = cscan::parse_faults({reinterpret_cast<const char*>(data), size});
  if (!faults)
    return faults.error().message.starts_with("line ") ? 0 : (std::abort(), 0);
  for (const cscan::Fault& fault : *faults)
    if (fault.at < cscan::Duration{} || fault.every == 0 || cscan::to_string(fault.kind).empty())
      std::abort();
  return 0;
}
