#pragma once
// What an indicator would say after one more input, without giving it that input.

namespace cscan {

/// value() of a copy that took `input`. Indicators are small and own no heap memory, so a copy is
/// cheap, and the forming candle is judged by the very code that judges settled ones.
template <class Indicator, class Input>
[[nodiscard]] auto peek_value(Indicator copy, const Input& input) {
  copy.update(input);
  return copy.value();
}

}  // namespace cscan
