# A room is one folder of src/ and its sub-folders (corners): a static library, its unit tests
# (x_test.cpp) and its fuzzers (x_fuzz.cpp; in a corner the program is corner_x_fuzz). Each room
# sees a private include root that holds links to the rooms it may include and what those include,
# so that a forbidden include does not compile. The exact table stands in src/README.md and is
# checked by tools/tidy.py against both the includes and these calls.

# Programs end at the top of the build folder: build/release/cscan, build/ci/base_test.
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})

# Builds every fuzzer and nothing else: cmake --build build/debug --target fuzzers
if(CSCAN_FUZZ)
  add_custom_target(fuzzers)
endif()

# cscan_tests_of(<program> <property> <value>...): ctest runs each of its cases on its own; under a
# sanitizer all of them at once, for there the start of a program takes longer than most cases.
function(cscan_tests_of program)
  if(CSCAN_SANITIZE)
    add_test(NAME ${program} COMMAND ${program})
    set_tests_properties(${program} PROPERTIES ${ARGN})
  else()
    gtest_discover_tests(${program} DISCOVERY_TIMEOUT 60 PROPERTIES ${ARGN})
  endif()
endfunction()

# cscan_room(<name> ROOMS <rooms it may include>... LIBRARIES <third party targets>...)
function(cscan_room name)
  cmake_parse_arguments(arg "" "" "ROOMS;LIBRARIES" ${ARGN})
  set(visible ${name} ${arg_ROOMS})
  foreach(room IN LISTS arg_ROOMS)
    get_property(more GLOBAL PROPERTY cscan_visible_${room})
    list(APPEND visible ${more})
  endforeach()
  list(REMOVE_DUPLICATES visible)
  set_property(GLOBAL PROPERTY cscan_visible_${name} ${visible})

  set(view ${CMAKE_BINARY_DIR}/rooms/${name})
  file(REMOVE_RECURSE ${view})
  file(MAKE_DIRECTORY ${view})
  foreach(room IN LISTS visible)
    file(CREATE_LINK ${CMAKE_SOURCE_DIR}/src/${room} ${view}/${room} SYMBOLIC)
  endforeach()

  set(dir ${CMAKE_CURRENT_SOURCE_DIR}/${name})
  file(GLOB all CONFIGURE_DEPENDS ${dir}/*.cpp ${dir}/*/*.cpp)
  set(sources ${all})
  list(FILTER sources EXCLUDE REGEX "_(test|fuzz)\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  set(tests ${all})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  set(fuzzers ${all})
  list(FILTER fuzzers INCLUDE REGEX "_fuzz\\.cpp$")

  list(TRANSFORM arg_ROOMS PREPEND cscan_ OUTPUT_VARIABLE room_targets)
  add_library(cscan_${name} STATIC ${sources})
  target_include_directories(cscan_${name} PRIVATE ${view})
  # Coroutines over Beast take minutes each to optimise under sanitizers, and compute nothing.
  if(CSCAN_SANITIZE AND name MATCHES "^(net|server|app)$")
    target_compile_options(cscan_${name} PRIVATE -O0)
  endif()
  target_link_libraries(cscan_${name} PUBLIC ${room_targets} ${arg_LIBRARIES})
  cscan_precompile(cscan_${name})

  if(CSCAN_TESTS AND tests)
    add_executable(${name}_test ${tests})
    target_include_directories(${name}_test PRIVATE ${view})
    if(CSCAN_SANITIZE)
      # The room is what is watched. Optimising its tests as well takes most of the build's time.
      target_compile_options(${name}_test PRIVATE -O0)
    endif()
    target_link_libraries(${name}_test PRIVATE cscan_${name} ${RAPIDCHECK_LIBRARY} GTest::gmock
                                               GTest::gtest_main)
    cscan_precompile(${name}_test <gmock/gmock.h> <gtest/gtest.h>)
    # The label lets a run choose rooms: ctest -L '^(net|runtime)$'
    cscan_tests_of(${name}_test TIMEOUT 600 LABELS ${name})
  endif()
  if(CSCAN_FUZZ)
    foreach(fuzzer IN LISTS fuzzers)
      file(RELATIVE_PATH fuzzer_name ${dir} ${fuzzer})
      string(REGEX REPLACE "\\.cpp$" "" fuzzer_name ${fuzzer_name})
      string(REPLACE "/" "_" fuzzer_name ${fuzzer_name})
      add_executable(${fuzzer_name} ${fuzzer})
      target_include_directories(${fuzzer_name} PRIVATE ${view})
      target_link_libraries(${fuzzer_name} PRIVATE cscan_${name})
      target_link_options(${fuzzer_name} PRIVATE -fsanitize=fuzzer)
      add_dependencies(fuzzers ${fuzzer_name})
    endforeach()
  endif()
endfunction()
