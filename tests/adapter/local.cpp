// SPDX-License-Identifier: MIT
#include <cstddef>
#include <string>
#include <system_error>
#include <vector>

#include <doctest/doctest.h>

#include "../typed/client.hpp"
#include <socketiopp/adapter/local.hpp>

namespace {

namespace sio = socketiopp;

struct chat {
  using to_server = sio::events<>;
  using to_client = sio::events<>;
  using server_side = sio::events<sio::event<"refresh", void(int)>, sio::event<"load", double(std::string)>>;
};

}  // namespace

TEST_CASE("local: a server that is alone says so") {
  typed_tests::world w;
  auto& lobby = w.io.of<chat>("/chat");
  lobby.on_server_side<"refresh">([](int) { FAIL("heard itself"); });
  lobby.server_side_emit<"refresh">(7);
  w.io.server_side_emit("hello");
  bool told = false;
  lobby.server_side_emit_with_ack<"load">("cpu", [&](std::error_code error, std::vector<double> replies) {
    CHECK_FALSE(error);
    CHECK(replies.empty());
    told = true;
  });
  w.run();
  CHECK(told);
  std::size_t count = 0;
  lobby.server_count([&](std::error_code, std::size_t servers) { count = servers; });
  CHECK(count == 1);
}
