// SPDX-License-Identifier: MIT
#include <chrono>
#include <functional>
#include <string>
#include <system_error>
#include <utility>

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
  CHECK(options.head_timeout == 10s);
  CHECK(options.request_timeout == 60s);
  CHECK(options.keep_alive_timeout == 60s);
  CHECK(options.max_queued_bytes == 16 * 1024 * 1024);
  CHECK(options.on_overflow == socketiopp::overflow::close);
  CHECK(options.initial_packet.empty());
  auto const census = options.census();
  CHECK(census.all == socketiopp::transport::census::unlimited);
  CHECK(census.per_address == socketiopp::transport::census::unlimited);
  auto const service = server_options().service();
  CHECK(!service.cors.enabled());
  CHECK(!service.cookie);
  CHECK(service.trusted_proxies.empty());
  CHECK(!service.client);
  CHECK(!service.allow_request);
  CHECK(!service.generate_id);
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
  for (auto const* const path : {"", "a/", "a"}) refused("path", [&](auto& options) { options.path = path; });
  for (auto const time : {0ms, -1ms, std::chrono::milliseconds::max(), std::chrono::milliseconds::min()}) {
    refused("ping_interval", [&](auto& options) { options.ping_interval = time; });
    refused("ping_timeout", [&](auto& options) { options.ping_timeout = time; });
    refused("upgrade_timeout", [&](auto& options) { options.upgrade_timeout = time; });
    refused("connect_timeout", [&](auto& options) { options.connect_timeout = time; });
    refused("ack_timeout", [&](auto& options) { options.ack_timeout = time; });
    refused("head_timeout", [&](auto& options) { options.head_timeout = time; });
    refused("request_timeout", [&](auto& options) { options.request_timeout = time; });
    refused("keep_alive_timeout", [&](auto& options) { options.keep_alive_timeout = time; });
  }
  refused("max_payload", [](auto& options) { options.max_payload = 0; });
  refused("max_queued_bytes", [](auto& options) { options.max_queued_bytes = 0; });
  refused("max_connections ", [](auto& options) { options.max_connections = 0; });
  refused("max_connections_per_address", [](auto& options) { options.max_connections_per_address = 0; });
  refused("polling", [](auto& options) { options.polling = options.websocket = false; });
}

TEST_CASE("options: the longest times there are are taken") {
  server_options options;
  options.connect_timeout = options.ack_timeout = std::chrono::years(100);
  CHECK_NOTHROW(options.validate());
}

TEST_CASE("options: each layer gets what is its own") {
  server_options options{.path = "/x/",
                         .ping_interval = 1s,
                         .ping_timeout = 2s,
                         .upgrade_timeout = 3s,
                         .max_payload = 4,
                         .polling = false,
                         .allow_upgrades = false,
                         .max_queued_bytes = 12,
                         .on_overflow = socketiopp::overflow::drop_newest,
                         .initial_packet = "hello",
                         .connect_timeout = 5s,
                         .ack_timeout = 6s,
                         .max_attachments = 7,
                         .max_pending_acks = 8,
                         .max_namespaces = 9,
                         .max_request_head = 10,
                         .head_timeout = 13s,
                         .request_timeout = 11s,
                         .keep_alive_timeout = 14s,
                         .max_connections = 15,
                         .max_connections_per_address = 16,
                         .cors = {.origins = {"*"}},
                         .cookie = socketiopp::http::cookie_options{.name = "sid"},
                         .trusted_proxies = {"192.0.2.1"},
                         .allow_request = [](socketiopp::http::request const&) { return socketiopp::admit; },
                         .generate_id = [](socketiopp::http::request const&) { return std::string("id"); }};
  auto const engine = options.engine();
  CHECK(engine.path == "/x/");
  CHECK(engine.ping_interval == 1s);
  CHECK(engine.ping_timeout == 2s);
  CHECK(engine.upgrade_timeout == 3s);
  CHECK(engine.max_payload == 4);
  CHECK(!engine.polling);
  CHECK(engine.websocket);
  CHECK(!engine.allow_upgrades);
  CHECK(engine.max_queued_bytes == 12);
  CHECK(engine.on_overflow == socketiopp::overflow::drop_newest);
  CHECK(engine.initial_packet == "hello");
  auto const core = options.core();
  CHECK(core.connect_timeout == 5s);
  CHECK(core.ack_timeout == 6s);
  CHECK(core.max_attachments == 7);
  CHECK(core.max_pending_acks == 8);
  CHECK(core.max_namespaces == 9);
  auto const census = options.census();
  CHECK(census.all == 15);
  CHECK(census.per_address == 16);
  auto const service = std::move(options).service();
  CHECK(service.path == "/x/");
  CHECK(service.limits.head == 10);
  CHECK(service.limits.body == 4);
  CHECK(service.head_timeout == 13s);
  CHECK(service.request_timeout == 11s);
  CHECK(service.keep_alive_timeout == 14s);
  CHECK(service.cors.enabled());
  REQUIRE(service.cookie);
  CHECK(service.cookie->value("x").starts_with("sid=x;"));
  CHECK(service.trusted_proxies.contains("192.0.2.1"));
  CHECK(service.allow_request);
  CHECK(service.generate_id({}) == "id");
}

TEST_CASE("options: what no browser or network could understand is named") {
  auto const refused = [](std::string const& name, server_options options) {
    CAPTURE(name);
    try {
      std::move(options).service();
      FAIL_CHECK("it was taken");
    } catch (std::system_error const& error) {
      CHECK((error.code() == std::errc::invalid_argument));
      CHECK(std::string(error.what()).find(name) != std::string::npos);
    }
  };
  refused("cors.origins", {.cors = {.origins = {"example.com"}}});
  refused("cookie.name", {.cookie = socketiopp::http::cookie_options{.name = "a b"}});
  refused("trusted_proxies", {.trusted_proxies = {"localhost"}});
}

TEST_CASE("options: a client bundle that is not there is named") {
  server_options options;
  options.client = "/nowhere/dist";
  try {
    std::move(options).service();
    FAIL_CHECK("it was taken");
  } catch (std::system_error const& error) {
    CHECK(std::string(error.what()).find("/nowhere/dist") != std::string::npos);
  }
}
