// SPDX-License-Identifier: MIT
#include <chrono>
#include <cstddef>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include <asio/any_io_executor.hpp>
#include <asio/bind_cancellation_slot.hpp>
#include <asio/bind_executor.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/use_future.hpp>
#include <doctest/doctest.h>

#include "../typed/client.hpp"
#include <socketiopp/asio.hpp>
#include <socketiopp/executor/loop.hpp>
#include <socketiopp/server.hpp>

#if defined(ASIO_HAS_CO_AWAIT)
#include <asio/experimental/awaitable_operators.hpp>
#endif

using namespace std::chrono_literals;
using namespace typed_tests;

namespace {

struct chat {
  using to_server = sio::events<sio::event<"shout", std::string(std::string text)>,
                                sio::event<"say", void(std::string text)>>;
  using to_client = sio::events<sio::event<"confirm", bool(std::string question)>,
                                sio::event<"heard", void(std::string text)>>;
  struct data {
    std::string name = "nobody";
  };
};

using error = std::error_code;
using io_socket = socket_of<chat>;

/// A server in memory, one client of its main namespace, and what has happened.
struct scene : world {
  explicit scene(sio::server_options options = {}) : world(std::move(options)) {
    lobby.on_error(
        [this](io_socket&, sio::event_error const& what) { log.push_back("error " + what.message); });
  }

  namespace_of<chat>& lobby = io.of<chat>();
  packets log;
};

/// A server on an `io_context` that is not its own.
struct loop_policies : sio::default_policies {
  using transport = sio::transport::loopback;
};
using loop_socket = sio::socket<chat, loop_policies>;

struct loop_world {
  explicit loop_world(asio::io_context& on) : context(on), io(std::in_place, sio::server_options{}, on) {
    io->listen(net);
  }
  sio::namespace_<chat, loop_policies>& lobby() { return io->of<chat>(); }

  void run() {
    context.restart();
    context.poll();
  }
  template <class Done> void run_until(Done done) {
    context.restart();
    while (!done()) context.run_one();
    run();
  }

  asio::io_context& context;
  sio::transport::loopback::network net;
  std::optional<sio::basic_server<loop_policies>> io;
};

}  // namespace

// -- completion tokens -----------------------------------------------------------------------------------

TEST_CASE("asio: a future of an acknowledgement") {
  scene on;
  std::future<bool> answer;
  on.lobby.on_connect([&](io_socket& s) { answer = s.emit_with_ack<"confirm">("sure?", asio::use_future); });
  client one(on);
  one.join("/");
  CHECK(one.next() == R"(20["confirm","sure?"])");
  SUBCASE("answered") {
    one.send("30[true]");
    CHECK(answer.get());
  }
  SUBCASE("never") {
    on.advance(1h);
    CHECK_THROWS_AS(answer.get(), std::system_error);
  }
  SUBCASE("gone") {
    one.close();
    try {
      answer.get();
      FAIL("there is no answer");
    } catch (std::system_error const& failed) {
      CHECK(failed.code() == sio::errc::disconnected);
    }
  }
}

TEST_CASE("asio: a handler is called on its executor") {
  scene on;
  asio::io_context elsewhere;
  int answers = 0;
  on.lobby.on_connect([&](io_socket& s) {
    s.emit_with_ack<"confirm">("sure?", asio::bind_executor(elsewhere, [&](error failed, bool yes) {
                                 CHECK_FALSE(failed);
                                 CHECK(yes);
                                 ++answers;
                               }));
  });
  client one(on);
  one.join("/");
  CHECK(elsewhere.poll() == 0);
  one.send("30[true]");
  CHECK(answers == 0);
  elsewhere.restart();
  elsewhere.run();
  CHECK(answers == 1);
}

