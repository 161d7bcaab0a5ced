// SPDX-License-Identifier: MIT
// A server with the whole API, which clients command by events. Environment variables change it: CLEANUP
// (namespaces that clients bring about go when they are empty), RECOVERY (clients that lose their connection
// find everything again; "ask": middlewares are asked again).
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <socketiopp/server.hpp>

namespace sio = socketiopp;
using namespace std::chrono_literals;
using strings = std::vector<std::string>;

namespace {

/// Which sockets a command is about: all in the namespace, or all but the one that commands.
struct chosen {
  strings rooms = {};
  strings except = {};
  bool others = false;
  bool is_volatile = false;
  std::optional<int> timeout = {};  ///< in milliseconds
};

struct answer {
  std::string id;
  std::vector<sio::json::value> values;
};
struct failure {
  std::string id;
  std::string why;
};
struct report {
  std::string error;
  std::vector<answer> answers;
  std::vector<failure> missing;
};

struct seen {
  std::string id;
  strings rooms;
  std::string color;
  std::string query;
  std::string agent;
};

struct api {
  using to_server = sio::events<                         //
      sio::event<"join", strings(strings rooms)>,        //
      sio::event<"leave", strings(strings rooms)>,       //
      sio::event<"rooms", strings()>,                    //
      sio::event<"color", std::string(std::string to)>,  //
      sio::event<"remove", void()>,                      //
      sio::event<"quit", void(bool close)>,              //
      sio::event<"query", std::string()>,                //
      sio::event<"ask_me", report(int limit, sio::json::value question)>,
      sio::event<"tell", int(chosen to, std::string event, std::vector<sio::json::value> args)>,
      sio::event<"ask", report(chosen whom, sio::json::value question)>,
      sio::event<"ask_each", report(chosen whom, sio::json::value question)>,
      sio::event<"fetch", std::vector<seen>(chosen whom)>,
      sio::event<"visit", report(chosen whom, sio::json::value question)>,
      sio::event<"move_in", int(chosen whom, strings rooms)>,
      sio::event<"move_out", int(chosen whom, strings rooms)>,
      sio::event<"end", void(chosen whom, bool close)>,  //
      sio::event<"parts", strings()>,                    //
      sio::event<"greet", void(std::string text)>,       //
      sio::event<"serve", int(chosen to, std::string event, std::vector<sio::json::value> args)>,
      sio::event<"journal", strings()>,            //
      sio::event<"shout", int(std::string text)>,  //
      sio::event<"children", strings()>>;
  using to_client = sio::events<  //
      sio::event<"welcome", void(std::string id, bool recovered, std::string color, strings rooms)>,
      sio::event<"shouted", void(std::string text)>,  //
      sio::event<"question", std::vector<sio::json::value>(sio::json::value question)>>;
  static constexpr bool open = true;

