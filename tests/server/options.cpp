// SPDX-License-Identifier: MIT
#include <chrono>
#include <functional>
#include <string>
#include <system_error>

#include <doctest/doctest.h>

#include <socketiopp/options.hpp>

using namespace std::chrono_literals;
using socketiopp::server_options;

TEST_CASE("options: the defaults are the reference's, and a server can work with them") {
  server_options const options;
  CHECK_NOTHROW(options.validate());
  CHECK(options.path == "/socket.io/");
  CHECK(options.ping_interval == 25s);
  CHECK(options.ping_timeout == 20s);
  CHECK(options.upgrade_timeout == 10s);
  CHECK(options.max_payload == 1'000'000);
  CHECK(options.connect_timeout == 45s);
  CHECK(options.max_attachments == 10);
  CHECK(!options.service().cors.enabled());
  CHECK(!options.service().client);
}

TEST_CASE("options: what no server can work with is named") {
  auto const refused = [](std::string const& name, std::function<void(server_options&)> change) {
    CAPTURE(name);
    server_options options;
    change(options);
    try {
      options.engine();
      FAIL_CHECK("it was taken");
    } catch (std::system_error const& error) {
      CHECK((error.code() == std::errc::invalid_argument));
      CHECK(std::string(error.what()).find(name) != std::string::npos);
    }
  };
  for (auto const* const path : {"", "/a", "a/", "a"})
    refused("path", [&](auto& options) { options.path = path; });
  for (auto const time : {0ms, -1ms, std::chrono::milliseconds::max(), std::chrono::milliseconds::min()}) {
    refused("ping_interval", [&](auto& options) { options.ping_interval = time; });
    refused("ping_timeout", [&](auto& options) { options.ping_timeout = time; });
    refused("upgrade_timeout", [&](auto& options) { options.upgrade_timeout = time; });
    refused("connect_timeout", [&](auto& options) { options.connect_timeout = time; });
    refused("ack_timeout", [&](auto& options) { options.ack_timeout = time; });
    refused("request_timeout", [&](auto& options) { options.request_timeout = time; });
  }
  refused("max_payload", [](auto& options) { options.max_payload = 0; });
  refused("polling", [](auto& options) { options.polling = options.websocket = false; });
}

TEST_CASE("options: the longest times there are are taken") {
  server_options options;
  options.connect_timeout = options.ack_timeout = std::chrono::years(100);
  CHECK_NOTHROW(options.validate());
}

TEST_CASE("options: each layer gets what is its own") {
  server_options const options{.path = "/x/",
                               .ping_interval = 1s,
                               .ping_timeout = 2s,
                               .upgrade_timeout = 3s,
                               .max_payload = 4,
                               .polling = false,
                               .allow_upgrades = false,
                               .connect_timeout = 5s,
                               .ack_timeout = 6s,
                               .max_attachments = 7,
                               .max_pending_acks = 8,
                               .max_namespaces = 9,
                               .max_request_head = 10,
                               .request_timeout = 11s,
                               .cors = {.origins = {"*"}}};
  auto const engine = options.engine();
  CHECK(engine.path == "/x/");
  CHECK(engine.ping_interval == 1s);
  CHECK(engine.ping_timeout == 2s);
  CHECK(engine.upgrade_timeout == 3s);
  CHECK(engine.max_payload == 4);
  CHECK(!engine.polling);
  CHECK(engine.websocket);
  CHECK(!engine.allow_upgrades);
  auto const core = options.core();
  CHECK(core.connect_timeout == 5s);
  CHECK(core.ack_timeout == 6s);
  CHECK(core.max_attachments == 7);
  CHECK(core.max_pending_acks == 8);
  CHECK(core.max_namespaces == 9);
  auto const service = options.service();
  CHECK(service.path == "/x/");
  CHECK(service.limits.head == 10);
  CHECK(service.limits.body == 4);
  CHECK(service.request_timeout == 11s);
  CHECK(service.cors.enabled());
}

TEST_CASE("options: a client bundle that is not there is named") {
  server_options options;
  options.client = "/nowhere/dist";
  try {
    options.service();
    FAIL_CHECK("it was taken");
  } catch (std::system_error const& error) {
    CHECK(std::string(error.what()).find("/nowhere/dist") != std::string::npos);
  }
}
