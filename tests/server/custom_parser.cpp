// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "../transport/fakes.hpp"
#include <socketiopp/executor/caller.hpp>
#include <socketiopp/json/placeholder.hpp>
#include <socketiopp/parser/concept.hpp>
#include <socketiopp/parser/values.hpp>
#include <socketiopp/server.hpp>
#include <socketiopp/transport/loopback.hpp>

// A parser that the library does not know, written from parser/concept.hpp alone.

namespace {

using namespace socketiopp;
using fakes::texts;
using namespace std::chrono_literals;

/// Each packet is a line: `EVENT /chat 7 0 ["message","hello"]`. After its type come the namespace, the id or
/// `-`, how many binary messages follow, and, where there is any, the data.
struct lines {
  template <class Json> struct format {
    using codec = Json;
    using view = typename Json::view;
    using document = typename Json::document;

    class decoder {
    public:
      template <class Deliver> std::optional<parser::fault> on_text(std::span<char> text, document& memory,
                                                                    std::uint32_t max_attachments,
                                                                    Deliver&& deliver) {
        if (awaited_ != 0) return parser::fault{"a line in place of an attachment"};
        auto read = read_head({text.data(), text.size()});
        if (!read) return parser::fault{"no packet"};
        if (read->attachments > max_attachments) return parser::fault{"too many attachments", true};
        if (read->attachments == 0) return finish(*read, text, memory, deliver);
        awaited_ = read->attachments;
        line_.assign(text.begin(), text.end());
        return std::nullopt;
      }

      template <class Deliver> std::optional<parser::fault> on_binary(std::span<std::byte const> bytes,
                                                                      document& memory, Deliver&& deliver) {
        if (awaited_ == 0) return parser::fault{"an attachment of nothing"};
        attachments_.emplace_back(bytes.begin(), bytes.end());
        if (--awaited_ != 0) return std::nullopt;
        auto line = std::exchange(line_, {});
        auto const kept = std::exchange(attachments_, {});
        std::vector<std::span<std::byte const>> const all(kept.begin(), kept.end());
        auto read = read_head(line);
        read->packet.attachments = all;
        return finish(*read, line, memory, deliver);
      }

    private:
      /// Everything but the data, of which only the place is known.
      struct head {
        parser::packet<view> packet;
        std::size_t attachments, data_at;
      };

      static std::optional<head> read_head(std::string_view text) {
        auto rest = text;
        auto const word = [&rest] {
          auto const found = rest.substr(0, rest.find(' '));
          rest.remove_prefix(std::min(found.size() + 1, rest.size()));
          return found;
        };
        auto const read_number = [](std::string_view digits, auto& into) {
          auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), into);
          return error == std::errc() && end == digits.data() + digits.size();
        };
        head read{};
        auto const* const type = std::find(types.begin(), types.end(), word());
        if (type == types.end()) return std::nullopt;
        read.packet.type = static_cast<protocol::packet_type>('0' + (type - types.begin()));
        read.packet.nsp = word();
        if (auto const id = word(); id != "-" && !read_number(id, read.packet.id.emplace()))
          return std::nullopt;
        if (!read_number(word(), read.attachments)) return std::nullopt;
        read.data_at = text.size() - rest.size();
        return read;
      }

      template <class Deliver> static std::optional<parser::fault> finish(head& read, std::span<char> text,
                                                                          document& memory,
                                                                          Deliver& deliver) {
        if (auto const data = text.subspan(read.data_at); !data.empty()) {
          if (!memory.parse(data.data(), data.size())) return parser::fault{"no JSON"};
          auto const root = memory.root();
          read.packet.data = root;
          if (read.packet.type == protocol::packet_type::connect && root.kind() != json::kind::object)
            return parser::fault{"connects with what is no object"};
          if (read.attachments != 0 && !json::placeholders_fit(root, read.attachments))
            return parser::fault{"a placeholder of nothing"};
        }
        deliver(read.packet);
        return std::nullopt;
      }

      std::size_t awaited_ = 0;
      std::string line_;
      std::vector<std::vector<std::byte>> attachments_;
    };

    template <class... Values> static parser::outgoing encode(protocol::packet_type type,
                                                              std::string_view nsp,
                                                              std::optional<std::uint64_t> id,
                                                              std::uint64_t offset, Values const&... values) {
      json::write_context context;
      auto const data = written([&](auto& out) { parser::write_values(out, context, offset, values...); });
      parser::outgoing made{line(type, nsp, id, context.attachments.size(), data), {}};
      for (auto const bytes : context.attachments) made.attachments.push_back(engine::binary_message(bytes));
      return made;
    }

