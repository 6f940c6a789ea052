#include "server/signal_selection.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "server/server_test_support.hpp"

namespace cscan {
namespace {

using testing::detail;
using ::testing::ElementsAre;
using testing::make_signal;
using testing::make_view;
using testing::SignalShape;
using testing::spot;
using testing::swap;
using testing::test_now;

std::vector<std::string> ids(const SignalSelection& selection) {
  std::vector<std::string> result;
  for (const SignalPtr& signal : selection.signals)
    result.push_back(signal->id);
  return result;
}

Result<SignalParameters> read(std::string_view query, const MarketView& view) {
  auto parsed = parse_query("/?" + std::string(query));
  if (!parsed)
    return fail(parsed.error());
  QueryReader reader(std::move(*parsed));
  return read_signal_parameters(reader, view);
}

std::vector<std::string> select(const MarketView& view, std::string_view query,
                                Timestamp now = test_now) {
  auto parameters = read(query, view);
  EXPECT_TRUE(parameters) << query;
  auto selection = select_latest(view, *parameters, nullptr, now);
  EXPECT_TRUE(selection) << query;
  return ids(*selection);
}

/// Two markets with a few signals:
///   a  binance BTC 5m  70 bullish    b  binance BTC 1h  70 bearish, older
///   c  binance BTC 4h  20 neutral    d  kucoin BTC 5m   85 bullish, stale
///   p  the preview of binance BTC 5m, 99 bearish
std::shared_ptr<MarketView> small_view() {
  auto view = make_view({spot("binance", "BTC"), swap("kucoinfutures", "BTC")});
  using enum SignalType;
  const Timestamp later = test_now + hours(1);
  view->series[0].closed =
      make_signal({0, Timeframe::m5, test_now, 7'000, momentum_buy, later, "a"});
  view->series[1].closed =
      make_signal({0, Timeframe::h1, test_now - hours(1), 7'000, reversion_bearish, later, "b"});
  view->series[2].closed = make_signal({0, Timeframe::h4, test_now, 2'000, neutral, later, "c"});
  view->series[4].closed =
      make_signal({1, Timeframe::m5, test_now - hours(9), 8'500, strong_buy, test_now, "d"});
  view->series[0].preview =
      make_signal({0, Timeframe::m5, test_now + minutes(5), 9'900, weak_sell, later, "p"});
  return view;
}

TEST(ServerSignalSelection, OrdersByScoreThenNewestThenId) {
  const auto view = small_view();
  EXPECT_THAT(select(*view, ""), ElementsAre("a", "b", "c"));
  EXPECT_THAT(select(*view, "sort=time"), ElementsAre("a", "c", "b"));
  EXPECT_THAT(select(*view, "include_stale=true"), ElementsAre("d", "a", "b", "c"));
  EXPECT_THAT(select(*view, "include_preview=true&sort=time"), ElementsAre("p", "a", "c", "b"));
}

TEST(ServerSignalSelection, FiltersNarrow) {
  const auto view = small_view();
  const std::vector<std::pair<const char*, std::vector<std::string>>> cases = {
      {"min_score=70", {"a", "b"}},
      {"min_score=70.01", {}},
      {"min_score=20.00", {"a", "b", "c"}},
      {"timeframe=1h", {"b"}},
      {"timeframe=swing", {"b"}},
      {"timeframe=5m&timeframe=day_trade", {"a", "c"}},
      {"timeframe=1m", {}},
      {"signal_type=momentum_buy", {"a"}},
      {"signal_type=MOMENTUM_BUY&signal_type=NEUTRAL", {"a", "c"}},
      {"direction=bearish", {"b"}},
      {"direction=neutral", {"c"}},
      {"exchange=kucoinfutures", {}},
      {"exchange=kucoinfutures&include_stale=1", {"d"}},
      {"exchange=nobody", {}},
      {"since=2025-10-24T10:00:00Z", {"a", "c"}},
      {"until=2025-10-24T10:00:00Z", {"b"}},
      {"since=2025-10-24T09:00:00Z&until=2025-10-24T09:00:00.001Z", {"b"}},
      {"limit=2", {"a", "b"}},
      {"include_preview=true&min_score=90", {"p"}}};
  for (const auto& [query, expected] : cases)
    EXPECT_EQ(select(*view, query), expected) << query;
}

TEST(ServerSignalSelection, ASignalIsStaleFromItsVeryInstantOn) {
  const auto view = small_view();
  EXPECT_THAT(select(*view, "exchange=kucoinfutures", test_now - milliseconds(1)),
              ElementsAre("d"));
  EXPECT_TRUE(select(*view, "exchange=kucoinfutures", test_now).empty());
}

TEST(ServerSignalSelection, KeepsToTheInstrumentsGiven) {
  const auto view = small_view();
  SignalParameters all;
  all.include_stale = true;
  const std::vector<std::size_t> second = {1}, none = {};
  EXPECT_THAT(ids(*select_latest(*view, all, &second, test_now)), ElementsAre("d"));
  EXPECT_TRUE(select_latest(*view, all, &none, test_now)->signals.empty());
  EXPECT_EQ(select_latest(*view, all, nullptr, test_now)->total, 4);
  EXPECT_TRUE(select_latest(MarketView{}, all, nullptr, test_now)->signals.empty());
}

TEST(ServerSignalSelection, RefusesParametersOutOfRange) {
  const MarketView view;
  for (const auto& [query, field] :
       std::vector<std::pair<const char*, const char*>>{{"limit=0", "limit"},
                                                        {"limit=501", "limit"},
                                                        {"min_score=100.1", "min_score"},
                                                        {"min_score=-1", "min_score"},
                                                        {"min_score=NaN", "min_score"},
                                                        {"timeframe=7m", "timeframe"},
                                                        {"timeframe=", "timeframe"},
                                                        {"signal_type=BUY", "signal_type"},
                                                        {"direction=up", "direction"},
                                                        {"sort=volume", "sort"},
                                                        {"view=all", "view"},
                                                        {"since=soon", "since"},
                                                        {"include_stale=maybe", "include_stale"},
                                                        {"min_scor=70", "min_scor"},
                                                        {"symbol=A/B&symbol=C/D", "symbol"}}) {
    auto parameters = read(query, view);
    ASSERT_FALSE(parameters) << query;
    EXPECT_EQ(parameters.error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(detail(parameters.error(), "field"), field) << query;
  }
  auto defaults = read("", view);
  ASSERT_TRUE(defaults);
  EXPECT_EQ(defaults->limit, 50);
  EXPECT_EQ(defaults->min_score, points(0));
  EXPECT_FALSE(defaults->sort_by_time || defaults->history || defaults->include_stale ||
               defaults->include_preview);
}

TEST(ServerSignalSelection, RefusesCursorsItDidNotWrite) {
  const auto view = small_view();
  SignalParameters parameters;
  parameters.limit = 1;
  const std::string good = select_latest(*view, parameters, nullptr, test_now)->next_cursor;
  ASSERT_FALSE(good.empty());
  for (const std::string& cursor :
       {std::string("x"), std::string(":"), std::string("latest"), std::string("latest:score:1:2"),
        "x" + good, good + ":", std::string("latest:score:x:1:a"),
        std::string("history:score:1:1:a"), std::string("latest:score:1e3:1:a"),
        std::string("latest:score:99999999999999999999:1:a"),
        std::string("latest:score:-9223372036854775808:1:a"),
        std::string("latest:score:1:-9223372036854775808:a"),
        std::string("latest:score:10001:1:a")}) {
    parameters.cursor = cursor;
    auto selection = select_latest(*view, parameters, nullptr, test_now);
    ASSERT_FALSE(selection) << cursor;
    EXPECT_EQ(selection.error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(detail(selection.error(), "field"), "cursor");
  }
  parameters.cursor = good;
  parameters.sort_by_time = true;  // a cursor of the other order
  EXPECT_FALSE(select_latest(*view, parameters, nullptr, test_now));
}

// ---- against brute force -----------------------------------------------------------------------

/// A view with many ties; every signal has an id of its own.
std::shared_ptr<MarketView> random_view() {
  auto view = make_view({spot("binance", "A"), spot("binance", "B"), spot("kucoin", "A"),
                         spot("kucoin", "C"), spot("okx", "A")});
  const auto types = {SignalType::momentum_buy, SignalType::strong_sell, SignalType::neutral};
  int next_id = 0;
  auto draw = [&](const SeriesView& series) -> SignalPtr {
    SignalShape shape;
    shape.instrument = series.instrument.value;
    shape.timeframe = series.timeframe;
    shape.close_time = test_now - hours(*rc::gen::inRange(0, 3));
    shape.hundredths = 4'000 + *rc::gen::inRange(0, 3) * 1'000;
    shape.type = *rc::gen::elementOf(std::vector<SignalType>(types));
    shape.stale_at = test_now + seconds(*rc::gen::inRange(-1, 2));
    shape.id = std::to_string(*rc::gen::inRange(0, 10)) + "-" + std::to_string(next_id++);
    return make_signal(shape);
  };
  for (SeriesView& series : view->series) {
    if (*rc::gen::inRange(0, 4) > 0)
      series.closed = draw(series);
    if (*rc::gen::inRange(0, 4) == 0)
      series.preview = draw(series);
  }
  return view;
}

SignalParameters random_parameters() {
  SignalParameters p;
  if (*rc::gen::arbitrary<bool>())
    p.exchange = *rc::gen::element<std::string>("binance", "kucoin", "nobody");
  if (*rc::gen::arbitrary<bool>())
    p.timeframes = {Timeframe::m5, Timeframe::d1};
  if (*rc::gen::arbitrary<bool>())
    p.types = {SignalType::momentum_buy, SignalType::neutral};
  if (*rc::gen::arbitrary<bool>())
    p.direction = *rc::gen::element(Direction::bullish, Direction::bearish);
  p.min_score = points(*rc::gen::element(0, 50, 60));
  p.sort_by_time = *rc::gen::arbitrary<bool>();
  p.include_stale = *rc::gen::arbitrary<bool>();
  p.include_preview = *rc::gen::arbitrary<bool>();
  p.limit = *rc::gen::inRange(1, 8);
  return p;
}

/// Takes everything, strikes out what a parameter forbids, then sorts by what the API promises.
std::vector<std::string> brute_force(const MarketView& view, const SignalParameters& p) {
  std::vector<SignalPtr> left;
  for (const SeriesView& series : view.series) {
    left.push_back(series.closed);
    if (p.include_preview)
      left.push_back(series.preview);
  }
  std::erase(left, nullptr);
  std::erase_if(left, [&](const SignalPtr& s) {
    const std::string& exchange = view.run->instruments[s->signal.instrument.value].exchange;
    return !p.exchange.empty() && exchange != p.exchange;
  });
  std::erase_if(left, [&](const SignalPtr& s) {
    return !p.timeframes.empty() && s->signal.timeframe != Timeframe::m5 &&
           s->signal.timeframe != Timeframe::d1;
  });
  std::erase_if(left, [&](const SignalPtr& s) {
    return !p.types.empty() && s->signal.type == SignalType::strong_sell;
  });
  std::erase_if(left, [&](const SignalPtr& s) {
    return (p.direction && s->signal.direction != *p.direction) ||
           s->signal.combined < p.min_score || (!p.include_stale && s->stale_at <= test_now);
  });
  std::ranges::sort(left, [&](const SignalPtr& a, const SignalPtr& b) {
    const Score score_a = a->signal.combined, score_b = b->signal.combined;
    const Timestamp time_a = a->signal.close_time(), time_b = b->signal.close_time();
    if (p.sort_by_time && time_a != time_b)
      return time_a > time_b;
    if (score_a != score_b)
      return score_a > score_b;
    return time_a != time_b ? time_a > time_b : a->id < b->id;
  });
  std::vector<std::string> result;
  for (const SignalPtr& signal : left)
    result.push_back(signal->id);
  return result;
}

RC_GTEST_PROP(ServerSignalSelection, CursorsVisitEverySignalThatMatchesOnceInOrder, ()) {
  const auto view = random_view();
  SignalParameters p = random_parameters();
  const std::vector<std::string> expected = brute_force(*view, p);
  std::vector<std::string> seen;
  do {
    auto page = select_latest(*view, p, nullptr, test_now);
    RC_ASSERT(page.has_value());
    RC_ASSERT(page->total == expected.size());
    RC_ASSERT(page->signals.size() <= static_cast<std::size_t>(p.limit));
    RC_ASSERT(page->next_cursor.empty() || !page->signals.empty());
    for (const std::string& id : ids(*page))
      seen.push_back(id);
    p.cursor = page->next_cursor;
    RC_ASSERT(seen.size() <= expected.size());
  } while (!p.cursor.empty());
  RC_ASSERT(seen == expected);
}

}  // namespace
}  // namespace cscan
