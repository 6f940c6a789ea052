# Which sanitizers watch the build, and with which compiler. Read before project(): for addresses
# clang is taken where it is installed, for it instruments a file in half the time GCC needs, and it
# alone has libFuzzer, so that the fuzzers are built beside the tests from the same libraries. For
# threads it is not: libraries that are not instrumented, DuckDB first, would share functions with
# the program that are, and every hand-over in them would be reported.
set(CSCAN_SANITIZE "" CACHE STRING "sanitizers, e.g. address,undefined or thread")
option(CSCAN_FUZZ "build the fuzzers (clang only)" OFF)
if(CSCAN_SANITIZE MATCHES "address" AND NOT CMAKE_CXX_COMPILER AND NOT DEFINED ENV{CXX})
  find_program(CSCAN_CLANG clang++-19)
  if(CSCAN_CLANG)
    set(CMAKE_CXX_COMPILER ${CSCAN_CLANG})
  endif()
endif()
