# What the gate must catch. Each is a mistake somebody could make in good faith.

# One changed constant, in either model. Every road agrees with every other: only the committed
# digest knows better.
cscan_mutant(
  constant_rarity
  SOURCE analysis/reversion.cpp
  FIND "grade(*rsi, 60, 70)"
  REPLACE "grade(*rsi, 60, 72)"
  SHOWN_BY "rarity +golden digest")
cscan_mutant(
  constant_classic
  SOURCE analysis/score_classic.cpp
  FIND "std::abs(move) <= 0.001"
  REPLACE "std::abs(move) <= 0.002"
  SHOWN_BY "classic +golden digest")

# A running sum: right to fifteen digits, and dependent on where it began.
cscan_mutant(
  running_sum
  SOURCE analysis/momentum.cpp
  FIND "  double sum = 0;
  for (double square : squares)
    sum += square;
"
  REPLACE "  static std::array<double, momentum_window - 2> window{};
  static double sum = 0;
  if (std::equal(window.begin() + 1, window.end(), squares.begin())) {
    sum += squares.back() - window.front();
  } else {
    sum = 0;
    for (double square : squares)
      sum += square;
  }
  window = squares;
"
  SHOWN_BY "rarity +batch")

# A look at the next candle, where there is one: only its volume, and only for the judged candle.
cscan_mutant(
  next_candle
  SOURCE analysis/series_scorer.cpp
  FIND "signal = model_->score(input_of(own, settings))"
  REPLACE "auto input = input_of(own, settings);
    std::size_t seen = std::min(index + 1, candles.size() - 1);
    input.volumes = window_to(candles, seen, input.volumes.size());
    signal = model_->score(input)"
  SHOWN_BY "rarity +batch")

# A memo that is made anew from too few candles: what a body says depends on where the run began.
cscan_mutant(
  short_memo
  SOURCE analysis/series_scorer.cpp
  FIND "window_to(candles, index, model_->window).data()"
  REPLACE "window_to(candles, index, model_->own_window + 300).data()"
  SHOWN_BY "rarity +begun")

# Arithmetic in another order.
cscan_mutant(
  fast_math
  SOURCE analysis/momentum.cpp
  OPTIONS -O3 -ffast-math
  SHOWN_BY "rarity +golden digest")
