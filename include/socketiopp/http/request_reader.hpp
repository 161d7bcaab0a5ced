// SPDX-License-Identifier: MIT
#pragma once

#include <charconv>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <socketiopp/http/grammar.hpp>
#include <socketiopp/http/request.hpp>
#include <socketiopp/http/target.hpp>

/// Reads HTTP/1.1 requests from bytes that arrive in any pieces. It is strict: what two readers could
/// understand in two ways is refused, since that is how requests are smuggled past a proxy (RFC 9112, 11.2).
namespace socketiopp::http {

/// How much of a request is read, in bytes.
struct read_limits {
  /// The request line and the headers, and again as much for chunk extensions and trailers. Node's bound too:
  /// room for a few cookies of the largest size that browsers keep (4 KiB, RFC 6265, 6.1).
  std::size_t head = 16 * 1024;
  /// The body. The largest message a Socket.IO client may send by default (maxHttpBufferSize, F-008).
  std::size_t body = 1'000'000;
};

/// How far a reader is with a request.
enum class read_state {
  idle,    ///< nothing of a request has come; the reader holds no memory
  head,    ///< in the request line or the headers
  body,    ///< the head is complete, the body is not
  done,    ///< the request is complete: take it
  failed,  ///< this is no request: answer with the reader's status and close the connection
};

/// Reads one request after the other. The result depends on the bytes alone, not on how they were split.
class request_reader {
public:
  /// A reader that refuses what is longer than the limits.
  explicit request_reader(read_limits limits = {}) : limits_(limits), room_(limits.head) {}

  /// Reads bytes, up to the end of the request at most; returns how many. The others belong to the next
  /// request, or to the protocol that the connection is upgraded to. Once done or failed, it takes none.
  std::size_t consume(std::string_view bytes) {
    auto const given = bytes.size();
    while (!bytes.empty() && step_ < step::done) {
      if (step_ > step::header) expects_continue_ = false;  // it did not wait
      if (step_ == step::sized_data || step_ == step::chunk_data) {
        read_data(bytes);
      } else {
        read_line(bytes);
      }
    }
    return given - bytes.size();
  }

  /// How far it is with the current request.
  read_state state() const {
    switch (step_) {
      case step::request_line: return partial_.empty() ? read_state::idle : read_state::head;
      case step::header: return read_state::head;
      case step::done: return read_state::done;
      case step::failed: return read_state::failed;
      default: return read_state::body;
    }
  }

  /// After a failure: the HTTP status to answer with.
  int status() const { return status_; }

  /// Whether the client waits for a "100 Continue" before it sends the body.
  bool expects_continue() const { return expects_continue_; }

  /// The request as far as it has been read: its head in the states body and done, also after a 413.
  request& get() { return request_; }
  request const& get() const { return request_; }

  /// Hands the request over; the reader is ready for the next.
  request take() {
    auto taken = std::move(request_);
    request_reader fresh(limits_);
    std::swap(*this, fresh);  // assignment would keep the memory of the strings
    return taken;
  }

  /// Forgets what has been read; the reader is ready for the next request.
  void reset() { take(); }

private:
  // In the order of a request, so that steps compare.
  enum class step : unsigned char {
    request_line,
    header,
    sized_data,
    chunk_size,
    chunk_data,
    chunk_end,
    trailer,
    done,
    failed,
  };

  static constexpr int max_blank_lines = 4;  // before a request: RFC 9112, 2.2 asks for at least one
  static constexpr std::size_t max_chunk_digits = 16;
  // Where names end, for some. More is let through: clients on Node.js say "::1:3000" for "[::1]:3000".
  static constexpr std::string_view no_host = " \t,/?#@\\\"<>";

  void fail(int status) {
    step_ = step::failed;
    status_ = status;
    expects_continue_ = false;
  }

  void read_data(std::string_view& bytes) {
    auto const taken = bytes.substr(0, remaining_);
    request_.body += taken;
    bytes.remove_prefix(taken.size());
    remaining_ -= taken.size();
    if (remaining_ == 0) step_ = step_ == step::chunk_data ? step::chunk_end : step::done;
  }

  /// Reads to the end of a line; lines that come in pieces are collected first.
  void read_line(std::string_view& bytes) {
    auto const feed = bytes.find('\n');
    auto const size = feed == std::string_view::npos ? bytes.size() : feed + 1;
    if (partial_.size() + size > line_bound()) return fail(status_of_long_line());
    auto line = bytes.substr(0, size);
    bytes.remove_prefix(size);
    if (feed == std::string_view::npos || !partial_.empty()) {
      partial_ += line;
      if (feed == std::string_view::npos) return;
      line = partial_;
    }
    if (!line.ends_with("\r\n")) return fail(400);
    if (step_ != step::chunk_size && step_ != step::chunk_end) room_ -= line.size();
    line.remove_suffix(2);
    read_whole_line(line);
    partial_.clear();
  }

  std::size_t line_bound() const {
    if (step_ == step::chunk_end) return 2;
    return step_ == step::chunk_size ? max_chunk_digits + room_ + 2 : room_;
  }

  int status_of_long_line() const {
    if (step_ == step::request_line) return 414;
    return step_ == step::header || step_ == step::trailer ? 431 : 400;
  }

