// SPDX-License-Identifier: MIT
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

#include "client.hpp"
#include <socketiopp/contract.hpp>
#include <socketiopp/error.hpp>

using namespace typed_tests;
using namespace socketiopp::literals;
using namespace std::chrono_literals;

namespace {

struct number {
  int is = 0;
};

}  // namespace

template <> struct sio::fields<number> {
  using as = std::string;
  static as to(number const& from) { return std::to_string(from.is); }
  static bool from(as const& text, number& into) {
    into.is = std::stoi(text);  // throws where there is no number
    return true;
  }
};

namespace {

struct chat {
  using to_server = sio::events<sio::event<"go", void()>>;
  using to_client =
      sio::events<sio::event<"said", void(std::string text)>, sio::event<"sure", bool(std::string question)>,
                  sio::event<"where", std::tuple<int, std::optional<int>>()>,
                  sio::event<"file", sio::binary(sio::binary)>, sio::event<"number", void(double)>,
                  sio::event<"rate", double(double)>, sio::event<"converted", number()>>;
  struct data {
    std::string name = "nobody";
    std::unique_ptr<int> only_moved;
  };
};

struct guarded : chat {
  struct auth {
    std::string token;
    std::optional<int> level;
  };
};

struct lenient : chat {
  struct auth {
    std::optional<std::string> token;
  };
};

struct converted : chat {
  struct auth {
    number token;
  };
};

struct open_chat : chat {
  static constexpr bool open = true;
};

/// A server with one namespace `/`, and a client whose event `go` calls `go` with its socket.
template <class C> struct one_client {
  world in;
  namespace_of<C>& lobby = in.io.of<C>("/");
  sio::unique_function<void(socket_of<C>&)> go;
  std::vector<std::string> errors, answers;
  std::optional<client> c;
  std::string id;

  explicit one_client(sio::server_options options = {}) : in(std::move(options)) {
    lobby.on_error([this](socket_of<C>&, sio::event_error const& what) {
      errors.push_back(std::string(what.event) + "|" + what.code.message() + "|" + what.path + "|" +
                       what.message);
    });
    lobby.template on<"go">([this](socket_of<C>& s) { go(s); });
    c.emplace(in);
    id = c->join("/");
  }

  /// What the client gets when the socket does that.
  packets run(sio::unique_function<void(socket_of<C>&)> what) {
    go = std::move(what);
    return ask(R"(2["go"])");
  }
  packets ask(std::string_view packet) {
    c->send(packet);
    return c->all();
  }

  /// A callback that notes its error, or what it was answered.
  auto note() {
    return [this](std::error_code error, auto answer) {
      if constexpr (std::is_same_v<decltype(answer), bool>)
        answers.push_back(error ? error.message() : answer ? "yes" : "no");
      else
        answers.push_back(error ? error.message() : "answered");
    };
  }
};

}  // namespace

TEST_CASE("socket: F-100, F-120: what is known of it") {
  one_client<chat> f;
  f.run([&](socket_of<chat>& s) {
    CHECK(s.id() == f.id);
    CHECK(s.id().size() == 20);
    CHECK(s.nsp() == "/");
    CHECK(s.connected());
    CHECK(s.handshake().query().find("EIO=4") != std::string::npos);
    CHECK(s.handshake().header("host") == "test");
    CHECK(s.handshake().remote_address == "127.0.0.1");
  });
  client other(f.in);
  CHECK(other.join("/") != f.id);
}

TEST_CASE("socket: the contract's data stays with it") {
  one_client<chat> f;
  f.run([](socket_of<chat>& s) {
    CHECK(s.data().name == "nobody");
    s.data() = {.name = "anna", .only_moved = std::make_unique<int>(7)};
  });
  f.run([](socket_of<chat> const& s) {
    CHECK(s.data().name == "anna");
    CHECK(*s.data().only_moved == 7);
  });
}

TEST_CASE("socket: rooms") {
  one_client<chat> f;
  f.run([&](socket_of<chat>& s) {
    CHECK(s.rooms() == packets{f.id});
    s.join("a");
    s.join("a");
    s.join("");
    s.join("b");
    CHECK(s.rooms().size() == 4);
    s.leave("a");
    s.leave("a");
    s.leave("never joined");
    CHECK(s.rooms().size() == 3);
    s.leave(s.id());
    s.leave("");
    CHECK(s.rooms() == packets{f.id, "b"});
  });
}

