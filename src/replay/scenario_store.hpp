#pragma once
// What a store would keep of a scenario's signals: one body for each id. What is stored wins; a
// signal that is made again is compared, and counted.

#include <map>
#include <set>
#include <string>

#include "core/effect.hpp"
#include "replay/run_names.hpp"

namespace cscan {

class ScenarioStore {
 public:
  /// Takes a closed signal; `names` are those of the scanner that made it.
  void take(const Signal& signal, const RunNames& names);
  /// The scanner begins anew: what it makes from now on is compared with what there is.
  void begin_anew();

  /// What is wrong when all signals since then should have been made before with the same bodies
  /// (`same`), or none should have an id that was there before; empty when nothing is.
  [[nodiscard]] std::string test_identity(bool same) const;

  [[nodiscard]] std::size_t signals() const { return stored_.size(); }
  [[nodiscard]] std::uint64_t recomputed_equal() const { return recomputed_equal_; }
  [[nodiscard]] std::uint64_t recomputed_different() const { return recomputed_different_; }

 private:
  std::map<std::string, std::string, std::less<>> stored_;  ///< id → digest of the body
  std::set<std::string, std::less<>> before_;               ///< ids when the scanner began anew
  std::uint64_t recomputed_equal_ = 0;
  std::uint64_t recomputed_different_ = 0;
  // Since the scanner began anew:
  std::uint64_t made_ = 0;
  std::string first_new_;        ///< the first signal that was not there before; empty: all were
  std::string first_old_;        ///< the first that was
  std::string first_different_;  ///< the first that was there with another body
};

}  // namespace cscan
