// SPDX-License-Identifier: MIT
#include <algorithm>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/meta/unique_function.hpp>
#include <socketiopp/transport/output.hpp>

namespace engine = socketiopp::engine;
namespace transport = socketiopp::transport;

namespace {

// A stream that takes a few bytes at a time, and so many until it would block.
struct slow {
  static constexpr bool secure = false;
  std::size_t at_a_time, room;
  std::string taken = {};
  std::size_t most_pieces = 0;
  std::error_code fault = {};

  std::size_t write_some(std::span<std::string_view const> pieces, std::error_code& error) {
    most_pieces = std::max(most_pieces, pieces.size());
    if (fault) error = fault;
    if (room == 0 && !error) error = std::make_error_code(std::errc::operation_would_block);
    if (error) return 0;
    auto left = std::min(at_a_time, room);
    room -= left;
    std::size_t size = 0;
    for (auto const piece : pieces) {
      auto const part = piece.substr(0, left);
      taken += part;
      size += part.size();
      left -= part.size();
    }
    room += left;
    return size;
  }
  std::size_t read_some(std::span<char>, std::error_code&) { return 0; }
  void wait_readable(socketiopp::unique_function<void(std::error_code)>) {}
  void wait_writable(socketiopp::unique_function<void(std::error_code)>) {}
  void shutdown() {}
  void close() {}
  std::string remote_address() const { return {}; }
};

}  // namespace

TEST_CASE("output: everything leaves in order, however little the stream takes") {
  for (std::size_t const at_a_time : {1u, 2u, 3u, 5u, 100'000u})
    for (std::size_t const room : {1u, 4u, 7u, 100'000u}) {
      CAPTURE(at_a_time);
      CAPTURE(room);
      slow to{.at_a_time = at_a_time, .room = 0};
      transport::output out;
      std::string wanted;
      for (int i = 0; i < 150; ++i) {
        auto const text = std::to_string(i);
        out.push(text);
        wanted += text;
        if (i % 50 == 0) {
          std::vector more{engine::text_message("a"), engine::text_message("b")};
          for (auto const& each : more) wanted += each.frame();
          out.push_all(more);
          CHECK(more.empty());
        }
        to.room = room;
        std::error_code error;
        if (i % 3 == 0) out.write_to(to, error);
      }
      while (!out.empty()) {
        to.room = room;
        std::error_code error;
        out.write_to(to, error);
        CHECK((!error || error == std::errc::operation_would_block));
        CHECK((out.empty() == !error));
      }
      CHECK(to.taken == wanted);
      CHECK(to.most_pieces <= 64);
    }
}

TEST_CASE("output: a list goes behind what is there, and into an empty output as it is") {
  slow to{.at_a_time = 1000, .room = 1000};
  transport::output out;
  std::vector list{engine::text_message("a")};
  out.push_all(list);
  list.push_back(engine::text_message("b"));
  out.push_all(list);
  CHECK(list.empty());
  std::error_code error;
  out.write_to(to, error);
  CHECK(to.taken ==
        "\x81\x02"
        "4a"
        "\x81\x02"
        "4b");
  CHECK(out.empty());
}

TEST_CASE("output: a stream that fails is written to no more") {
  slow to{.at_a_time = 2, .room = 3};
  transport::output out;
  out.push("abcdef");
  std::error_code error;
  out.write_to(to, error);
  CHECK(to.taken == "abc");
  to.fault = std::make_error_code(std::errc::broken_pipe);
  error.clear();
  out.write_to(to, error);
  CHECK((error == std::errc::broken_pipe));
  CHECK(!out.empty());
  out.clear();
  CHECK(out.empty());
  out.push("x");
  to.fault.clear();
  to.room = 10;
  error.clear();
  out.write_to(to, error);
  CHECK(to.taken == "abcx");
}

TEST_CASE("output: knows how many bytes have not left") {
  transport::output out;
  CHECK(out.bytes() == 0);
  out.push("0123456789");
  std::vector<engine::shared_packet> list{engine::text_message("abc"), engine::text_message("de")};
  std::size_t const framed = list[0].frame().size() + list[1].frame().size();
  out.push_all(list);
  CHECK(out.bytes() == 10 + framed);
  slow to{.at_a_time = 3, .room = 11};
  std::error_code error;
  out.write_to(to, error);
  CHECK(error == std::errc::operation_would_block);
  CHECK(out.bytes() == framed - 1);
  out.push("x");
  CHECK(out.bytes() == framed);
  to.room = 1000;
  error = {};
  out.write_to(to, error);
  CHECK(!error);
  CHECK(out.bytes() == 0);
  out.push("y");
  out.clear();
  CHECK(out.bytes() == 0);
  list = {engine::text_message("abc")};
  out.push_all(list);  // into an empty one
  CHECK(out.bytes() == engine::text_message("abc").frame().size());
}