TEST_CASE("asio: a handler is not called by the function that it was given to") {
  scene on;
  asio::cancellation_signal never;
  packets log;
  on.lobby.on_disconnect([&](io_socket& s, sio::reason) {
    s.emit_with_ack<"confirm">("sure?", asio::bind_cancellation_slot(never.slot(), [&](error failed, bool) {
                                 CHECK(failed == sio::errc::disconnected);
                                 log.push_back("called");
                               }));
    log.push_back("returned");
  });
  client one(on);
  one.join("/");
  one.send("1");
  CHECK(log == packets{"returned", "called"});
}

TEST_CASE("asio: a question that is cancelled is forgotten") {
  scene on({.max_pending_acks = 1});
  asio::cancellation_signal stop;
  packets log;
  std::shared_ptr<int> const held = std::make_shared<int>();
  auto const note = [&, held](error failed, bool) { log.push_back(failed.message()); };
  on.lobby.on_connect([&](io_socket& s) {
    s.emit_with_ack<"confirm">("sure?", asio::bind_cancellation_slot(stop.slot(), note));
  });
  on.lobby.on<"say">([&](io_socket& s, std::string const&) { s.emit_with_ack<"confirm">("now?", note); });
  client one(on);
  one.join("/");
  CHECK(one.next() == R"(20["confirm","sure?"])");
  stop.emit(asio::cancellation_type::terminal);
  CHECK(log.empty());  // not by `emit`
  on.run();
  CHECK(log == packets{error(asio::error::operation_aborted).message()});
  stop.emit(asio::cancellation_type::terminal);
  one.send("30[true]");  // too late
  one.send(R"(2["say","go"])");
  CHECK(one.next() == R"(21["confirm","now?"])");  // not one too many
  one.send("31[true]");
  CHECK(log.size() == 2);
  CHECK(log.back() == error().message());
  stop.emit(asio::cancellation_type::terminal);
  on.run();
  CHECK(log.size() == 2);
}

TEST_CASE("asio: an operation may be cancelled before it has begun, and after it has ended") {
  asio::io_context context;
  loop_world on(context);
  asio::cancellation_signal stop;
  packets log;
  auto const ask = [&] {
    on.lobby().fetch_sockets(asio::bind_cancellation_slot(stop.slot(), [&](error failed, auto const& found) {
      log.push_back(failed ? failed.message() : std::to_string(found.size()));
    }));
  };
  asio::post(context, [&] { stop.emit(asio::cancellation_type::terminal); });
  ask();  // whose work comes second
  on.run();
  CHECK(log == packets{error(asio::error::operation_aborted).message()});
  ask();
  on.run();
  stop.emit(asio::cancellation_type::terminal);
  on.run();
  CHECK(log.size() == 2);
  CHECK(log.back() == "0");
}

TEST_CASE("asio: a future of the sockets, from another thread") {
  asio::io_context context;
  loop_world on(context);
  client one(on), two(on);
  on.lobby().on_connect([](loop_socket& s) { s.data().name = s.id(); });
  auto const id = one.join("/");
  two.join("/");
  auto const work = asio::make_work_guard(context);
  context.restart();
  std::thread server([&] { context.run(); });
  auto const found = on.lobby().fetch_sockets(asio::use_future).get();
  CHECK(found.size() == 2);
  auto const asked = on.lobby().to(id).fetch_sockets(asio::use_future).get();
  REQUIRE(asked.size() == 1);
  CHECK(asked[0].data().name == id);
  context.stop();
  server.join();
}

TEST_CASE("asio: close tells when everything has ended") {
  scene on;
  asio::cancellation_signal never;
  client one(on);
  one.join("/");
  packets log;
  on.lobby.on_disconnect([&](io_socket&, sio::reason why) { log.emplace_back(to_string(why)); });
  auto const note = [&](error failed) { log.push_back("closed " + failed.message()); };
  auto const success = "closed " + error().message();
  SUBCASE("a callback") { on.io.close(1h, note); }
  SUBCASE("a token") { on.io.close(1h, asio::bind_cancellation_slot(never.slot(), note)); }
  on.run();
  CHECK(log == packets{"server shutting down"});  // the client's end of the connection is open
  one.close();
  CHECK(log == packets{"server shutting down", success});
  on.io.close(1h, note);
  on.run();
  CHECK(log.size() == 3);
}

