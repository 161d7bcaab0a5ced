// SPDX-License-Identifier: MIT
#include <chrono>

#include <doctest/doctest.h>

#include <socketiopp/core/options.hpp>

using namespace std::chrono_literals;

TEST_CASE("options: F-033, F-036: the defaults are the reference's") {
  socketiopp::core::options const options;
  CHECK(options.connect_timeout == 45s);
  CHECK(options.max_attachments == 10);
}

TEST_CASE("options: nothing is without a bound") {
  socketiopp::core::options const options;
  CHECK(options.ack_timeout == 30s);
  CHECK(options.max_pending_acks == 10'000);
  CHECK(options.max_namespaces == 100);
}
