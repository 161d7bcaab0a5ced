// SPDX-License-Identifier: MIT
// Requests give the same whichever way their bytes are split, and what was read reads the same once written.
// Input: a byte for the limits, a byte for the split, the stream.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "input.hpp"
#include <socketiopp/http/request.hpp>
#include <socketiopp/http/request_reader.hpp>

namespace {

using namespace socketiopp;

using headers = std::vector<std::pair<std::string, std::string>>;

struct heard {
  std::string method, target, path, query, body;
  int minor;
  headers fields;
  bool keep_alive;

  explicit heard(http::request const& of)
      : method(of.method),
        target(of.target),
        path(of.path),
        query(of.query),
        body(of.body),
        minor(of.minor),
        keep_alive(of.keep_alive()) {
    for (auto const [name, value] : of.headers) fields.emplace_back(name, value);
  }
  bool operator==(heard const&) const = default;
};

/// What a stream gives: its requests, and how it ends.
class listener {
public:
  explicit listener(http::read_limits limits) : limits_(limits), reader_(limits) {}

  /// False: nothing more is read.
  bool consume(std::string_view bytes) {
    while (!bytes.empty()) {
      auto const size = reader_.consume(bytes);
      fuzz::require(size <= bytes.size(), "a reader takes no more than there is");
      bytes.remove_prefix(size);
      consumed_ += size;
      of_request_ += size;
      fuzz::require(of_request_ <= longest(), "a request has a bound");
      if (reader_.state() == http::read_state::failed) return false;
      fuzz::require(bytes.empty() || reader_.state() == http::read_state::done,
                    "a reader stops at the end of a request only");
      if (reader_.state() != http::read_state::done) return true;
      fuzz::require(reader_.consume("GET") == 0, "a reader that is done takes nothing");
      requests_.emplace_back(reader_.get());
      fuzz::require(requests_.back().body.size() <= limits_.body, "no body exceeds its limit");
      reader_.take();
      of_request_ = 0;
      fuzz::require(reader_.state() == http::read_state::idle, "a reader begins anew");
    }
    return true;
  }

  std::vector<heard> const& requests() const { return requests_; }

  bool operator==(listener const& other) const {
    auto const& a = reader_;
    auto const& b = other.reader_;
    // A line that is too long fails before it is taken, or with its first byte too many.
    auto const same_place = a.state() == http::read_state::failed || consumed_ == other.consumed_;
    return requests_ == other.requests_ && a.state() == b.state() && a.status() == b.status() &&
           a.expects_continue() == b.expects_continue() && same_place && heard(a.get()) == heard(b.get());
  }

private:
  /// Two heads, the second for extensions and trailers, and a body of which each byte is a chunk, with a size
  /// of sixteen digits, and the last chunk.
  std::size_t longest() const { return 2 * limits_.head + 21 * limits_.body + 18; }

  http::read_limits limits_;
  http::request_reader reader_;
  std::size_t consumed_ = 0;
  std::size_t of_request_ = 0;
  std::vector<heard> requests_;
};

/// The request with a length instead of chunks.
std::string write(heard const& from) {
  auto text = from.method + " " + from.target + " HTTP/1." + std::to_string(from.minor) + "\r\n";
  for (auto const& [name, value] : from.fields)
    if (!http::same_name(name, "content-length") && !http::same_name(name, "transfer-encoding"))
      text += name + ":" + value + "\r\n";
  return text + "Content-Length: " + std::to_string(from.body.size()) + "\r\n\r\n" + from.body;
}

void check_written(heard const& before) {
  listener again({.head = 4096, .body = 4096});
  fuzz::block const text(write(before));
  again.consume(text.view());
  fuzz::require(again.requests().size() == 1, "a request that was read is one once written");
  auto const& after = again.requests().front();
  auto const same = [](auto const& of) { return std::tie(of.method, of.target, of.path, of.query, of.body); };
  fuzz::require(same(before) == same(after), "a request that was read is the same once written");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  fuzz::input in(data, size);
  auto const choice = in.byte();
  http::read_limits const limits{.head = std::size_t{64} << choice % 4,
                                 .body = std::size_t{8} << choice / 4 % 8};
  auto const seed = in.byte();

  listener whole(limits);
  fuzz::block const stream(in.rest());
  whole.consume(stream.view());

  listener pieces(limits);
  fuzz::in_pieces(in.rest(), seed, 0, [&](fuzz::block const& piece) { return pieces.consume(piece.view()); });
  fuzz::require(whole == pieces, "requests do not depend on how their bytes are split");

  for (auto const& request : whole.requests()) check_written(request);
  return 0;
}
