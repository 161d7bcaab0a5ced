// SPDX-License-Identifier: MIT
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/http/header_list.hpp>
#include <socketiopp/transport/websocket/deflate.hpp>

using socketiopp::transport::websocket::accept_deflate;

namespace {

std::string answered(std::vector<std::string_view> const& offers, int bits = 15) {
  socketiopp::http::header_list headers;
  headers.add("Sec-WebSocket-Key", "permessage-deflate");
  for (auto const offer : offers) headers.add("sec-websocket-extensions", offer);
  return accept_deflate(headers, bits).value_or("(nothing)");
}

std::string const terms = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

}  // namespace

TEST_CASE("deflate: an offer is answered without context takeover, whatever it says of it") {
  for (std::string_view const offer :
       {"permessage-deflate", "permessage-deflate; client_max_window_bits",
        "permessage-deflate; client_max_window_bits=8", "permessage-deflate;client_max_window_bits=\"15\"",
        "permessage-deflate; server_no_context_takeover", "permessage-deflate ; client_no_context_takeover ",
        "permessage-deflate;server_no_context_takeover;client_no_context_takeover;client_max_window_bits=10",
        "x-webkit-deflate-frame, permessage-deflate", "foo; permessage-deflate, permessage-deflate"}) {
    CAPTURE(offer);
    CHECK(answered({offer}) == terms);
  }
}

TEST_CASE("deflate: a window is agreed on if it is asked for and large enough for the server") {
  CHECK(answered({"permessage-deflate; server_max_window_bits=15"}) == terms + "; server_max_window_bits=15");
  CHECK(answered({"permessage-deflate; server_max_window_bits=12"}, 10) ==
        terms + "; server_max_window_bits=10");
  CHECK(answered({"permessage-deflate; server_max_window_bits=\"9\""}, 9) ==
        terms + "; server_max_window_bits=9");
  CHECK(answered({"permessage-deflate"}, 9) == terms);
  CHECK(answered({"permessage-deflate; server_max_window_bits=14"}) == "(nothing)");
  CHECK(answered({"permessage-deflate; server_max_window_bits=9"}, 10) == "(nothing)");
  CHECK(answered({"permessage-deflate; server_max_window_bits=8"}, 9) == "(nothing)");
}

TEST_CASE("deflate: the first offer that suits is taken, and nothing of those before it") {
  CHECK(answered({"permessage-deflate; server_max_window_bits=10, permessage-deflate"}) == terms);
  CHECK(answered({"permessage-deflate; server_max_window_bits=15, permessage-deflate"}) ==
        terms + "; server_max_window_bits=15");
  CHECK(answered({"permessage-deflate; x", "permessage-deflate; server_max_window_bits=15"}) ==
        terms + "; server_max_window_bits=15");
}

TEST_CASE("deflate: an offer that breaks RFC 7692, 7.1 is declined") {
  for (std::string_view const parameters : {"",
                                            "x",
                                            "x=1",
                                            "=",
                                            "client_max_window_bits=",
                                            "client_max_window_bits=7",
                                            "client_max_window_bits=16",
                                            "client_max_window_bits=08",
                                            "client_max_window_bits=010",
                                            "client_max_window_bits=-9",
                                            "client_max_window_bits=9x",
                                            "client_max_window_bits=1",
                                            "client_max_window_bits=265",
                                            "client_max_window_bits=4294967305",
                                            "client_max_window_bits=\"",
                                            "client_max_window_bits=\"\"",
                                            "client_max_window_bits=\"9",
                                            "client_max_window_bits=1 0",
                                            "client_max_window_bits=9; client_max_window_bits=9",
                                            "client_max_window_bits; client_max_window_bits=9",
                                            "server_max_window_bits",
                                            "server_max_window_bits=",
                                            "server_max_window_bits=16",
                                            "server_max_window_bits=15; server_max_window_bits=15",
                                            "server_no_context_takeover=1",
                                            "server_no_context_takeover=",
                                            "server_no_context_takeover=15",
                                            "server_no_context_takeover; server_no_context_takeover",
                                            "client_no_context_takeover=true",
                                            "client_no_context_takeover=10",
                                            "client_no_context_takeover; client_no_context_takeover",
                                            "CLIENT_MAX_WINDOW_BITS"}) {
    CAPTURE(parameters);
    CHECK(answered({"permessage-deflate; " + std::string(parameters)}, 9) == "(nothing)");
  }
}

TEST_CASE("deflate: no offer, no answer") {
  CHECK(answered({}) == "(nothing)");
  for (std::string_view const other :
       {"", ",", ";", "permessage-bzip2", "xpermessage-deflate", "permessage-deflate-2",
        "foo=\"permessage-deflate\"", "permessage deflate", "deflate-frame"}) {
    CAPTURE(other);
    CHECK(answered({other}) == "(nothing)");
  }
}