TEST_CASE("asio: each who closes is told, and who waits no more is not") {
  scene on;
  client one(on);
  one.join("/");
  asio::cancellation_signal stop;
  packets log;
  on.io.close(1h, [&](error) { log.push_back("first"); });
  on.io.close(
      1h, asio::bind_cancellation_slot(stop.slot(), [&](error failed) { log.push_back(failed.message()); }));
  on.io.close(1h, [&](error) { log.push_back("third"); });
  on.run();
  CHECK(log.empty());
  stop.emit(asio::cancellation_type::terminal);
  on.run();
  CHECK(log == packets{error(asio::error::operation_aborted).message()});
  on.advance(1h);
  CHECK(log == packets{error(asio::error::operation_aborted).message(), "first", "third"});
}

TEST_CASE("asio: who borrowed the context may destroy the server when it is closed") {
  asio::io_context context;
  loop_world on(context);
  on.lobby();
  client one(on);
  one.join("/");
  on.io->close(1h, [&](error) { on.io.reset(); });
  on.run();
  CHECK(on.io);
  one.close();
  CHECK_FALSE(on.io);
}

TEST_CASE("asio: a server that goes breaks the promises that it has made") {
  asio::io_context context;
  std::optional<loop_world> on(context);
  std::future<bool> answer;
  on->lobby().on_connect(
      [&](loop_socket& s) { answer = s.emit_with_ack<"confirm">("sure?", asio::use_future); });
  client one(*on);
  one.join("/");
  auto const sockets = on->lobby().fetch_sockets(asio::use_future);
  on->io.reset();
  CHECK_THROWS_AS(answer.get(), std::future_error);
  context.restart();
  context.run();
  CHECK(sockets.wait_for(0s) == std::future_status::ready);
}

#if defined(ASIO_HAS_CO_AWAIT)

// -- coroutines ------------------------------------------------------------------------------------------

namespace {

using namespace asio::experimental::awaitable_operators;
using asio::awaitable;
using asio::use_awaitable;

/// What waits here goes on when the test says so.
class gate {
public:
  awaitable<void> pass() {
    return asio::async_initiate<asio::use_awaitable_t<> const, void(error)>(
        [this](auto handler) {
          auto slot = asio::get_associated_cancellation_slot(handler);
          auto const kept = std::make_shared<std::optional<decltype(handler)>>(std::move(handler));
          auto const end = [](auto const& waiting, error how) {
            if (!waiting || !*waiting) return;
            auto const to = asio::get_associated_executor(**waiting);
            asio::post(to, [how, ended = *std::exchange(*waiting, std::nullopt)]() mutable {
              std::move(ended)(how);
            });
          };
          if (slot.is_connected())
            slot.assign([end, weak = std::weak_ptr(kept)](asio::cancellation_type) {
              end(weak.lock(), asio::error::operation_aborted);
            });
          waiting_.emplace_back([end, kept] { end(kept, error()); });
        },
        use_awaitable);
  }
  void open() {
    for (auto const& each : std::exchange(waiting_, {})) each();
  }
  void forget() { waiting_.clear(); }
  std::size_t waiting() const { return waiting_.size(); }

private:
  std::vector<sio::unique_function<void()>> waiting_;
};

}  // namespace

TEST_CASE("asio: what a coroutine returns is the acknowledgement") {
  scene on;
  gate door;
  on.lobby.on<"shout">([&](std::string text) -> awaitable<std::string> {
    if (text == "later") co_await door.pass();
    co_return text + "!";
  });
  client one(on);
  one.join("/");
  one.send(R"(20["shout","now"])");
  CHECK(one.next() == R"(30["now!"])");
  one.send(R"(21["shout","later"])");
  one.send(R"(22["shout","now"])");
  one.send(R"(2["shout","later"])");  // it asks for no answer
  CHECK(one.next() == R"(32["now!"])");
  CHECK(one.next() == "");
  CHECK(door.waiting() == 2);
  door.open();
  on.run();
  CHECK(one.next() == R"(31["later!"])");
  CHECK(one.next() == "");
  CHECK(on.log.empty());
}

