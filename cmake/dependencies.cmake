# Third-party libraries. What each is for, and what leaving it would cost: docs/dependencies.md.
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(simdjson REQUIRED)
if(CSCAN_SANITIZE)
  # Its parser is laid out by whether a file is optimised, and here not all files are alike.
  set_property(TARGET simdjson::simdjson APPEND PROPERTY INTERFACE_COMPILE_DEFINITIONS
                                                         SIMDJSON_DEVELOPMENT_CHECKS=0)
endif()
find_package(ZLIB REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json url)

# Debian's zstd brings no CMake package.
find_path(ZSTD_INCLUDE zstd.h)
find_library(ZSTD_LIBRARY zstd)
if(NOT ZSTD_INCLUDE OR NOT ZSTD_LIBRARY)
  message(FATAL_ERROR "zstd was not found: './dev setup' installs libzstd-dev.")
endif()
add_library(cscan_zstd UNKNOWN IMPORTED)
set_target_properties(cscan_zstd PROPERTIES IMPORTED_LOCATION ${ZSTD_LIBRARY}
                                            INTERFACE_INCLUDE_DIRECTORIES ${ZSTD_INCLUDE})

# Asio and Beast are headers, compiled once, here; every other file sees declarations only. Their
# knobs are set here, too.
add_library(cscan_beast STATIC cmake/beast/asio_impl.cpp cmake/beast/asio_ssl_impl.cpp)
target_compile_definitions(cscan_beast PUBLIC BOOST_ASIO_NO_DEPRECATED
                                              BOOST_ASIO_SEPARATE_COMPILATION
                                              BOOST_BEAST_SEPARATE_COMPILATION)
target_link_libraries(cscan_beast PUBLIC Boost::headers OpenSSL::SSL OpenSSL::Crypto
                                            Threads::Threads)

# DuckDB: what tools/fetch_duckdb.sh put under .deps/duckdb, else an installed one.
set(CSCAN_DUCKDB_ROOT ${CMAKE_SOURCE_DIR}/.deps/duckdb
    CACHE PATH "where duckdb.h and libduckdb.so lie")
find_path(DUCKDB_INCLUDE duckdb.h HINTS ${CSCAN_DUCKDB_ROOT})
find_library(DUCKDB_LIBRARY duckdb HINTS ${CSCAN_DUCKDB_ROOT})
if(NOT DUCKDB_INCLUDE OR NOT DUCKDB_LIBRARY)
  message(FATAL_ERROR "DuckDB was not found: './dev setup' fetches duckdb.h and libduckdb.so.")
endif()
add_library(cscan_duckdb SHARED IMPORTED)
set_target_properties(cscan_duckdb PROPERTIES IMPORTED_LOCATION ${DUCKDB_LIBRARY}
                                              IMPORTED_NO_SONAME ON
                                              INTERFACE_INCLUDE_DIRECTORIES ${DUCKDB_INCLUDE})

if(CSCAN_TESTS)
  # Whoever only wants the program needs no test library; `ctest` fails where there are no tests.
  find_package(GTest)
  find_library(RAPIDCHECK_LIBRARY rapidcheck)
  if(GTest_FOUND AND RAPIDCHECK_LIBRARY)
    include(GoogleTest)
  else()
    message(STATUS "GoogleTest or RapidCheck is missing, so no test is built ('./dev setup test').")
    set(CSCAN_TESTS OFF)
  endif()
endif()
