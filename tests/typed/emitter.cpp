// SPDX-License-Identifier: MIT
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/contract/contract.hpp>
#include <socketiopp/contract/event.hpp>
#include <socketiopp/contract/events.hpp>
#include <socketiopp/json/arguments.hpp>
#include <socketiopp/json/binary.hpp>
#include <socketiopp/json/value.hpp>
#include <socketiopp/meta/error.hpp>
#include <socketiopp/parser/text.hpp>
#include <socketiopp/policies.hpp>
#include <socketiopp/typed/emitter.hpp>

using namespace socketiopp;
using namespace socketiopp::literals;

namespace {

struct point {
  int x = 0;
  std::optional<int> y;
};

struct contract_of_all {
  using to_server = events<>;
  using to_client =
      events<event<"text", void(std::string)>, event<"number", void(double)>,
             event<"maybe", void(std::optional<int>)>, event<"point", void(point, bool)>,
             event<"nothing", void()>, event<"any", void(json::value)>,
             event<"bytes", void(binary, std::vector<binary>)>, event<"owned", void(std::unique_ptr<int>)>,
             event<"\"quoted\"", void(std::string const&)>>;
  static constexpr bool open = true;
};

/// Keeps the texts of what is emitted, and after each those of its attachments.
class kept : public detail::emitter<contract_of_all, kept> {
public:
  using format = socketiopp::core::format_of<default_policies>;

  explicit kept(std::string of = "/") : nsp_(std::move(of)) {}
  std::vector<std::string> take() { return std::exchange(texts_, {}); }

private:
  friend detail::emitter<contract_of_all, kept>;
  std::string_view nsp() const { return nsp_; }
  std::uint64_t offset() const { return 0; }
  void deliver(parser::outgoing const& packet) {
    texts_.emplace_back(packet.packet.payload());
    for (auto const& attachment : packet.attachments) texts_.emplace_back(attachment.payload());
  }

  std::string nsp_;
  std::vector<std::string> texts_;
};

using texts = std::vector<std::string>;

}  // namespace

TEST_CASE("emitter: strings of all kinds") {
  kept out;
  std::string const text = "a";
  out.emit<"text">(text);
  out.emit<"text">("a");
  out.emit<"text">(std::string_view("a"));
  out.emit<"text">(text.c_str());
  out.emit("text"_ev, "a");
  for (auto const& packet : out.take()) CHECK(packet == R"(42["text","a"])");
  out.emit<"\"quoted\"">("\"\n\xc3\xa4");
  CHECK(out.take() == texts{"42[\"\\\"quoted\\\"\",\"\\\"\\n\xc3\xa4\"]"});
}

TEST_CASE("emitter: values convert to the event's parameters") {
  kept out;
  auto const last = [&] { return out.take().back(); };
  out.emit<"number">(7);
  CHECK(last() == R"(42["number",7])");
  out.emit<"number">(7.5F);
  CHECK(last() == R"(42["number",7.5])");
  out.emit<"maybe">(7);
  CHECK(last() == R"(42["maybe",7])");
  out.emit<"maybe">(std::nullopt);
  CHECK(last() == R"(42["maybe",null])");
  out.emit<"any">("text");
  CHECK(last() == R"(42["any","text"])");
  out.emit<"any">(nullptr);
  CHECK(last() == R"(42["any",null])");
  out.emit<"nothing">();
  CHECK(last() == R"(42["nothing"])");
  out.emit<"point">(point{.x = 1, .y = 2}, true);
  CHECK(last() == R"(42["point",{"x":1,"y":2},true])");
  out.emit<"point">(point{}, false);
  CHECK(last() == R"(42["point",{"x":0},false])");
  out.emit<"owned">(std::make_unique<int>(7));
  CHECK(last() == R"(42["owned",7])");
}

TEST_CASE("emitter: the namespace stands in the packet (W-186)") {
  kept out("/chat");
  out.emit<"nothing">();
  CHECK(out.take() == texts{R"(42/chat,["nothing"])"});
}

TEST_CASE("emitter: binary data becomes attachments, numbered in order (W-183)") {
  kept out("/chat");
  out.emit<"bytes">(binary("a"), std::vector{binary("b"), binary("c")});
  CHECK(out.take() ==
        texts{R"(453-/chat,["bytes",{"_placeholder":true,"num":0},[{"_placeholder":true,"num":1},)"
              R"({"_placeholder":true,"num":2}]])",
              "a", "b", "c"});
  out.emit<"any">(binary("a"));
  CHECK(out.take() == texts{R"(451-/chat,["any",{"_placeholder":true,"num":0}])", "a"});
  out.emit<"any">(json::value::object{{"_placeholder", true}, {"num", 0}});  // plain, and stays so
  CHECK(out.take() == texts{R"(42/chat,["any",{"_placeholder":true,"num":0}])"});
}

TEST_CASE("emitter: run-time names take what can be written") {
  kept out;
  std::string const name = "name";
  out.emit(name, 1, "a", true, point{.x = 1, .y = {}}, std::vector<int>{1, 2}, std::tuple(1, "b"));
  out.emit("name");
  out.emit(name, arguments({1, "a"}), 2);
  out.emit("text", 1, 2);  // by run-time name nothing is checked
  CHECK(out.take() == texts{R"(42["name",1,"a",true,{"x":1},[1,2],[1,"b"]])", R"(42["name"])",
                            R"(42["name",1,"a",2])", R"(42["text",1,2])"});
  out.emit(name, arguments({binary("x")}));
  CHECK(out.take() == texts{R"(451-["name",{"_placeholder":true,"num":0}])", "x"});
}

TEST_CASE("emitter: what has no JSON form is thrown, and nothing is delivered") {
  kept out;
  for (double const number :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    try {
      out.emit<"number">(number);
      FAIL("emitted");
    } catch (std::system_error const& error) {
      CHECK(error.code() == errc::not_representable);
    }
  }
  CHECK_THROWS_AS(out.emit<"text">("\xff"), std::system_error);
  CHECK_THROWS_AS(out.emit("\xff"), std::system_error);
  CHECK(out.take().empty());
}
