# One place for every flag that all rooms share.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

option(CSCAN_TESTS "build the tests" ON)
option(CSCAN_BENCH "build the benchmarks" OFF)
option(CSCAN_WERROR "treat warnings as errors" OFF)

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wimplicit-fallthrough)
# Two compilers must compute the same score: no fused multiply-add, no reordering (the contract).
add_compile_definitions(CSCAN_VERSION="${PROJECT_VERSION}")
add_compile_options(-ffp-contract=off -fno-fast-math)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports these falsely inside the standard library and coroutine frames.
  add_compile_options(-Wno-maybe-uninitialized -Wno-restrict -Wno-array-bounds
                      -Wno-stringop-overflow)
  # (Clang links the sanitizers' interceptors into the program, where they have to be exported.)
  add_link_options(LINKER:--version-script=${CMAKE_SOURCE_DIR}/cmake/exports.map)
endif()
if(CSCAN_WERROR)
  add_compile_options(-Werror)
endif()
if(CSCAN_SANITIZE)
  add_compile_options(-fsanitize=${CSCAN_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${CSCAN_SANITIZE})
  # The vptr check probes memory through a pipe, so a test that runs out of descriptors fails in it.
  add_compile_options(-fno-sanitize=vptr)
endif()
if(CSCAN_FUZZ AND NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  message(STATUS "Only clang has libFuzzer, so no fuzzer is built.")
  set(CSCAN_FUZZ OFF)
endif()
if(CSCAN_FUZZ)
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fsanitize=fuzzer-no-link>)
endif()

find_program(CSCAN_CCACHE ccache)
if(CSCAN_CCACHE)
  # Precompiled headers are recognised by their content.
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:SHELL:-Xclang -fno-pch-timestamp>")
  endif()
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,locale ${CSCAN_CCACHE})
endif()

# Half of the time of a file goes into the standard library's headers. Clang reads them precompiled;
# GCC gains little by it, and builds without, so that every file names what it needs.
function(cscan_precompile target)
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    target_precompile_headers(${target} PRIVATE <algorithm> <array> <atomic> <chrono> <expected>
                              <functional> <map> <memory> <mutex> <optional> <ranges> <set> <span>
                              <string> <string_view> <thread> <unordered_map> <utility> <variant>
                              <vector> <fmt/format.h> ${ARGN})
  endif()
endfunction()
find_program(CSCAN_MOLD mold)
if(CSCAN_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