TEST_CASE("socket: F-122: emits to its client alone, in order") {
  one_client<chat> f;
  client other(f.in);
  other.join("/");
  CHECK(f.run([](socket_of<chat>& s) {
    s.emit<"said">("a");
    s.emit("said"_ev, std::string("b"));
    s.emit<"number">(1);
  }) == packets{R"(2["said","a"])", R"(2["said","b"])", R"(2["number",1])"});
  CHECK(other.all().empty());
}

TEST_CASE("socket: disconnecting, from one namespace and altogether (W-130, W-131)") {
  one_client<chat> f;
  f.in.io.of<chat>("/other");
  f.c->join("/other");
  CHECK(f.run([](socket_of<chat>& s) {
    s.emit<"said">("before");
    s.disconnect();
    CHECK(!s.connected());
    CHECK(s.rooms().empty());
    s.emit<"said">("after");
    s.join("a");
    s.disconnect();
  }) == packets{R"(2["said","before"])", "1"});
  f.c->join("/");
  CHECK(f.run([](socket_of<chat>& s) { s.disconnect(true); }) == packets{"1/other,", "1", "closed"});
}

TEST_CASE("socket: auth is read before anything runs") {
  world in;
  packets seen;
  in.io.of<guarded>("/").on_connect([&](socket_of<guarded>& s) {
    seen.push_back(s.auth().token + std::to_string(s.auth().level.value_or(-1)));
  });
  client c(in);
  auto const ask = [&](std::string_view packet) {
    c.send(packet);
    return c.next();
  };
  CHECK(ask("0") == R"(4{"message":"auth.token: a string is wanted, found nothing"})");
  CHECK(ask("0{}") == R"(4{"message":"auth.token: a string is wanted, found nothing"})");
  CHECK(ask(R"(0{"token":7})") == R"(4{"message":"auth.token: a string is wanted, found 7"})");
  CHECK(ask(R"(0{"token":"x","level":1.5})") ==
        R"(4{"message":"auth.level: an integer from -2147483648 to 2147483647 is wanted, found 1.5"})");
  CHECK(seen.empty());
  CHECK(ask(R"(0{"token":"x","more":[]})").starts_with("0{"));
  c.send("1");
  CHECK(ask(R"(0{"level":7,"token":"y"})").starts_with("0{"));
  CHECK(seen == packets{"x-1", "y7"});
}

TEST_CASE("socket: a conversion that throws refuses the client, and the server goes on") {
  world in;
  in.io.of<converted>("/").on_connect([](socket_of<converted>& s) { s.emit<"number">(s.auth().token.is); });
  client c(in);
  c.send(R"(0{"token":"none"})");
  CHECK(c.all() == packets{R"(4{"message":"auth could not be read"})"});
  c.join("/", R"({"token":"7"})");
  CHECK(c.all() == packets{R"(2["number",7])"});
}

TEST_CASE("socket: no auth is an empty one, as in the reference (W-150)") {
  world in;
  packets seen;
  in.io.of<lenient>("/").on_connect(
      [&](socket_of<lenient>& s) { seen.push_back(s.auth().token.value_or("none")); });
  in.io.of<open_chat>("/open").on_connect([&](socket_of<open_chat>& s) {
    seen.push_back(s.auth()["token"].is_null() ? std::to_string(s.auth().size()) : "token");
    CHECK(s.auth().kind() == sio::json::kind::object);
  });
  client(in).join("/");
  client(in).join("/", R"({"token":"x"})");
  client(in).join("/open");
  client(in).join("/open", R"({"token":"x"})");
  CHECK(seen == packets{"none", "x", "0", "token"});
}

TEST_CASE("socket: F-127: asks its client, and is answered") {
  one_client<chat> f;
  CHECK(f.run([&](socket_of<chat>& s) {
    s.emit_with_ack<"sure">("now?", f.note());
    s.emit_with_ack("sure"_ev, std::string("then?"), f.note());
    s.timeout(5s).emit_with_ack<"sure">(std::string_view("never?"), f.note());
  }) == packets{R"(20["sure","now?"])", R"(21["sure","then?"])", R"(22["sure","never?"])"});
  f.ask("31[false]");
  f.ask("30[true]");
  CHECK(f.answers == packets{"no", "yes"});
  f.ask("30[true]");   // answered already
  f.ask("399[true]");  // never asked (W-171)
  f.ask("3[true]");
  f.ask("32");
  CHECK(f.answers.size() == 2);
  f.ask("32[true]");
  CHECK(f.answers.size() == 3);
  CHECK(f.errors.empty());
}