TEST_CASE("asio: a coroutine may take an ack, and answer before it ends") {
  scene on;
  gate door;
  on.lobby.on<"shout">([&](io_socket& s, std::string text, sio::ack<std::string> answer) -> awaitable<void> {
    answer(text + "!");
    co_await door.pass();
    answer("again");
    s.emit<"heard">(text);
  });
  client one(on);
  one.join("/");
  one.send(R"(20["shout","a"])");
  CHECK(one.next() == R"(30["a!"])");
  CHECK(one.next() == "");
  door.open();
  on.run();
  CHECK(one.all() == packets{R"(2["heard","a"])"});
}

TEST_CASE("asio: a coroutine begins within its event, and goes on in order") {
  scene on;
  gate door;
  on.lobby.on<"say">([&](io_socket& s, std::string text) -> awaitable<void> {
    on.log.push_back("begin " + text);
    if (text == "a") co_await door.pass();
    on.log.push_back("end " + text);
    s.emit<"heard">(text);
  });
  on.lobby.on<"say">([&](std::string const& text) { on.log.push_back("other " + text); });
  client one(on);
  one.join("/");
  one.send(R"(2["say","a"])");
  one.send(R"(2["say","b"])");
  CHECK(on.log == packets{"begin a", "other a", "begin b", "end b", "other b"});
  CHECK(one.all() == packets{R"(2["heard","b"])"});
  door.open();
  CHECK(on.log.size() == 5);  // only when the server runs
  on.run();
  CHECK(on.log.back() == "end a");
  CHECK(one.all() == packets{R"(2["heard","a"])"});
}

TEST_CASE("asio: a coroutine goes on in an event of a turn, with the clock of that") {
  scene on;
  gate door;
  on.lobby.on<"say">([&](io_socket& s, std::string) -> awaitable<void> {
    co_await door.pass();
    try {
      co_await s.timeout(1s).emit_with_ack<"confirm">("sure?", use_awaitable);
    } catch (std::system_error const& failed) {
      on.log.emplace_back(failed.code() == sio::errc::no_answer ? "no answer" : "something else");
    }
  });
  client one(on, "");
  one.join("/");
  one.send(R"(2["say","a"])");
  on.advance(10s);
  door.open();
  on.run();
  CHECK(one.next() == R"(20["confirm","sure?"])");
  on.advance(900ms);
  CHECK(on.log.empty());
  on.advance(200ms);
  CHECK(on.log == packets{"no answer"});
}

TEST_CASE("asio: what a coroutine throws goes to on_error") {
  scene on;
  gate door;
  bool waits = false;
  SUBCASE("at once") {}
  SUBCASE("later") { waits = true; }
  on.lobby.on<"shout">([&](std::string text) -> awaitable<std::string> {
    if (waits) co_await door.pass();
    throw std::runtime_error(text);
  });
  on.lobby.on_error([&](io_socket&, sio::event_error const& what) {
    CHECK(what.event == "shout");
    CHECK(what.code == sio::errc::handler_failed);
    CHECK_THROWS_AS(std::rethrow_exception(what.exception), std::runtime_error);
  });
  client one(on);
  one.join("/");
  one.send(R"(20["shout","too loud"])");
  door.open();
  on.run();
  REQUIRE(on.log.size() == 1);
  CHECK(on.log[0].find("too loud") != std::string::npos);
  CHECK(one.next() == "");
}

