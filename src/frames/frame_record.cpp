#include "frames/frame_record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <limits>

namespace cscan {
namespace {

constexpr std::string_view magic = "cscan frames ";
constexpr std::string_view format = "1";
constexpr std::size_t exchange_bytes_max = 40;
/// "response" and four numbers, and far more.
constexpr std::size_t line_bytes_max = 200;
constexpr std::uint64_t time_max = std::numeric_limits<std::int64_t>::max();
constexpr std::uint64_t status_max = 999'999;

/// Reads words and texts off the front of bytes. After the first failure it gives nothing more.
class RecordReader {
 public:
  explicit RecordReader(std::string_view bytes) : left_(bytes) {}

  /// Takes the next line, which the calls to word() and number() read.
  void line() {
    std::size_t end = left_.substr(0, line_bytes_max).find('\n');
    if (end == std::string_view::npos)
      return fail_here("a line is cut off or too long");
    words_ = left_.substr(0, end);
    left_.remove_prefix(end + 1);
    at_line_start_ = true;
  }
  std::string_view word() {
    if (!at_line_start_) {
      if (!words_.starts_with(' ')) {
        fail_here("a line lacks a word");
        return {};
      }
      words_.remove_prefix(1);
    }
    at_line_start_ = false;
    std::string_view word = words_.substr(0, words_.find(' '));
    words_.remove_prefix(word.size());
    return word;
  }
  /// Digits without a zero in front.
  std::uint64_t number(std::uint64_t max) {
    std::string_view text = word();
    std::uint64_t value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    bool canonical = !text.empty() && (text.front() != '0' || text.size() == 1);
    if (!canonical || error != std::errc() || end != text.data() + text.size() || value > max)
      fail_here("a number is none, or too large");
    return failed() ? 0 : value;
  }
  void end_of_line() {
    if (!words_.empty())
      fail_here("a line is too long");
  }
  /// So many bytes and a line's end.
  std::string_view text(std::uint64_t bytes) {
    if (failed() || left_.size() <= bytes || left_[bytes] != '\n') {
      fail_here("a text is not as long as it should be");
      return {};
    }
    std::string_view text = left_.substr(0, bytes);
    left_.remove_prefix(bytes + 1);
    return text;
  }
  void fail_here(const char* why) {
    if (why_ == nullptr)
      why_ = why;
    words_ = {};
  }

  [[nodiscard]] bool failed() const { return why_ != nullptr; }
  [[nodiscard]] std::unexpected<Error> failure() const { return fail(ErrorCode::corrupt, why_); }
  [[nodiscard]] std::string_view left() const { return left_; }

 private:
  std::string_view left_;
  std::string_view words_{};
  bool at_line_start_ = false;
  const char* why_ = nullptr;
};

FrameRecord read_record(RecordReader& in) {
  in.line();
  FrameRecord record;
  std::string_view kind = in.word();
  if (in.failed())
    return record;
  if (kind == "end") {
    in.end_of_line();
    record.kind = FrameKind::end;
    return record;
  }
  auto read_time = [&] { record.time.ms = static_cast<std::int64_t>(in.number(time_max)); };
  if (kind == "frame") {
    record.kind = FrameKind::frame;
    read_time();
    record.stream = in.number(std::numeric_limits<std::uint64_t>::max());
    std::uint64_t bytes = in.number(frame_text_bytes_max);
    in.end_of_line();
    record.text = in.text(bytes);
  } else if (kind == "request") {
    record.kind = FrameKind::request;
    read_time();
    std::uint64_t bytes = in.number(frame_text_bytes_max);
    in.end_of_line();
    record.url = in.text(bytes);
  } else if (kind == "response") {
    record.kind = FrameKind::response;
    read_time();
    record.status = static_cast<std::uint32_t>(in.number(status_max));
    std::uint64_t url_bytes = in.number(frame_text_bytes_max);
    std::uint64_t body_bytes = in.number(frame_text_bytes_max);
    in.end_of_line();
    record.url = in.text(url_bytes);
    record.text = in.text(body_bytes);
  } else {
    in.fail_here("a record is of no known kind");
  }
  return record;
}

}  // namespace

bool is_recordable_exchange(std::string_view name) {
  return !name.empty() && name.size() <= exchange_bytes_max &&
         std::ranges::all_of(
             name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}

void append_block_head(std::string& out, const FrameBlockHead& head) {
  fmt::format_to(std::back_inserter(out), "{}{} {} {}\n", magic, format, head.exchange,
                 head.sequence);
}

void append_record(std::string& out, const FrameRecord& record) {
  auto to = std::back_inserter(out);
  switch (record.kind) {
    case FrameKind::frame:
      fmt::format_to(to, "frame {} {} {}\n{}\n", record.time.ms, record.stream, record.text.size(),
                     record.text);
      return;
    case FrameKind::request:
      fmt::format_to(to, "request {} {}\n{}\n", record.time.ms, record.url.size(), record.url);
      return;
    case FrameKind::response:
      fmt::format_to(to, "response {} {} {} {}\n{}\n{}\n", record.time.ms, record.status,
                     record.url.size(), record.text.size(), record.url, record.text);
      return;
    case FrameKind::end: out += "end\n"; return;
  }
}

Result<FrameBlockHead> take_block_head(std::string_view& bytes) {
  if (!bytes.starts_with(magic))
    return fail(ErrorCode::corrupt, "this is no recording of exchange traffic");
  RecordReader in(bytes.substr(magic.size()));
  in.line();
  std::string_view version = in.word();
  if (!in.failed() && version != format)
    return fail(ErrorCode::corrupt, "this recording has another format than this build reads");
  FrameBlockHead head;
  head.exchange = in.word();
  head.sequence = in.number(std::numeric_limits<std::uint64_t>::max());
  in.end_of_line();
  if (!in.failed() && !is_recordable_exchange(head.exchange))
    in.fail_here("an exchange has a name that no recording can bear");
  if (in.failed())
    return in.failure();
  bytes = in.left();
  return head;
}

Result<FrameRecord> take_record(std::string_view& bytes) {
  RecordReader in(bytes);
  FrameRecord record = read_record(in);
  if (in.failed())
    return in.failure();
  bytes = in.left();
  return record;
}

}  // namespace cscan