TEST_CASE("socket: answers of several values, and binary ones (W-175)") {
  one_client<chat> f;
  f.run([&](socket_of<chat>& s) {
    s.emit_with_ack<"where">([&](std::error_code error, std::tuple<int, std::optional<int>> const& answer) {
      CHECK(!error);
      CHECK(answer == std::tuple(7, std::nullopt));
      f.answers.emplace_back("where");
    });
    s.emit_with_ack<"file">(sio::binary("ab"), [&](std::error_code, sio::binary const& answer) {
      f.answers.emplace_back(answer.text());
    });
  });
  f.ask("30[7]");
  f.ask(R"(61-1[{"_placeholder":true,"num":0}])");
  f.c->send_binary("xyz");
  CHECK(f.answers == packets{"where", "xyz"});
}

TEST_CASE("socket: an answer of another type is a mismatch") {
  one_client<chat> f;
  f.run([&](socket_of<chat>& s) {
    for (int i = 0; i < 3; ++i) s.emit_with_ack<"sure">("?", f.note());
  });
  f.ask(R"(30["yes"])");
  f.ask("31[]");
  f.ask("32[true,false]");  // more is ignored
  CHECK(f.answers ==
        packets{"the payload does not fit the event", "the payload does not fit the event", "yes"});
  CHECK(f.errors ==
        packets{"sure|the payload does not fit the event|[0]|true or false is wanted, found a string",
                "sure|the payload does not fit the event|[0]|true or false is wanted, found nothing"});
}

TEST_CASE("socket: an answer whose conversion throws is a mismatch too") {
  one_client<chat> f;
  f.run([&](socket_of<chat>& s) {
    for (int i = 0; i < 2; ++i)
      s.emit_with_ack<"converted">([&](std::error_code error, number answer) {
        f.answers.push_back(error.message() + " " + std::to_string(answer.is));
      });
  });
  f.ask(R"(30["none"])");
  f.ask(R"(31["7"])");
  CHECK(f.answers == packets{"the payload does not fit the event 0", "Success 7"});
  REQUIRE(f.errors.size() == 1);
  CHECK(f.errors[0].starts_with("converted|a handler ended with an exception|"));
}

TEST_CASE("socket: an answer that does not come in time") {
  one_client<chat> f({.ping_interval = 1h, .ack_timeout = 10s});
  f.run([&](socket_of<chat>& s) {
    s.emit_with_ack<"sure">("default", f.note());
    s.timeout(2s).emit_with_ack<"sure">("short", f.note());
    s.timeout(0s).emit_with_ack<"sure">("none", f.note());
    s.timeout(std::chrono::milliseconds::min()).emit_with_ack<"sure">("less than none", f.note());
    s.timeout(std::chrono::milliseconds::max()).emit_with_ack<"sure">("for ever", f.note());
    CHECK(f.answers.empty());  // never from inside of the call
  });
  f.in.advance(1s);
  CHECK(f.answers.size() == 2);
  f.in.advance(1500ms);
  CHECK(f.answers.size() == 3);
  f.ask("31[true]");
  CHECK(f.answers.size() == 3);
  f.in.advance(8s);
  CHECK(f.answers == packets(4, "no acknowledgement came in time"));
  f.ask("30[true]");
  CHECK(f.answers.size() == 4);
  f.ask("34[true]");
  CHECK(f.answers.back() == "yes");
}

TEST_CASE("socket: what is awaited fails at once when the socket goes") {
  one_client<chat> f;
  f.lobby.on_disconnecting([&](socket_of<chat>&, sio::reason) { f.answers.emplace_back("disconnecting"); });
  f.lobby.on_disconnect([&](socket_of<chat>& s, sio::reason) {
    s.emit_with_ack<"sure">("too late", f.note());
    f.answers.emplace_back("disconnect");
  });
  SUBCASE("the server disconnects it") {
    f.run([&](socket_of<chat>& s) {
      s.emit_with_ack<"sure">("?", f.note());
      s.disconnect();
    });
  }
  SUBCASE("the client closes") {
    f.run([&](socket_of<chat>& s) { s.emit_with_ack<"sure">("?", f.note()); });
    f.c->close();
  }
  SUBCASE("its callback asks again") {
    f.run([&](socket_of<chat>& s) {
      s.emit_with_ack<"sure">("?", [&](std::error_code error, bool answer) {
        CHECK(error == sio::errc::disconnected);
        CHECK(!answer);
        s.emit_with_ack<"sure">("again?", f.note());
      });
      s.disconnect();
    });
  }
  CHECK(f.answers ==
        packets{"disconnecting", "the socket is disconnected", "the socket is disconnected", "disconnect"});
}