TEST_CASE("asio: middlewares may be coroutines") {
  scene on;
  gate door;
  on.lobby.use([&](io_socket& s) -> awaitable<sio::admission> {
    s.data().name = s.handshake().query();
    co_await door.pass();
    if (s.data().name.find("bad") != std::string::npos) co_return sio::refuse("no");
    if (s.data().name.find("wrong") != std::string::npos) throw std::runtime_error("wrong");
    co_return sio::admit;
  });
  on.lobby.on_connect([&](io_socket&) { on.log.emplace_back("connected"); });
  SUBCASE("let in") {
    client one(on, "&good");
    one.send("0");
    CHECK(one.next() == "");
    CHECK(on.log.empty());
    door.open();
    on.run();
    CHECK(one.next().starts_with(R"(0{"sid":)"));
    CHECK(on.log == packets{"connected"});
  }
  SUBCASE("refused") {
    client one(on, "&bad");
    one.send("0");
    door.open();
    on.run();
    CHECK(one.next() == R"(4{"message":"no"})");
    CHECK(on.log.empty());
  }
  SUBCASE("thrown") {
    client one(on, "&wrong");
    one.send("0");
    door.open();
    on.run();
    CHECK(one.next().starts_with("4{"));
    CHECK(on.log.size() == 1);
  }
  SUBCASE("gone meanwhile") {
    client one(on, "&good");
    one.send("0");
    one.close();
    on.run();
    door.open();
    on.run();
    CHECK(on.log.empty());
  }
}

TEST_CASE("asio: handlers of connect and disconnect may be coroutines") {
  scene on;
  gate door;
  std::weak_ptr<int> held;
  on.lobby.on_connect([&](io_socket& s) -> awaitable<void> {
    s.emit<"heard">("hello");
    co_await door.pass();
    s.emit<"heard">("again");
  });
  on.lobby.on_disconnect([&](io_socket& s, sio::reason why) -> awaitable<void> {
    auto const local = std::make_shared<int>();
    held = local;
    auto const id = std::string(s.id());
    co_await door.pass();
    CHECK(s.id() == id);
    on.log.emplace_back(to_string(why));
    throw std::runtime_error("late");
  });
  client one(on);
  one.join("/");
  CHECK(one.all() == packets{R"(2["heard","hello"])"});
  door.open();
  on.run();
  CHECK(one.all() == packets{R"(2["heard","again"])"});
  one.close();
  CHECK(on.log.empty());
  CHECK_FALSE(held.expired());
  door.open();
  on.run();
  REQUIRE(on.log.size() == 2);
  CHECK(on.log[0] == "transport close");
  CHECK(on.log[1].find("late") != std::string::npos);
  CHECK(held.expired());
}

TEST_CASE("asio: a socket whose client has gone stays what it was, and does nothing") {
  scene on;
  gate door;
  on.lobby.on<"shout">([&](io_socket& s, std::string text) -> awaitable<std::string> {
    s.join("room");
    s.data().name = text;
    auto const id = std::string(s.id());
    co_await door.pass();
    CHECK_FALSE(s.connected());
    CHECK(s.id() == id);
    CHECK(s.nsp() == "/");
    CHECK(s.data().name == text);
    CHECK(s.handshake().query().ends_with("token=" + text));
    CHECK(s.handshake().header("host") == "test");
    CHECK(s.rooms().empty());
    CHECK_FALSE(s.writable());
    CHECK(s.queued_bytes() == 0);
    s.join("other");
    s.leave("room");
    s.emit<"heard">("me");
    s.volatile_().emit<"heard">("me");
    s.to("room").emit<"heard">("them");
    s.disconnect();
    s.disconnect(true);
    CHECK(s.rooms().empty());
    try {
      co_await s.emit_with_ack<"confirm">("there?", use_awaitable);
    } catch (std::system_error const& failed) {
      on.log.emplace_back(failed.code() == sio::errc::disconnected ? "disconnected" : "something else");
    }
    co_return "never sent";
  });
  client other(on, "&token=other");
  other.join("/");
  other.send(R"(2["shout","other"])");
  std::optional<client> one(std::in_place, on, "&token=one");
  on.lobby.on_disconnect([&](io_socket&, sio::reason why) { on.log.emplace_back(to_string(why)); });
  one->join("/");
  one->send(R"(20["shout","one"])");
  std::string why;
  SUBCASE("it went") {
    one->close();
    why = "transport close";
  }
  SUBCASE("it left the namespace") {
    one->send("1");
    why = "client namespace disconnect";
  }
  on.run();
  CHECK(on.log == packets{why});
  other.close();
  door.open();
  on.run();
  CHECK(on.log == packets{why, "transport close", "disconnected", "disconnected"});
}

