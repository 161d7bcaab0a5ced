// SPDX-License-Identifier: MIT
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/contract.hpp>
#include <socketiopp/parser/text.hpp>
#include <socketiopp/policies.hpp>
#include <socketiopp/typed/asker.hpp>

namespace sio = socketiopp;
using namespace socketiopp::literals;
using namespace std::chrono_literals;

namespace {

struct chat {
  using to_server = sio::events<>;
  using to_client = sio::events<sio::event<"sure", bool(std::string, double)>, sio::event<"ping", int()>>;
  static constexpr bool open = true;
};

/// Writes down what is asked, with how many callbacks.
class paper : public sio::detail::many_asker<chat, paper> {
public:
  using format = sio::default_policies::parser::format<sio::default_policies::json>;
  std::vector<std::string> lines;

  std::string_view nsp() const { return "/chat"; }
  std::uint64_t next_ack_id() { return 7; }
  template <class R, class... Callbacks>
  int ask(std::string_view event, std::uint64_t id, sio::parser::outgoing packet, Callbacks&&... callbacks) {
    lines.push_back(std::string(event) + " " + std::to_string(id) + " " +
                    std::string(packet.packet.payload()));
    return (0 + ... + callbacks);
  }
};

}  // namespace

TEST_CASE("asker: events of the contract and others, with one callback or two, which are passed on") {
  paper to;
  CHECK(to.emit_with_ack<"sure">("?", 1, 10) == 10);
  CHECK(to.emit_with_ack("ping"_ev, 20) == 20);
  CHECK(to.emit_with_ack("other", 1, "a", 30) == 30);
  CHECK(to.emit_with_each_ack<"ping">(1, 2) == 3);
  CHECK(to.emit_with_each_ack("sure"_ev, "?", 0.5, 10, 20) == 30);
  CHECK(to.emit_with_each_ack("other", 1, 100, 200) == 300);
  REQUIRE(to.lines.size() == 6);
  CHECK(to.lines[0] == R"(sure 7 42/chat,7["sure","?",1])");
  CHECK(to.lines[1] == R"(ping 7 42/chat,7["ping"])");
  CHECK(to.lines[2] == R"(other 7 42/chat,7["other",1,"a"])");
  CHECK(to.lines[3] == R"(ping 7 42/chat,7["ping"])");
  CHECK(to.lines[4] == R"(sure 7 42/chat,7["sure","?",0.5])");
  CHECK(to.lines[5] == R"(other 7 42/chat,7["other",1])");
}

TEST_CASE("asker: a time limit is not negative, and of a year at most") {
  CHECK(sio::detail::bounded_limit(5s) == 5s);
  CHECK(sio::detail::bounded_limit(std::chrono::milliseconds::min()) == 0s);
  CHECK(sio::detail::bounded_limit(std::chrono::milliseconds::max()) == std::chrono::hours(365 * 24));
}
