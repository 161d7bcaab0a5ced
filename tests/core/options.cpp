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