TEST_CASE("asio: a namespace that clients brought about stays while a coroutine waits in it") {
  scene on({.cleanup_empty_namespaces = true});
  gate door;
  on.io.of<chat>([](std::string_view name) { return name.starts_with("/orders-"); })
      .on<"say">([&](io_socket& s, std::string) -> awaitable<void> {
        co_await door.pass();
        on.log.push_back(s.nsp());
        s.to("room").emit<"heard">("nobody");
      });
  {
    client one(on);
    one.join("/orders-1");
    one.send(R"(2/orders-1,["say","a"])");
    one.close();
  }
  on.run();
  SUBCASE("it goes on") {
    door.open();
    on.run();
    CHECK(on.log == packets{"/orders-1"});
  }
  SUBCASE("it is dropped") { door.forget(); }
  SUBCASE("the server goes first") {}
}

TEST_CASE("asio: questions to a client, awaited") {
  scene on;
  std::string seen;
  on.lobby.on<"say">([&](io_socket& s, std::string text) -> awaitable<void> {
    try {
      auto const yes = co_await s.emit_with_ack<"confirm">(text, use_awaitable);
      on.log.emplace_back(yes ? "yes" : "no");
    } catch (std::system_error const& failed) {
      on.log.push_back(failed.code().message());
    }
  });
  on.lobby.on<"shout">([&](std::string text) -> awaitable<std::string> {
    on.log.push_back(text);
    co_return text;
  });
  client one(on);
  one.join("/");
  one.send(R"(2["say","sure?"])");
  CHECK(one.next() == R"(20["confirm","sure?"])");
  packets wanted;
  SUBCASE("yes") {
    one.send("30[true]");
    wanted = {"yes"};
  }
  SUBCASE("no") {
    one.send("30[false]");
    wanted = {"no"};
  }
  SUBCASE("nonsense") {
    one.send(R"(30["perhaps"])");
    wanted = {on.log.empty() ? "" : on.log[0], make_error_code(sio::errc::payload_mismatch).message()};
  }
  SUBCASE("gone") {
    one.close();
    wanted = {make_error_code(sio::errc::disconnected).message()};
  }
  CHECK(on.log == wanted);
}

TEST_CASE("asio: who awaits an answer goes on before the client's next event is handled") {
  scene on;
  on.lobby.on_connect([&](io_socket& s) -> awaitable<void> {
    co_await s.emit_with_ack<"confirm">("sure?", use_awaitable);
    on.log.emplace_back("answer");
  });
  on.lobby.on<"say">([&](std::string const& text) { on.log.push_back(text); });
  client one(on);
  one.join("/");
  one.hold();
  one.send("30[true]");
  one.send(R"(2["say","next"])");
  one.release();
  CHECK(on.log == packets{"answer", "next"});
}

TEST_CASE("asio: of two things awaited the one that loses is cancelled") {
  scene on({.max_pending_acks = 1});
  gate door;
  on.lobby.on<"say">([&](io_socket& s, std::string) -> awaitable<void> {
    auto const first = co_await (s.emit_with_ack<"confirm">("sure?", use_awaitable) || door.pass());
    on.log.emplace_back(first.index() == 0 ? "answer" : "door");
  });
  client one(on);
  one.join("/");
  for (std::string const id : {"0", "1", "2"}) {  // no more than one may be pending
    one.send(R"(2["say","a"])");
    CHECK(one.next() == "2" + id + R"(["confirm","sure?"])");
    if (id == "1")
      one.send("3" + id + "[true]");
    else
      door.open();
    on.run();
    if (id != "1") one.send("3" + id + "[true]");  // too late
    door.forget();
  }
  CHECK(on.log == packets{"door", "answer", "door"});
}