  struct data {
    std::string color;
    strings asked;  ///< the middlewares
  };
  struct auth {
    std::optional<std::string> name;
    std::optional<std::string> refuse;  ///< the middleware that is to refuse it
    std::optional<std::string> key;
  };
};

using socket_type = sio::socket<api>;
using space = sio::namespace_<api>;

inline constexpr sio::pattern<"/orders-{id}", int> orders;
inline constexpr sio::pattern<"/shop/{name}/desk-{number}", std::string, int> desks;

/// What happened, until a client asks for it.
class journal {
public:
  void add(std::string line) { lines_.push_back(std::move(line)); }
  strings take() { return std::exchange(lines_, {}); }

private:
  strings lines_;
};

bool is_set(char const* name) { return std::getenv(name) != nullptr; }

sio::selection<api> select(space& in, socket_type& from, chosen const& whom) {
  auto some = whom.others ? from.broadcast() : in.except(strings());
  if (!whom.rooms.empty()) some = some.to(whom.rooms);
  some = some.except(whom.except);
  if (whom.is_volatile) some = some.volatile_();
  if (whom.timeout) some = some.timeout(std::chrono::milliseconds(*whom.timeout));
  return some;
}

std::string name_of(socket_type const& s) { return s.auth().name.value_or("somebody"); }

std::string text_of(std::error_code error) { return error ? error.message() : ""; }

/// The commands that every namespace obeys.
template <class Namespace> void obey_one(Namespace& nsp) {
  nsp.template on<"join">([](socket_type& s, strings rooms) { return s.join(rooms), s.rooms(); });
  nsp.template on<"leave">([](socket_type& s, strings rooms) { return s.leave(rooms), s.rooms(); });
  nsp.template on<"rooms">([](socket_type& s) { return s.rooms(); });
  nsp.template on<"color">([](socket_type& s, std::string to) { return std::exchange(s.data().color, to); });
  nsp.template on<"quit">([](socket_type& s, bool close) { s.disconnect(close); });
  nsp.template on<"query">([](socket_type& s) { return std::string(s.handshake().query()); });
  nsp.template on<"ask_me">([](socket_type& s, int limit, sio::json::value question, sio::ack<report> reply) {
    auto const id = std::string(s.id());
    s.timeout(std::chrono::milliseconds(limit))
        .template emit_with_ack<"question">(
            question, [id, reply = std::move(reply)](std::error_code error,
                                                     std::vector<sio::json::value> values) mutable {
              reply({text_of(error), {{id, std::move(values)}}, {}});
            });
  });
}

/// The commands that a selection obeys.
void obey(space& nsp) {
  obey_one(nsp);
  nsp.on<"tell">([&](socket_type& s, chosen to, std::string event, std::vector<sio::json::value> args) {
    select(nsp, s, to).emit(event, sio::arguments(std::move(args)));
    return 0;
  });
  nsp.on<"ask">([&](socket_type& s, chosen whom, sio::json::value question, sio::ack<report> reply) {
    select(nsp, s, whom)
        .emit_with_ack(
            "question", question,
            [reply = std::move(reply)](std::error_code error, sio::responses<sio::arguments> all) mutable {
              report made{text_of(error), {}, {}};
              for (auto const& [id, values] : all.answers)
                made.answers.push_back({id, {values.begin(), values.end()}});
              for (auto const& [id, why] : all.missing) made.missing.push_back({id, why.message()});
              reply(made);
            });
  });
  nsp.on<"ask_each">([&](socket_type& s, chosen whom, sio::json::value question, sio::ack<report> reply) {
    auto const made = std::make_shared<report>();
    select(nsp, s, whom)
        .emit_with_each_ack(
            "question", question,
            [made](std::string_view id, std::error_code error, sio::arguments const& values) {
              if (error)
                made->missing.push_back({std::string(id), error.message()});
              else
                made->answers.push_back({std::string(id), {values.begin(), values.end()}});
            },
            [made, reply = std::move(reply)](std::error_code error) mutable {
              made->error = text_of(error);
              reply(*made);
            });
  });
  nsp.on<"fetch">([&](socket_type& s, chosen whom, sio::ack<std::vector<seen>> reply) {
    select(nsp, s, whom)
        .fetch_sockets(
            [reply = std::move(reply)](std::error_code, std::vector<sio::remote_socket<api>> found) mutable {
              std::vector<seen> all;
              for (auto const& one : found) {
                auto const agent = one.handshake().header("x-agent");
                all.push_back({one.id(), one.rooms(), one.data().color, std::string(one.handshake().query()),
                               std::string(agent.value_or(""))});
              }
              reply(all);
            });
  });
  // Whoever is found enters the room "visited", hears "visited", and is asked.
  nsp.on<"visit">([&](socket_type& s, chosen whom, sio::json::value question, sio::ack<report> reply) {
    struct tour {
      sio::ack<report> reply;
      report made;
      std::size_t left;
      void ended() {
        if (left == 0) reply(made);
      }
    };
    select(nsp, s, whom)
        .fetch_sockets([question, reply = std::move(reply)](
                           std::error_code, std::vector<sio::remote_socket<api>> found) mutable {
          auto const all = std::make_shared<tour>(tour{std::move(reply), {}, found.size()});
          for (auto& one : found) {
            one.join("visited");
            one.emit("visited", one.id());
            one.timeout(500ms).emit_with_ack(
                "question", question,
                [all, id = one.id()](std::error_code error, sio::arguments const& values) {
                  if (error)
                    all->made.missing.push_back({id, error.message()});
                  else
                    all->made.answers.push_back({id, {values.begin(), values.end()}});
                  --all->left;
                  all->ended();
                });
          }
          all->ended();
        });
  });
  nsp.on<"move_in">([&](socket_type& s, chosen whom, strings rooms) {
    select(nsp, s, whom).sockets_join(rooms);
    return 0;
  });
  nsp.on<"move_out">([&](socket_type& s, chosen whom, strings rooms) {
    select(nsp, s, whom).sockets_leave(rooms);
    return 0;
  });
  nsp.on<"end">(
      [&](socket_type& s, chosen whom, bool close) { select(nsp, s, whom).disconnect_sockets(close); });
}

sio::admission refusal_of(std::string const& name) {
  return sio::admission("refused by " + name, R"({"by":")" + name + R"(","list":[1,null,"ü"]})");
}

/// Three middlewares, of which the second answers from another thread.
template <class Namespace> void guard(Namespace& nsp, journal& log) {
  auto const enter = [&log](socket_type& s, std::string const& name) {
    s.data().asked.push_back(name + (s.connected() ? " connected" : ""));
    log.add(name_of(s) + " " + name);
    s.join("waiting");
  };
  nsp.use([enter](socket_type& s) {
    enter(s, "first");
    return s.auth().refuse == "first" ? refusal_of("first") : sio::admit;
  });
  nsp.use([enter](socket_type& s, sio::decision decide) {
    enter(s, "second");
    std::thread([refuse = s.auth().refuse == "second", slow = s.auth().refuse == "slowly",
                 decide = std::move(decide)]() mutable {
      if (slow) std::this_thread::sleep_for(300ms);
      decide(refuse ? refusal_of("second") : slow ? sio::refuse("slowly") : sio::admit);
    }).detach();
  });
  nsp.use([enter](socket_type& s) {
    enter(s, "third");
    return s.auth().refuse == "third" ? sio::refuse("no data") : sio::admit;
  });
  nsp.on_connect([&log](socket_type& s) {
    log.add(name_of(s) + " connect");
    s.emit("asked", s.data().asked, s.connected());
  });
  nsp.on_disconnecting([&log](socket_type& s, sio::reason why) {
    log.add(name_of(s) + " disconnecting, in " + std::to_string(s.rooms().size()) + ": " +
            std::string(to_string(why)));
  });
  nsp.on_disconnect([&log](socket_type& s, sio::reason why) {
    log.add(name_of(s) + " disconnect, in " + std::to_string(s.rooms().size()) + ": " +
            std::string(to_string(why)));
  });
  nsp.template on<"greet">(
      [&log](socket_type& s, std::string text) { log.add(name_of(s) + " greet " + text); });
}

/// Handlers of all kinds, each of which says in the journal that it was called.
void listen_closely(space& nsp, journal& log) {
  auto const note = [&log](std::string what) {
    return [&log, what = std::move(what)](auto&&...) { log.add(what); };
  };
  auto const name_is = [&log](std::string what) {
    return [&log, what = std::move(what)](socket_type&, std::string_view name, sio::arguments const& args) {
      if (name != "journal") log.add(what + " " + std::string(name) + " " + std::to_string(args.size()));
    };
  };
  nsp.on<"greet">([note = note("nsp one")](std::string) { note(); });
  nsp.on<"greet">([note = note("nsp two")](std::string) { note(); });
  nsp.once<"greet">([note = note("nsp once")](std::string) { note(); });
  nsp.on_any(name_is("any"));
  nsp.prepend_any(name_is("first any"));
  nsp.on_any_outgoing([&log](socket_type&, std::string_view name, sio::arguments const& args) {
    if (name == "told") log.add("outgoing " + std::string(name) + " " + std::to_string(args.size()));
  });
  nsp.use([](socket_type&, std::string_view name, sio::arguments const&) {
    return name == "forbidden" ? sio::refuse("not here") : sio::admit;
  });
  nsp.on_error([&log](socket_type&, sio::event_error const& what) {
    log.add(std::string(what.event) + ": " + what.code.message() + ": " + what.message);
  });
  nsp.on("forbidden", [note = note("forbidden was heard")](sio::arguments) {
    note();
    return sio::arguments();
  });
  nsp.on_connect([note, name_is](socket_type& s) {
    s.on<"greet">([note = note("socket one")](std::string) { note(); });
    auto const removed = std::make_shared<sio::registration>(
        s.on<"greet">([note = note("socket two")](std::string) { note(); }));
    auto const any = std::make_shared<sio::registration>(s.on_any(name_is("socket any")));
    s.once("greet", [note = note("socket once")](sio::arguments) { note(); });
    s.use([](socket_type&, std::string_view, sio::arguments const& args) {
      return args[0].string() == "rude" ? sio::refuse("be polite") : sio::admit;
    });
    s.on<"remove">([removed, any] {
      removed->remove();
      any->remove();
    });
  });
}

}  // namespace