TEST_CASE("socket: too many unanswered questions") {
  one_client<chat> f({.max_pending_acks = 2});
  CHECK(f.run([&](socket_of<chat>& s) {
           for (int i = 0; i < 3; ++i) s.emit_with_ack<"sure">("?", f.note());
         }).size() == 2);
  CHECK(f.answers == packets{"too large"});
  f.ask("30[true]");
  CHECK(f.run([&](socket_of<chat>& s) { s.emit_with_ack<"sure">("?", f.note()); }).size() == 1);
  CHECK(f.answers == packets{"too large", "yes"});
}

TEST_CASE("socket: callbacks that throw, disconnect, or ask again") {
  one_client<chat> f;
  SUBCASE("throw") {
    f.run([](socket_of<chat>& s) {
      s.emit_with_ack<"sure">("?", [](std::error_code, bool) { throw std::runtime_error("thrown"); });
    });
    f.ask("30[true]");
    CHECK(f.errors == packets{"sure|a handler ended with an exception||thrown"});
    CHECK(f.run([](socket_of<chat>& s) { s.emit<"said">("alive"); }).size() == 1);
  }
  SUBCASE("disconnect") {
    f.run([&](socket_of<chat>& s) {
      s.emit_with_ack<"sure">("?", [&](std::error_code, bool) { s.disconnect(true); });
      s.emit_with_ack<"sure">("?", f.note());
    });
    CHECK(f.ask("30[true]") == packets{"1", "closed"});
    CHECK(f.answers == packets{"the socket is disconnected"});
  }
  SUBCASE("ask again, at the deadline too") {
    f.run([&](socket_of<chat>& s) {
      s.timeout(1s).emit_with_ack<"sure">("first", [&](std::error_code error, bool) {
        CHECK(error == sio::errc::no_answer);
        s.emit_with_ack<"sure">("second", f.note());
      });
    });
    f.in.advance(2s);
    CHECK(f.c->all() == packets{R"(21["sure","second"])"});
    f.ask("31[true]");
    CHECK(f.answers == packets{"yes"});
  }
}

TEST_CASE("socket: a question that has no JSON form is thrown, and nothing is awaited") {
  one_client<chat> f({.ping_interval = 1h});
  f.run([&](socket_of<chat>& s) {
    CHECK_THROWS_AS(s.emit_with_ack<"sure">("\xff", f.note()), std::system_error);
  });
  f.in.advance(10min);
  CHECK(f.answers.empty());
  CHECK(f.errors.empty());
}

TEST_CASE("socket: callbacks of every kind") {
  one_client<chat> f;
  f.run([&](socket_of<chat>& s) {
    s.emit_with_ack<"rate">(
        7, [&, kept = std::make_unique<std::string>("rate ")](std::error_code, double rate) mutable {
          f.answers.push_back(std::exchange(*kept, "") + std::to_string(rate));
        });
    auto const callback = [&](auto error, auto&& answer) {
      f.answers.emplace_back(!error && answer ? "yes" : "no");
    };
    s.emit_with_ack<"sure">("?", callback);
    s.emit_with_ack<"sure">(
        "?", +[](std::error_code, bool) {});
  });
  f.ask("30[0.5]");
  f.ask("31[true]");
  f.ask("32[true]");
  CHECK(f.answers == packets{"rate 0.500000", "yes"});
}

TEST_CASE("socket: open contracts ask by run-time names") {
  one_client<open_chat> f;
  std::string const name = "name";
  CHECK(f.run([&](socket_of<open_chat>& s) {
    s.emit_with_ack(name, 1, "a", [&](std::error_code error, sio::arguments const& answer) {
      f.answers.push_back(error ? error.message() : std::to_string(answer.size()));
    });
    s.timeout(1s).emit_with_ack(
        name, [&](std::error_code error, sio::arguments) { f.answers.push_back(error.message()); });
  }) == packets{R"(20["name",1,"a"])", R"(21["name"])"});
  f.ask(R"(30[1,null,{}])");
  f.in.advance(2s);
  CHECK(f.answers == packets{"3", "no acknowledgement came in time"});
}

TEST_CASE("socket: a server that is destroyed while answers are awaited") {
  one_client<chat> f;
  f.run([&](socket_of<chat>& s) { s.emit_with_ack<"sure">("?", f.note()); });
}