TEST_CASE("asio: a coroutine may run on an executor of the library's own type") {
  scene on;
  on.lobby.on<"shout">([](std::string text) -> awaitable<std::string, sio::shard_executor> {
    auto const here = co_await asio::this_coro::executor;
    static_assert(std::is_same_v<decltype(here), sio::shard_executor const>);
    co_return text + "!";
  });
  client one(on);
  one.join("/");
  one.send(R"(20["shout","a"])");
  CHECK(one.next() == R"(30["a!"])");
}

TEST_CASE("asio: sockets and the server's end, awaited") {
  scene on;
  on.lobby.on<"say">([&](std::string) -> awaitable<void> {
    auto const found = co_await on.lobby.fetch_sockets(use_awaitable);
    on.log.push_back(std::to_string(found.size()));
    co_await on.io.close(1s, use_awaitable);
    on.log.emplace_back("closed");
  });
  client one(on), two(on);
  one.join("/");
  two.join("/");
  one.send(R"(2["say","a"])");
  CHECK(on.log == packets{"2"});
  on.advance(1s);
  CHECK(on.log == packets{"2", "closed"});
}

TEST_CASE("asio: broadcast acknowledgements, awaited") {
  scene on;
  on.lobby.on<"say">([&](std::string) -> awaitable<void> {
    try {
      auto const all = co_await on.lobby.timeout(1s).emit_with_ack<"confirm">("sure?", use_awaitable);
      on.log.push_back(std::to_string(all.answers.size()));
    } catch (std::system_error const& failed) {
      on.log.push_back(failed.code().message());
    }
  });
  client one(on), two(on);
  one.join("/");
  two.join("/");
  one.send(R"(2["say","a"])");
  auto const answer = [](client& who) { who.send("3" + who.next().substr(1, 10) + "[true]"); };
  answer(one);
  SUBCASE("all") {
    answer(two);
    CHECK(on.log == packets{"2"});
  }
  SUBCASE("not all") {
    on.advance(2s);
    CHECK(on.log == packets{make_error_code(sio::errc::no_answer).message()});
  }
}

TEST_CASE("asio: coroutines that wait when the server ends never go on") {
  gate door;
  packets log;
  auto const for_answer = std::make_shared<int>(), for_door = std::make_shared<int>();
  std::optional<scene> on(std::in_place);
  on->lobby.use([&](io_socket& s) -> awaitable<sio::admission> {
    auto const local = for_door;
    if (s.handshake().query().ends_with("wait")) co_await door.pass();
    co_return sio::admit;
  });
  on->lobby.on_connect([&](io_socket& s) -> awaitable<void> {
    auto const local = for_answer;
    co_await s.emit_with_ack<"confirm">("sure?", use_awaitable);
    log.emplace_back("answer");
  });
  on->lobby.on_connect([&](io_socket& s) -> awaitable<void> {
    auto const local = for_door;
    co_await (door.pass() && s.emit_with_ack<"confirm">("sure?", use_awaitable));
    log.emplace_back("door");
  });
  client one(*on), two(*on, "&wait");
  one.join("/");
  two.send("0");
  CHECK(for_answer.use_count() == 2);
  CHECK(for_door.use_count() == 3);
  on.reset();
  CHECK(for_answer.use_count() == 1);
  CHECK(for_door.use_count() == 3);  // nobody but the door knows of those
  SUBCASE("what they wait for happens") { door.open(); }
  SUBCASE("what they wait for goes too") { door.forget(); }
  CHECK(for_door.use_count() == 1);
  CHECK(log.empty());
}

// -- on an io_context ------------------------------------------------------------------------------------

TEST_CASE("asio: timers of a coroutine's executor run on the server's thread and in its turns") {
  asio::io_context context;
  loop_world on(context);
  int ended = 0;
  on.lobby().on<"shout">([&](loop_socket& s, std::string text) -> awaitable<std::string> {
    asio::steady_timer timer(co_await asio::this_coro::executor, 1ms);
    co_await timer.async_wait(use_awaitable);
    ++ended;
    s.emit<"heard">(text);
    co_return text + "!";
  });
  client one(on);
  one.join("/");
  one.send(R"(20["shout","a"])");
  on.run_until([&] { return ended == 1; });
  CHECK(one.all() == packets{R"(2["heard","a"])", R"(30["a!"])"});
}

