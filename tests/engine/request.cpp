// SPDX-License-Identifier: MIT
#include <optional>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include <socketiopp/engine/request.hpp>

namespace engine = socketiopp::engine;
using engine::refusal;
using engine::wish;

namespace {

constexpr std::string_view known = "abcdefghijklmnopqrst";
constexpr std::string_view unknown = "zbcdefghijklmnopqrst";

struct asking {
  std::string_view method = "GET";
  bool upgrade = false;
  bool origin_valid = true;
  engine::options options{};
  engine::dialect speaks{};  // the session that is known

  engine::verdict judge(std::string_view query) const {
    return engine::judge(
        {.method = method, .query = query, .upgrade = upgrade, .origin_valid = origin_valid}, options,
        [this](engine::id const& id) { return id.view() == known ? std::optional(speaks) : std::nullopt; });
  }
  refusal refused(std::string_view query) const { return judge(query).refused; }
  /// The same with the id of a session.
  refusal refused(std::string query, std::string_view sid) const {
    return judge(query.append("&sid=").append(sid)).refused;
  }
};

constexpr std::string_view polling = "EIO=4&transport=polling";
constexpr std::string_view websocket = "EIO=4&transport=websocket";

}  // namespace

TEST_CASE("request: what a request that is let in wants (W-001, W-002)") {
  CHECK(asking{}.judge(polling).refused == refusal::none);
  CHECK((asking{}.judge(polling).wants == wish::open_polling));
  CHECK((asking{.upgrade = true}.judge(websocket).wants == wish::open_websocket));
  CHECK(asking{.upgrade = true}.judge(websocket).refused == refusal::none);
  CHECK_FALSE(asking{}.judge(polling).session);

  auto const check = [](asking const& how, std::string query, wish wanted) {
    auto const verdict = how.judge(query.append("&sid=").append(known));
    CHECK(verdict.refused == refusal::none);
    CHECK((verdict.wants == wanted));
    CHECK(verdict.session->view() == known);
  };
  check({}, std::string(polling), wish::poll);
  check({.method = "POST"}, std::string(polling), wish::post);
  check({.upgrade = true}, std::string(websocket), wish::probe);
}

TEST_CASE("request: other parameters, their order and escapes do not matter (W-024)") {
  CHECK(asking{}.refused("a=1&transport=polling&b[]=%zz&&EIO=4&=&t=x") == refusal::none);
  CHECK(asking{}.refused("EI%4f=%34&transport=poll%69ng") == refusal::none);
  CHECK(asking{}.refused("EIO=4&transport=polling&sid=") == refusal::none);  // an empty id is none
  CHECK(asking{}.refused("EIO=4&transport=polling&sid") == refusal::none);
}

TEST_CASE("request: an unknown transport (W-003)") {
  for (std::string_view const query :
       {"", "EIO=4", "EIO=4&transport", "EIO=4&transport=", "EIO=4&transport=tobi",
        "EIO=4&transport=constructor", "EIO=4&transport=__proto__", "EIO=4&transport=Polling",
        "EIO=4&transport=polling%00", "EIO=4&transport=tobi&transport=polling"})
    CHECK(asking{}.refused(query) == refusal::unknown_transport);
}

TEST_CASE("request: a transport that is not served is unknown, for sessions too (W-003, W-111)") {
  engine::options options;
  options.polling = false;
  CHECK(asking{.options = options}.refused(polling) == refusal::unknown_transport);
  CHECK(asking{.options = options}.refused(std::string(polling), known) == refusal::unknown_transport);
  CHECK(asking{.upgrade = true, .options = options}.refused(websocket) == refusal::none);
  options = {};
  options.websocket = false;
  CHECK(asking{.upgrade = true, .options = options}.refused(websocket) == refusal::unknown_transport);
  CHECK(asking{.options = options}.refused(polling) == refusal::none);
}

TEST_CASE("request: an unknown session (W-004)") {
  for (auto const sid : {unknown, std::string_view("x"), std::string_view("abcdefghijklmnopqrs"),
                         std::string_view("abcdefghijklmnopqrstu"), std::string_view("%00")}) {
    CHECK(asking{}.refused(std::string(polling), sid) == refusal::unknown_session);
    CHECK(asking{.method = "POST"}.refused(std::string(polling), sid) == refusal::unknown_session);
    CHECK(asking{.method = "PUT"}.refused(std::string(polling), sid) == refusal::unknown_session);
    CHECK(asking{.upgrade = true}.refused(std::string(websocket), sid) == refusal::unknown_session);
  }
}

TEST_CASE("request: a handshake that is no GET (W-005, W-019)") {
  for (auto const method : {"POST", "OPTIONS", "HEAD", "PUT", "get", ""}) {
    CHECK(asking{.method = method}.refused(polling) == refusal::bad_handshake_method);
    CHECK(asking{.method = method}.refused(websocket) == refusal::bad_handshake_method);
    CHECK(asking{.method = method, .upgrade = true}.refused(websocket) == refusal::bad_handshake_method);
  }
  CHECK(asking{.method = "POST", .upgrade = true}.refused(std::string(websocket), known) ==
        refusal::bad_handshake_method);
}

