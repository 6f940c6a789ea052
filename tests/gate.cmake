# The gate (gate.cpp) and its own test: programs built from scoring sources that are wrong on
# purpose, which the gate must tell from the right one.

add_library(cscan_gate STATIC gate_bodies.cpp gate_sets.cpp null_walks.cpp)
target_include_directories(cscan_gate PUBLIC ${CMAKE_SOURCE_DIR}/src ${CMAKE_CURRENT_SOURCE_DIR})
target_link_libraries(cscan_gate PUBLIC cscan_replay cscan_sim)
target_compile_definitions(
  cscan_gate PUBLIC CSCAN_MARKET_DATA_DEFAULT="${CMAKE_SOURCE_DIR}/../shared/data/market")

add_library(cscan_gate_main OBJECT gate.cpp)
target_link_libraries(cscan_gate_main PRIVATE cscan_gate)
add_executable(gate $<TARGET_OBJECTS:cscan_gate_main>)
target_link_libraries(gate PRIVATE cscan_gate)
set(golden ${CMAKE_CURRENT_SOURCE_DIR}/golden/bodies.txt)

foreach(set walk synthetic outage_2021 binance_2024)
  # Under a sanitizer the largest set would take minutes and show nothing the others do not.
  if(NOT (CSCAN_SANITIZE AND set STREQUAL "binance_2024"))
    add_test(NAME gate_${set} COMMAND gate check --golden ${golden} ${set})
    set_tests_properties(gate_${set} PROPERTIES TIMEOUT 600 LABELS gate
                                                SKIP_REGULAR_EXPRESSION "SKIPPED")
  endif()
endforeach()

# cscan_mutant(<name> SOURCE <file in src> FIND <text> REPLACE <text> SHOWN_BY <check>
#              [OPTIONS <compiler option>...])
# Builds gate_mutant_<name> with the source changed in exactly one place (or only compiled with
# other options) and adds a test that the gate, looking at the set `walk`, shows the difference in
# the named check. Fails to configure when FIND is not there exactly once: then the source moved on,
# and the mutation has to follow. Only the one source is compiled anew: its object comes before the
# library that holds the right one.
function(cscan_mutant name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "SOURCE;FIND;REPLACE;SHOWN_BY" "OPTIONS")
  set(source ${CMAKE_SOURCE_DIR}/src/${arg_SOURCE})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
  file(READ ${source} text)
  if(DEFINED arg_FIND)
    string(REPLACE "${arg_FIND}" "" without "${text}")
    string(LENGTH "${text}" length)
    string(LENGTH "${without}" length_without)
    string(LENGTH "${arg_FIND}" length_found)
    math(EXPR found "(${length} - ${length_without}) / ${length_found}")
    if(NOT found EQUAL 1)
      message(FATAL_ERROR "The mutant '${name}' changes this text in src/${arg_SOURCE}, which is "
                          "there ${found} times and not once:\n${arg_FIND}\n"
                          "Let tests/mutants.cmake follow the source.")
    endif()
    string(REPLACE "${arg_FIND}" "${arg_REPLACE}" text "${text}")
  endif()
  get_filename_component(file_name ${source} NAME)
  set(mutated ${CMAKE_CURRENT_BINARY_DIR}/mutants/${name}/${file_name})
  set(written "")
  if(EXISTS ${mutated})
    file(READ ${mutated} written)
  endif()
  if(NOT written STREQUAL text)
    file(WRITE ${mutated} "${text}")
  endif()
  add_executable(gate_mutant_${name} $<TARGET_OBJECTS:cscan_gate_main> ${mutated})
  target_link_libraries(gate_mutant_${name} PRIVATE cscan_gate)
  set_source_files_properties(${mutated} PROPERTIES COMPILE_OPTIONS "${arg_OPTIONS}")
  add_dependencies(cross_tests gate_mutant_${name})
  add_test(NAME gate_catches_${name} COMMAND gate_mutant_${name} check --golden ${golden} walk)
  set_tests_properties(
    gate_catches_${name} PROPERTIES TIMEOUT 300 LABELS gate
                                    PASS_REGULAR_EXPRESSION "${arg_SHOWN_BY} .*DIFFERENT")
endfunction()

# A sanitizer finds nothing in a program that is wrong on purpose.
if(NOT CSCAN_SANITIZE)
  include(mutants.cmake)
endif()