TEST_CASE("asio: an answer or a timer, whichever comes first") {
  asio::io_context context;
  loop_world on(context);
  packets log;
  on.lobby().on<"say">([&](loop_socket& s, std::string) -> awaitable<void> {
    asio::steady_timer timer(co_await asio::this_coro::executor, s.data().name == "patient" ? 1h : 1ms);
    auto const first =
        co_await (s.emit_with_ack<"confirm">("sure?", use_awaitable) || timer.async_wait(use_awaitable));
    log.emplace_back(first.index() == 0 ? "answer" : "timer");
    s.data().name = "patient";
  });
  client one(on);
  one.join("/");
  one.send(R"(2["say","a"])");
  on.run_until([&] { return log.size() == 1; });
  one.send("30[true]");
  one.send(R"(2["say","b"])");
  one.send("31[true]");
  on.run_until([&] { return log.size() == 2; });
  CHECK(log == packets{"timer", "answer"});
}

TEST_CASE("asio: a borrowed context outlives the server and the coroutines that wait in it") {
  auto const held = std::make_shared<int>();
  packets log;
  {
    asio::io_context context;
    std::optional<loop_world> on(context);
    on->lobby().on_connect([&, held](loop_socket& s) -> awaitable<void> {
      auto const local = held;
      asio::steady_timer timer(co_await asio::this_coro::executor, 1ms);
      co_await (timer.async_wait(use_awaitable) && s.emit_with_ack<"confirm">("sure?", use_awaitable));
      log.emplace_back("went on");
    });
    client one(*on);
    one.join("/");
    CHECK(held.use_count() > 2);
    on->io.reset();
    SUBCASE("and runs on") {
      context.restart();
      context.run();
      CHECK(held.use_count() == 1);
    }
    SUBCASE("and does not run again") {}
  }
  CHECK(held.use_count() == 1);
  CHECK(log.empty());
}

TEST_CASE("asio: a context of the server's own goes with it, and with the coroutines that wait in it") {
  auto const held = std::make_shared<int>();
  {
    sio::transport::loopback::network net;
    sio::basic_server<loop_policies> io;
    io.listen(net);
    struct {
      sio::transport::loopback::network& net;
      sio::basic_server<loop_policies>& io;
      void run() { io.executor().io_context().restart(), io.executor().io_context().poll(); }
    } on{net, io};
    io.of<chat>().on_connect([held](loop_socket& s) -> awaitable<void> {
      auto const local = held;
      asio::steady_timer timer(co_await asio::this_coro::executor, 1h);
      co_await (timer.async_wait(use_awaitable) && s.emit_with_ack<"confirm">("sure?", use_awaitable));
    });
    client one(on);
    one.join("/");
    CHECK(held.use_count() > 2);
  }
  CHECK(held.use_count() == 1);
}

TEST_CASE("asio: others may resume coroutines from their threads, also while the server ends") {
  for (int round = 0; round < 20; ++round) {
    CAPTURE(round);
    auto const held = std::make_shared<int>();
    asio::io_context context, elsewhere;
    std::optional<loop_world> on(context);
    on->lobby().on_connect([&, held](loop_socket& s) -> awaitable<void> {
      auto const local = held;
      for (;;) {
        co_await asio::co_spawn(
            elsewhere, []() -> awaitable<void> { co_return; }, use_awaitable);
        s.emit<"heard">("a");
      }
    });
    client one(*on);
    one.join("/");
    auto work = std::make_optional(asio::make_work_guard(elsewhere));
    std::thread other([&] { elsewhere.run(); });
    for (int i = 0; i < round; ++i) on->run();
    on->io.reset();
    work.reset();
    other.join();
    context.restart();
    context.run();
    CHECK(held.use_count() == 1);
  }
}

#endif