    static engine::shared_packet connected(std::string_view nsp, std::string_view sid, std::string_view pid) {
      return line(protocol::packet_type::connect, nsp, {}, 0,
                  written([&](auto& out) { parser::write_grant(out, sid, pid); }));
    }
    static engine::shared_packet connect_error(std::string_view nsp, std::string_view message,
                                               json::value const* data) {
      return line(protocol::packet_type::connect_error, nsp, {}, 0,
                  written([&](auto& out) { parser::write_refusal(out, message, data); }));
    }
    static engine::shared_packet disconnected(std::string_view nsp) {
      return line(protocol::packet_type::disconnect, nsp, {}, 0, "");
    }
    // Clients of v2 do not speak this.
    static engine::shared_packet connected_v2(std::string_view nsp) { return connected(nsp, "", ""); }
    static engine::shared_packet connect_error_v2(std::string_view nsp, std::string_view message) {
      return connect_error(nsp, message, nullptr);
    }

  private:
    static constexpr std::array<std::string_view, 5> types{"CONNECT", "DISCONNECT", "EVENT", "ACK",
                                                           "REFUSED"};

    template <class Write> static std::string written(Write write) {
      std::string data;
      typename Json::template writer<std::string> out(data);
      write(out);
      return data;
    }

    static engine::shared_packet line(protocol::packet_type type, std::string_view nsp,
                                      std::optional<std::uint64_t> id, std::size_t attachments,
                                      std::string_view data) {
      std::string text(types[static_cast<std::size_t>(static_cast<char>(type) - '0')]);
      text.append(" ").append(nsp).append(" ").append(id ? std::to_string(*id) : "-");
      text.append(" ").append(std::to_string(attachments));
      if (!data.empty()) text.append(" ").append(data);
      return engine::text_message(text);
    }
  };
};

struct mine : default_policies {
  using transport = socketiopp::transport::loopback;
  using executor = socketiopp::executor::caller;
  using parser = lines;
};
static_assert(parser::policy<lines, json::rapidjson>);

struct chat {
  using to_server = events<event<"say", void(std::string text)>, event<"double", int(int value)>,
                           event<"keep", binary(binary first, binary second)>, event<"ask", void()>>;
  using to_client = events<event<"said", void(std::string text)>, event<"sure?", bool(std::string what)>,
                           event<"kept", void(binary all)>>;
  struct auth {
    std::string token;
  };
};

struct code {
  int number = 0;
};

/// A server that speaks in lines; what it was told, and what went wrong.
class lines_server {
public:
  using socket = socketiopp::socket<chat, mine>;

  explicit lines_server(server_options options = {.ping_interval = 1h}) : io(std::move(options)) {
    auto& nsp = io.of<chat>("/chat");
    nsp.use([](socket& s) { return s.auth().token == "x" ? admit : refuse("no \"token\"", code{401}); });
    nsp.on_connect([this](socket& s) { log.push_back("connect " + s.auth().token); });
    nsp.on<"say">([&nsp](std::string const& text) { nsp.emit<"said">(text); });
    nsp.on<"double">([](int value) { return 2 * value; });
    nsp.on<"keep">([](socket& s, binary const& first, binary const& second) {
      s.emit<"kept">(binary(std::string(first.text()) + std::string(second.text())));
      return second;
    });
    nsp.on<"ask">([this](socket& s) {
      s.emit_with_ack<"sure?">("that?", [this](std::error_code error, bool sure) {
        log.push_back(error ? error.message() : sure ? "sure" : "not sure");
      });
    });
    nsp.on_error([this](socket&, event_error const& what) { log.push_back("error: " + what.message); });
    nsp.on_disconnect(
        [this](socket&, reason why) { log.push_back("disconnect: " + std::string(to_string(why))); });
    io.listen(network);
  }

  transport::loopback::network network;
  texts log;
  basic_server<mine> io;
};

/// A client of it, with a WebSocket.
class client {
public:
  explicit client(lines_server& to) : server_(to), wire(to.network.connect()) {
    wire.write(fakes::get("/socket.io/?EIO=4&transport=websocket", fakes::websocket_headers));
    hear();
    in_.take_response();
    in_.take_frames();
  }
  /// In the namespace, with an id that it need not know.
  void enter() { say(R"(CONNECT /chat - 0 {"token":"x"})"); }

