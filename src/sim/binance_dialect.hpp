#pragma once
// Binance's two markets as the simulator speaks them: limits in binance_limits.cpp, queries in
// binance_queries.cpp, streams in binance_streams.cpp.

#include <expected>

#include "sim/exchange_dialect.hpp"

namespace cscan {

class BinanceDialect final : public ExchangeDialect {
 public:
  explicit BinanceDialect(bool futures);

  [[nodiscard]] std::string_view exchange() const override {
    return futures_ ? "binanceusdm" : "binance";
  }
  [[nodiscard]] const DialectLimits& limits() const override { return limits_; }
  void name_markets(SimVenue& venue) const override;

  [[nodiscard]] std::optional<std::uint32_t> weight_of(const SimRequest& request) const override;
  [[nodiscard]] SimReply answer(SimVenue& venue, const SimRequest& request, Timestamp now) override;
  void add_headers(SimReply& reply, const SimRequest& request, std::uint32_t used,
                   Duration until_reset) const override;
  [[nodiscard]] SimReply over_limit(const OverLimit& over) const override;
  [[nodiscard]] SimReply error_body() const override;
  [[nodiscard]] std::string blocked_body() const override;

  [[nodiscard]] std::optional<StreamEndpoint> endpoint(const SimRequest& request) const override;
  [[nodiscard]] ClientMessage read_client(std::string_view text) const override;
  [[nodiscard]] std::optional<Topic> parse_topic(const SimVenue& venue,
                                                 std::string_view text) const override;
  [[nodiscard]] bool is_topic(std::string_view text) const override;
  [[nodiscard]] std::string ack(const ClientMessage& message,
                                const std::vector<std::string>& topics) const override;
  [[nodiscard]] std::string refusal(const ClientMessage& message,
                                    std::string_view why) const override;
  [[nodiscard]] std::string pong(const ClientMessage& message, Timestamp now) const override;
  [[nodiscard]] std::string goodbye(Timestamp now) const override;
  [[nodiscard]] std::string silence_notice() const override { return {}; }

  [[nodiscard]] std::string candle(const SimVenue& venue, const Topic& topic, const Candle& candle,
                                   bool is_closed, Timestamp now) const override;
  [[nodiscard]] std::string ticker(SimVenue& venue, const Topic& topic, double price,
                                   Timestamp now) const override;
  [[nodiscard]] std::string trade(const SimVenue& venue, const Topic& topic, const SimTrade& trade,
                                  Timestamp now) const override;
  [[nodiscard]] std::string all_tickers(const std::vector<std::string>& entries) const override;

 private:
  struct TopicName {
    std::string symbol{};  ///< lower case where it is ASCII
    TopicKind kind{};
    Timeframe timeframe{};
  };
  [[nodiscard]] std::optional<TopicName> split_topic(std::string_view text) const;
  [[nodiscard]] std::string price_text(const SimMarket& market, double price) const;
  [[nodiscard]] std::string volume_text(const SimMarket& market, double volume) const;

  /// "klines" of "/api/v3/klines"; empty for foreign paths.
  [[nodiscard]] std::string_view name_of(std::string_view path) const;
  static std::int64_t limit_of(const SimRequest& request, std::int64_t usual, std::int64_t max);
  /// Of `["AUSDT","BUSDT"]`; nullopt: it is not such a list.
  static std::optional<std::vector<std::string>> listed_in(std::string_view text);
  static SimReply refuse(int code, std::string_view words, int status = 400);

  /// A query's one market, or the answer that refuses it.
  static std::expected<std::size_t, SimReply> one_market(const SimVenue& venue,
                                                         const SimRequest& request);
  /// Those that `symbol` or `symbols` name; nullopt: neither is given.
  static std::expected<std::optional<std::vector<std::size_t>>, SimReply> some_markets(
      const SimVenue& venue, const SimRequest& request);

  [[nodiscard]] std::string stated_limits() const;
  [[nodiscard]] SimReply listing(const SimVenue& venue, const SimRequest& request,
                                 Timestamp now) const;
  [[nodiscard]] std::string listed_symbol(const SimVenue& venue, std::size_t market,
                                          Timestamp now) const;
  [[nodiscard]] SimReply klines(SimVenue& venue, const SimRequest& request, Timestamp now) const;
  [[nodiscard]] SimReply trades(SimVenue& venue, const SimRequest& request, bool aggregate,
                                Timestamp now) const;
  [[nodiscard]] SimReply depth(SimVenue& venue, const SimRequest& request, Timestamp now) const;
  /// `entry`(market, price) for the markets asked for. The price of all at once may be the one that
  /// their statistics know.
  template <class Entry>
  [[nodiscard]] SimReply per_market(SimVenue& venue, const SimRequest& request, Timestamp now,
                                    Entry entry) const;
  [[nodiscard]] std::string day_entry(SimVenue& venue, std::size_t market, Timestamp now) const;
  [[nodiscard]] std::string book_entry(SimVenue& venue, std::size_t market, Timestamp now) const;
  [[nodiscard]] std::string price_entry(SimVenue& venue, std::size_t market, Timestamp now) const;

  bool futures_;
  DialectLimits limits_;
};

}  // namespace cscan