TEST_CASE("request: transport and upgrade must agree (W-006, W-007, W-016)") {
  CHECK(asking{}.refused(websocket) == refusal::websocket_expected);
  CHECK(asking{.upgrade = true}.refused(polling) == refusal::websocket_expected);
  CHECK(asking{}.refused(std::string(websocket), known) == refusal::transport_mismatch);
  CHECK(asking{.method = "POST"}.refused(std::string(websocket), known) == refusal::transport_mismatch);
  CHECK(asking{.upgrade = true}.refused(std::string(polling), known) == refusal::transport_mismatch);
}

TEST_CASE("request: another protocol version (W-008, W-014, W-015)") {
  for (std::string const version :
       {"", "EIO=3", "EIO=5", "EIO", "EIO=", "EIO=44", "EIO=4x", "eio=4", "EIO=3&EIO=4"}) {
    CHECK(asking{}.refused(version + "&transport=polling") == refusal::unsupported_protocol);
    CHECK(asking{.upgrade = true}.refused(version + "&transport=websocket") == refusal::unsupported_protocol);
    CHECK(asking{}.refused(version + "&transport=polling", known) == refusal::protocol_mismatch);
    CHECK(asking{.upgrade = true}.refused(version + "&transport=websocket", known) ==
          refusal::protocol_mismatch);
  }
}

TEST_CASE("request: an Origin with characters that no origin has (W-009)") {
  CHECK(asking{.origin_valid = false}.refused(polling) == refusal::invalid_origin);
  CHECK(asking{.origin_valid = false}.refused(std::string(polling), known) == refusal::invalid_origin);
}

TEST_CASE("request: a session takes GET and POST (W-020)") {
  for (auto const method : {"PUT", "HEAD", "OPTIONS", "DELETE", "post", ""})
    CHECK(asking{.method = method}.refused(std::string(polling), known) == refusal::bad_session_method);
}

TEST_CASE("request: of several faults the first in the reference's order is told") {
  // transport, then Origin, then session, then method, then upgrade, then version
  asking const all{.method = "PUT", .upgrade = true, .origin_valid = false};
  CHECK(all.refused("transport=x&EIO=3", unknown) == refusal::unknown_transport);
  CHECK(all.refused("transport=polling&EIO=3", unknown) == refusal::invalid_origin);
  asking const origin{.method = "PUT", .upgrade = true};
  CHECK(origin.refused("transport=polling&EIO=3", unknown) == refusal::unknown_session);
  CHECK(origin.refused("transport=polling&EIO=3") == refusal::bad_handshake_method);
  CHECK(asking{.upgrade = true}.refused("transport=polling&EIO=3") == refusal::websocket_expected);
}

namespace {

engine::options with_v3() {
  engine::options terms;
  terms.allow_eio3 = true;
  return terms;
}

}  // namespace

TEST_CASE("request: where v3 is allowed, no EIO means it too, and others are still none (W-014, W-190)") {
  asking const get{.options = with_v3()};
  asking const socket{.upgrade = true, .options = with_v3()};
  for (std::string const version : {"EIO=3&", "", "EI%4F=%33&", "EIO=3&EIO=4&", "eio=4&"}) {
    CAPTURE(version);
    auto const opened = get.judge(version + "transport=polling");
    CHECK(opened.refused == refusal::none);
    CHECK((opened.wants == wish::open_polling));
    CHECK(opened.speaks.v3);
    CHECK((socket.judge(version + "transport=websocket").wants == wish::open_websocket));
    CHECK(socket.judge(version + "transport=websocket").speaks.v3);
  }
  CHECK(get.refused(polling) == refusal::none);
  CHECK_FALSE(get.judge(polling).speaks.v3);
  for (std::string const version : {"EIO=2", "EIO=5", "EIO", "EIO=", "EIO=33", "EIO=3x", "EIO=abc"}) {
    CAPTURE(version);
    CHECK(get.refused(version + "&transport=polling") == refusal::unsupported_protocol);
    CHECK(get.refused(version + "&transport=polling", known) == refusal::protocol_mismatch);
  }
}

TEST_CASE("request: a session is spoken to in its own revision (W-008)") {
  asking v4{.options = with_v3()}, v3 = v4, socket = v4;
  v3.speaks = socket.speaks = {.v3 = true};
  socket.upgrade = true;
  CHECK(v4.refused("EIO=3&transport=polling", known) == refusal::protocol_mismatch);
  CHECK(v4.refused("transport=polling", known) == refusal::protocol_mismatch);
  CHECK(v4.refused(std::string(polling), known) == refusal::none);
  CHECK(v3.refused(std::string(polling), known) == refusal::protocol_mismatch);
  CHECK(v3.refused("EIO=3&transport=polling", known) == refusal::none);
  CHECK(v3.refused("transport=polling", known) == refusal::none);
  // the WebSocket may speak otherwise than the polls: in a dialect of its own
  auto const probe = socket.judge(std::string("EIO=3&b64=1&transport=websocket&sid=").append(known));
  CHECK((probe.wants == wish::probe));
  CHECK(probe.speaks.base64);
}
