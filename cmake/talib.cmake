# TA-Lib's own C source, which tools/fetch_talib.sh puts under .deps/talib: the definition that the
# indicators are tested against and the peer of the benchmarks. Never linked into cscan.
#
# talib_c exists after this file where the source is there. It is built at the optimisation it
# deserves, without our warnings and without our sanitizers.
set(CSCAN_TALIB_ROOT ${CMAKE_SOURCE_DIR}/.deps/talib CACHE PATH "what tools/fetch_talib.sh fetched")
if(EXISTS ${CSCAN_TALIB_ROOT}/include/ta_libc.h)
  enable_language(C)
  set(talib_functions ADX ATR BBANDS DEMA EMA KAMA MA MACD MAMA MINUS_DI OBV PLUS_DI RSI SMA STDDEV
                      STOCH T3 TEMA TRANGE TRIMA VAR WMA utility)
  list(TRANSFORM talib_functions REPLACE "(.+)" "${CSCAN_TALIB_ROOT}/ta_func/ta_\\1.c")
  file(GLOB talib_common ${CSCAN_TALIB_ROOT}/ta_common/*.c)
  add_library(talib_c STATIC EXCLUDE_FROM_ALL ${talib_functions} ${talib_common})
  target_include_directories(talib_c SYSTEM PUBLIC ${CSCAN_TALIB_ROOT}/include
                                            PRIVATE ${CSCAN_TALIB_ROOT}/ta_common
                                                    ${CSCAN_TALIB_ROOT}/ta_func)
  # -w comes after our warnings and wins.
  target_compile_options(talib_c PRIVATE -O3 -w -fno-sanitize=all)
  target_link_libraries(talib_c PUBLIC m)
endif()