int main() {
  char const* const port = std::getenv("PORT");
  sio::server_options options{
      .ping_interval = 300ms, .ping_timeout = 200ms, .cleanup_empty_namespaces = is_set("CLEANUP")};
  if (char const* const recovery = std::getenv("RECOVERY"))
    options.recovery = sio::recovery_options{.skip_middlewares = std::string_view(recovery) != "ask"};
  sio::server io(std::move(options));
  journal log;

  auto& main = io.of<api>();
  obey(main);
  main.use([&log](socket_type& s) {
    log.add("asked about " + name_of(s));
    return sio::admit;
  });
  main.on_connect([](socket_type& s) {
    s.emit<"welcome">(std::string(s.id()), s.recovered(), s.data().color, s.rooms());
  });
  main.on<"journal">([&log] { return log.take(); });
  obey(io.of<api>("/custom"));
  main.on<"serve">([&](chosen to, std::string event, std::vector<sio::json::value> args) {
    auto some = to.rooms.empty() ? io.except(to.except) : io.to(to.rooms).except(to.except);
    some.emit(event, sio::arguments(std::move(args)));
    return 0;
  });
  auto& guarded = io.of<api>("/guarded");
  obey(guarded);
  guard(guarded, log);
  auto& strict = io.of<api>("/strict");
  obey(strict);
  listen_closely(strict, log);
  strict.on<"journal">([&log] { return log.take(); });

  auto& family = io.of<api>(orders);
  obey_one(family);
  family.use(
      [](socket_type& s) { return s.auth().name == "nobody" ? sio::refuse("you are nobody") : sio::admit; });
  family.on<"parts">([](socket_type& s) {
    auto const [id] = orders.parts(s.nsp()).value();
    return strings{std::to_string(id)};
  });
  family.on_new_namespace([&](space& made) {
    log.add("new " + made.name());
    made.on<"tell">(
        [&made](socket_type& s, chosen to, std::string event, std::vector<sio::json::value> args) {
          select(made, s, to).emit(event, sio::arguments(std::move(args)));
          return 0;
        });
  });
  main.on<"shout">([&](std::string text) { return family.emit<"shouted">(text), 0; });
  main.on<"children">([&] {
    strings names;
    family.for_each_child([&](space& one) { names.push_back(one.name()); });
    return names;
  });
  io.of<api>("/orders-1000").on_connect([](socket_type& s) { s.emit("by hand"); });

  io.of<api>(desks).on<"parts">([](socket_type& s) {
    auto const [name, number] = desks.parts(s.nsp()).value();
    return strings{name, std::to_string(number)};
  });
  obey_one(io.of<api>([](std::string_view name) { return name.starts_with("/by-name/"); }));
  obey_one(io.of<api>([](std::string_view name, api::auth const& auth) {
    return name.starts_with("/by-auth/") && auth.key == "open";
  }));

  auto const& door = io.listen(static_cast<std::uint16_t>(port ? std::atoi(port) : 3000));
  std::printf("http://localhost:%d\n", door.port());
  std::fflush(stdout);
  io.run();
}