  /// Says a line; answers what is heard then, without the Engine.IO type of messages.
  texts say(std::string const& line) { return send(fakes::text_frame("4" + line)); }
  texts attach(std::string_view bytes) { return send(fakes::binary_frame(bytes)); }
  texts hear() {
    for (server_.io.executor().run();; server_.io.executor().run()) {
      auto const bytes = wire.read();
      if (bytes.empty()) break;
      in_.add(bytes);
    }
    if (in_.rest().starts_with("HTTP")) return {};
    auto frames = in_.take_frames();
    for (auto& frame : frames)
      if (frame.starts_with('4')) frame.erase(0, 1);
    return frames;
  }

private:
  texts send(std::string const& bytes) {
    wire.write(bytes);
    return hear();
  }

  lines_server& server_;
  fakes::inbox in_;

public:
  transport::loopback::client wire;
};

}  // namespace

TEST_CASE("custom parser: F-220: connect, and refusals with their data") {
  lines_server here;
  client one(here);
  CHECK(one.say("CONNECT /nowhere - 0") == texts{R"(REFUSED /nowhere - 0 {"message":"Invalid namespace"})"});
  CHECK(one.say(R"(CONNECT /chat - 0 {"token":"y"})") ==
        texts{R"(REFUSED /chat - 0 {"message":"no \"token\"","data":{"number":401}})"});
  CHECK(here.log.empty());
  auto const granted = one.say(R"(CONNECT /chat - 0 {"token":"x"})");
  REQUIRE(granted.size() == 1);
  CHECK(granted[0].starts_with(R"(CONNECT /chat - 0 {"sid":")"));
  CHECK(granted[0].size() == std::string_view(R"(CONNECT /chat - 0 {"sid":""})").size() + 20);
  CHECK(here.log == texts{"connect x"});
}

TEST_CASE("custom parser: events and acknowledgements, both ways") {
  lines_server here;
  client one(here);
  one.enter();
  CHECK(one.say(R"(EVENT /chat 7 0 ["double",21])") == texts{"ACK /chat 7 0 [42]"});
  auto const asked = one.say(R"(EVENT /chat - 0 ["ask"])");
  CHECK(asked == texts{R"(EVENT /chat 0 0 ["sure?","that?"])"});
  CHECK(one.say("ACK /chat 0 0 [true]").empty());
  CHECK(one.say(R"(EVENT /chat - 0 ["double","x"])").empty());
  CHECK(here.log.size() == 3);
  CHECK(here.log[1] == "sure");
  CHECK(here.log[2].ends_with("is wanted, found a string"));
}

TEST_CASE("custom parser: binary data follows, and others may talk meanwhile") {
  lines_server here;
  client one(here), other(here);
  one.enter();
  other.enter();
  CHECK(one.say(R"(EVENT /chat 3 2 ["keep",{"_placeholder":true,"num":1},{"_placeholder":true,"num":0}])")
            .empty());
  CHECK(one.attach("tail").empty());
  CHECK(other.say(R"(EVENT /chat 1 0 ["double",4])") == texts{"ACK /chat 1 0 [8]"});
  CHECK(one.attach("head") == texts{R"(EVENT /chat - 1 ["kept",{"_placeholder":true,"num":0}])", "<headtail>",
                                    R"(ACK /chat 3 1 [{"_placeholder":true,"num":0}])", "<tail>"});
  CHECK(other.hear().empty());
  CHECK(one.say(R"(EVENT /chat 4 0 ["double",1])") == texts{"ACK /chat 4 0 [2]"});
}

TEST_CASE("custom parser: broadcasts") {
  lines_server here;
  client one(here), other(here), outside(here);
  one.enter();
  other.enter();
  texts const said{R"(EVENT /chat - 0 ["said","hello to all"])"};
  CHECK(one.say(R"(EVENT /chat - 0 ["say","hello to all"])") == said);
  CHECK(other.hear() == said);
  CHECK(outside.hear().empty());
}

TEST_CASE("custom parser: either end may leave a namespace") {
  lines_server here;
  client one(here);
  one.enter();
  SUBCASE("the client") {
    CHECK(one.say("DISCONNECT /chat - 0").empty());
    CHECK(here.log == texts{"connect x", "disconnect: client namespace disconnect"});
  }
  SUBCASE("the server") {
    here.io.of<chat>("/chat").disconnect_sockets();
    CHECK(one.hear() == texts{"DISCONNECT /chat - 0"});
    CHECK(here.log == texts{"connect x", "disconnect: server namespace disconnect"});
  }
  CHECK_FALSE(one.wire.ended());
  one.enter();
  CHECK(here.log.back() == "connect x");
}

TEST_CASE("custom parser: a message that is no packet ends the connection") {
  lines_server here({.ping_interval = 1h, .max_attachments = 3});
  texts bounds;
  here.io.engine().on_bound_hit([&](bound_hit const& what) { bounds.emplace_back(to_string(what.which)); });
  client one(here), other(here);
  one.enter();
  other.enter();
  here.log.clear();

  SUBCASE("nothing") { one.say(""); }
  SUBCASE("of an unknown type") { one.say("SHOUT /chat - 0 []"); }
  SUBCASE("connects with what is no object") { one.say("CONNECT /other - 0 []"); }
  SUBCASE("a refusal") { one.say("REFUSED /chat - 0 {}"); }
  SUBCASE("without an id") { one.say("EVENT /chat"); }
  SUBCASE("with a wrong id") { one.say(R"(EVENT /chat 7x 0 ["double",1])"); }
  SUBCASE("with a wrong number of attachments") { one.say(R"(EVENT /chat - -1 ["double",1])"); }
  SUBCASE("with what is no JSON") { one.say(R"(EVENT /chat - 0 ["double",1)"); }
  SUBCASE("with what is no array") { one.say(R"(EVENT /chat - 0 {})"); }
  SUBCASE("an event without a name") { one.say("EVENT /chat - 0 []"); }
  SUBCASE("an event of a name that is taken") { one.say(R"(EVENT /chat - 0 ["disconnect"])"); }
  SUBCASE("an attachment of nothing") { one.attach("x"); }
  SUBCASE("a line in place of an attachment") {
    one.say(R"(EVENT /chat - 1 ["keep"])");
    one.say(R"(EVENT /chat - 0 ["double",1])");
  }
  SUBCASE("a placeholder of nothing") {
    one.say(R"(EVENT /chat - 1 ["keep",{"_placeholder":true,"num":1}])");
    one.attach("x");
  }
  SUBCASE("too many attachments") {
    one.say(R"(EVENT /chat - 4 ["keep"])");
    CHECK(bounds == texts{"max_attachments"});
  }
  CHECK(one.wire.ended());
  REQUIRE(here.log.size() == 2);
  CHECK(here.log[0].starts_with("error: "));
  CHECK(here.log[1] == "disconnect: forced close");
  CHECK(other.say(R"(EVENT /chat 1 0 ["double",4])") == texts{"ACK /chat 1 0 [8]"});
}

TEST_CASE("custom parser: who watches what goes out sees it read back") {
  lines_server here({.ping_interval = 1h, .recovery = recovery_options{}});
  using socket = lines_server::socket;
  here.io.of<chat>("/chat").on_any_outgoing([&](socket&, std::string_view name, arguments const& values) {
    here.log.push_back(std::string(name) + " " + std::to_string(values.size()) + " " +
                       std::string(values[0].string()) + std::string(values[0].binary().text()));
  });
  client one(here);
  one.enter();
  here.log.clear();
  one.say(R"(EVENT /chat - 0 ["say","a b"])");
  one.say(R"(EVENT /chat - 2 ["keep",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}])");
  one.attach("x");
  one.attach("y");
  CHECK(here.log == texts{"said 1 a b", "kept 1 xy"});
}

TEST_CASE("custom parser: a client that is back gets what it missed") {
  lines_server here({.ping_interval = 1h, .recovery = recovery_options{}});
  auto& nsp = here.io.of<chat>("/chat");
  auto const last_string = [](std::string_view line) {
    line = line.substr(0, line.rfind('"'));
    return std::string(line.substr(line.rfind('"') + 1));
  };
  client gone(here);
  auto const granted = gone.say(R"(CONNECT /chat - 0 {"token":"x"})");
  REQUIRE(granted.size() == 1);
  nsp.emit<"said">("first");
  auto const first = gone.hear();
  REQUIRE(first.size() == 1);
  gone.wire.close();
  gone.hear();
  nsp.emit<"said">("second");

  client back(here);
  auto const answer = back.say(R"(CONNECT /chat - 0 {"token":"x","pid":")" + last_string(granted[0]) +
                               R"(","offset":")" + last_string(first[0]) + "\"}");
  REQUIRE(answer.size() == 2);
  CHECK(answer[0] == granted[0]);
  CHECK(answer[1].starts_with(R"(EVENT /chat - 0 ["said","second",")"));
}