namespace {

struct picky {
  using to_server = sio::events<>;
  using to_client = sio::events<>;
  struct data {
    data() { throw std::runtime_error("no"); }
  };
};

}  // namespace

TEST_CASE("socket: data that cannot be made refuses the client, and the server goes on") {
  world in;
  in.io.of<picky>("/picky");
  in.io.of<sio::any>("/");
  client c(in);
  c.send("0/picky,");
  CHECK(c.all() == packets{R"(4/picky,{"message":"data could not be made"})"});
  c.join("/");
}

TEST_CASE("socket: volatile messages are dropped where they would have to wait (F-143)") {
  one_client<chat> f;
  int drains = 0;
  f.lobby.on_drain([&](socket_of<chat>& s) {
    CHECK(s.writable());
    CHECK(s.queued_bytes() == 0);
    ++drains;
  });
  CHECK(f.run([](socket_of<chat>& s) {
    CHECK(s.writable());
    s.volatile_().emit<"said">("heard");
  }) == packets{R"(2["said","heard"])"});
  f.c->slow_down();
  f.run([](socket_of<chat>& s) { s.emit<"said">("1"); });
  f.run([](socket_of<chat>& s) {
    CHECK(!s.writable());
    CHECK(s.queued_bytes() > 0);
    s.volatile_().emit<"said">("lost");
    s.compress(false).volatile_().emit("number"_ev, 1);
    s.volatile_().compress(true).emit<"said">("lost");
    s.compress(false).emit<"said">("2");
    s.compress(true).emit<"said">("3");
    CHECK(!s.writable());
  });
  CHECK(drains == 0);
  f.c->catch_up();
  CHECK(f.c->all() == packets{R"(2["said","1"])", R"(2["said","2"])", R"(2["said","3"])"});
  CHECK(drains == 1);
  CHECK(f.run([](socket_of<chat>& s) { s.volatile_().emit<"said">("again"); }).size() == 1);
  CHECK(drains == 1);
  CHECK(f.errors.empty());
}

TEST_CASE("socket: open contracts have volatile messages of run-time names") {
  one_client<open_chat> f;
  CHECK(f.run([](socket_of<open_chat>& s) {
    std::string const name = "name";
    s.volatile_().emit(name, 1, "a");
    s.compress(false).emit(name, sio::binary("b"));
  }) == packets{R"(2["name",1,"a"])", R"(51-["name",{"_placeholder":true,"num":0}])", "binary:b"});
}

TEST_CASE("socket: with drop_newest who reads too slowly misses messages, and the program is told") {
  one_client<chat> f({.max_queued_bytes = 200, .on_overflow = sio::overflow::drop_newest});
  std::string const much(100, 'x'), told =
                                        "|the peer reads too slowly||the client reads too slowly: a message "
                                        "for it has been dropped";
  f.c->slow_down();
  f.run([&](socket_of<chat>& s) {
    s.emit<"said">(much);
    s.emit<"said">(much);
    s.emit<"said">("small");
    s.emit_with_ack<"sure">(much, f.note());
    CHECK(f.answers == packets{"the peer reads too slowly"});
    s.emit_with_ack<"sure">("?", f.note());
  });
  CHECK(f.errors == packets{told});
  f.c->catch_up();
  CHECK(f.c->all() == packets{R"(2["said",")" + much + "\"]", R"(2["said","small"])", R"(21["sure","?"])"});
  f.ask("31[true]");
  CHECK(f.answers == packets{"the peer reads too slowly", "yes"});
  CHECK(f.run([&](socket_of<chat>& s) { s.emit<"said">(much); }).size() == 1);
  CHECK(f.errors.size() == 1);
}

TEST_CASE("socket: who reads too slowly is disconnected, when the handler is done") {
  one_client<chat> f({.max_queued_bytes = 200});
  std::vector<sio::reason> reasons;
  f.lobby.on_disconnect([&](socket_of<chat>& s, sio::reason why) {
    reasons.push_back(why);
    CHECK(!s.writable());
    s.volatile_().emit<"said">("late");
  });
  f.c->slow_down();
  f.run([&](socket_of<chat>& s) {
    for (int i = 0; i < 5; ++i) s.emit<"said">(std::string(100, 'x'));
    s.emit_with_ack<"sure">("?", f.note());
    CHECK(s.connected());
    CHECK(reasons.empty());
  });
  CHECK(reasons == std::vector{sio::reason::slow_consumer});
  CHECK(f.answers == packets{"the socket is disconnected"});
  CHECK(f.errors.empty());
  client next(f.in);
  next.join("/");
}