  void read_whole_line(std::string_view line) {
    switch (step_) {
      case step::request_line:
        if (!line.empty()) return read_request_line(line);
        if (++blank_lines_ > max_blank_lines) fail(400);
        return;
      case step::header: return line.empty() ? end_head() : read_header(line);
      case step::chunk_size: return read_chunk_size(line);
      case step::chunk_end: step_ = step::chunk_size; return;
      default:
        if (!line.empty()) return read_header(line);
        step_ = step::done;
    }
  }

  void read_request_line(std::string_view line) {
    auto const first = line.find(' ');
    auto const last = line.rfind(' ');
    if (first == last) return fail(400);
    auto const method = line.substr(0, first);
    auto const target = line.substr(first + 1, last - first - 1);
    auto const version = line.substr(last + 1);
    auto const is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (!is_token(method) || version.size() != 8 || !version.starts_with("HTTP/") || !is_digit(version[5]) ||
        version[6] != '.' || !is_digit(version[7])) {
      return fail(400);
    }
    if (version != "HTTP/1.1" && version != "HTTP/1.0") return fail(505);
    auto parts = parse_target(method, target);
    if (!parts) return fail(400);
    request_.method = method;
    request_.target = target;
    request_.path = std::move(parts->path);
    request_.query = std::move(parts->query);
    request_.minor = version[7] - '0';
    step_ = step::header;
  }

  /// A line that begins with a space, the old way to go on with a value, or has one before the colon, has no
  /// token for a name. Trailers are checked and dropped.
  void read_header(std::string_view line) {
    auto const colon = line.find(':');
    if (colon == std::string_view::npos) return fail(400);
    auto const name = line.substr(0, colon);
    auto const value = trim(line.substr(colon + 1));
    if (!is_token(name) || !is_field_value(value)) return fail(400);
    if (step_ == step::header) request_.headers.add(name, value);
  }

  /// Finds out where the body ends (RFC 9112, 6.3).
  void end_head() {
    auto hosts = 0;
    std::optional<std::string_view> length;
    std::optional<std::string_view> coding;
    for (auto const [name, value] : request_.headers) {
      if (same_name(name, "host")) {
        if (++hosts > 1 || value.find_first_of(no_host) != std::string_view::npos) return fail(400);
      }
      auto const is_length = same_name(name, "content-length");
      auto const is_coding = same_name(name, "transfer-encoding");
      if (!is_length && !is_coding) continue;
      if (length || coding) return fail(400);
      (is_length ? length : coding) = value;
    }
    if (hosts == 0 && request_.minor == 1) return fail(400);
    room_ = limits_.head;
    step_ = step::done;
    if (coding) begin_chunks(*coding);
    if (length) begin_data(*length);
    expects_continue_ = state() == read_state::body && request_.minor == 1 &&
                        request_.headers.has_token("expect", "100-continue");
  }

  void begin_data(std::string_view length) {
    auto const size = number(length, 10);
    if (!size) return fail(400);
    if (*size > limits_.body) return fail(413);
    remaining_ = *size;
    if (remaining_ > 0) step_ = step::sized_data;
  }

  /// Only "chunked" is understood. Other codings are HTTP too, but with anything after "chunked" nobody knows
  /// where the body ends.
  void begin_chunks(std::string_view codings) {
    auto chunked = false;
    auto unknown = false;
    auto const ambiguous = any_element(codings, [&](std::string_view coding) {
      if (chunked || !is_token(coding)) return true;
      (same_name(coding, "chunked") ? chunked : unknown) = true;
      return false;
    });
    if (ambiguous || request_.minor == 0) return fail(400);
    if (unknown) return fail(501);
    step_ = step::chunk_size;
  }

  /// The number that `text` is, or the largest there is if it is larger; nothing if it is not only digits.
  static std::optional<std::size_t> number(std::string_view text, int base) {
    std::size_t value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (text.empty() || end != text.data() + text.size()) return std::nullopt;
    return error == std::errc::result_out_of_range ? std::numeric_limits<std::size_t>::max() : value;
  }

  void read_chunk_size(std::string_view line) {
    auto const digits = line.substr(0, line.find_first_not_of("0123456789abcdefABCDEF"));
    auto const extension = line.substr(digits.size());
    auto const size = number(digits, 16);
    if (!size || digits.size() > max_chunk_digits || extension.size() > room_) return fail(400);
    if (!extension.empty() && (extension.front() != ';' || !is_field_value(extension))) return fail(400);
    if (*size > limits_.body - request_.body.size()) return fail(413);
    room_ -= extension.size();
    remaining_ = *size;
    step_ = remaining_ == 0 ? step::trailer : step::chunk_data;
  }

  request request_;
  std::string partial_;  // the beginning of a line whose end has not come
  read_limits limits_;
  std::size_t room_;           // what is left of the bound of the head, or of extensions and trailers
  std::size_t remaining_ = 0;  // bytes of the body, or of the chunk, that have not come
  int status_ = 0;
  int blank_lines_ = 0;
  step step_ = step::request_line;
  bool expects_continue_ = false;
};

}  // namespace socketiopp::http
