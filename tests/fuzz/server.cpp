// SPDX-License-Identifier: MIT
// A whole server in memory, and clients that do what a script says. When they are gone nothing of them is
// left, and a client that keeps the protocol is served.
// Input: a byte for the options, then lines: a letter (what to do, see `world::obey`), a digit (on which of
// eight connections; two of them share a session id), an argument. After a capital letter the server does not
// get to work, so that what the next lines do comes with it.
#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include "../transport/fakes.hpp"
#include "input.hpp"
#include <socketiopp/executor/caller.hpp>
#include <socketiopp/meta/utf8.hpp>
#include <socketiopp/server.hpp>
#include <socketiopp/transport/loopback.hpp>

namespace fuzzed {

namespace sio = socketiopp;
using namespace std::chrono_literals;

struct user {
  std::string name;
  std::optional<int> age;
};

struct chat {
  using to_server =
      sio::events<sio::event<"echo", user(user, std::variant<int, std::string, user>)>,
                  sio::event<"join", std::vector<std::string>(std::string)>,
                  sio::event<"leave", void(std::string)>, sio::event<"say", void(std::string, std::string)>,
                  sio::event<"bytes", sio::binary(sio::binary)>, sio::event<"later", int(int)>,
                  sio::event<"ask", void(int)>, sio::event<"go", void(bool)>, sio::event<"throw", int()>>;
  using to_client = sio::events<sio::event<"said", void(std::string, std::string)>,
                                sio::event<"bytes", void(sio::binary, std::map<std::string, int>)>,
                                sio::event<"sure", bool(std::string)>>;
  struct auth {
    std::optional<std::string> name;
  };
  struct data {
    int asked = 0, drained = 0;
  };
};

struct policies : sio::default_policies {
  using transport = sio::transport::loopback;
  using executor = sio::executor::caller;
};

/// A compressor that leaves out how most events end.
class shortener final : public sio::transport::compressor {
public:
  shortener() : compressor({.threshold = 40, .window_bits = 15}) {}

  bool deflate(sio::transport::wrapping, std::string_view in, std::string& out) override {
    if (!in.ends_with(left_out)) return false;
    out = in.substr(0, in.size() - left_out.size());
    return true;
  }
  sio::transport::inflation inflate(std::string_view in, std::size_t most, std::string& out) override {
    fuzz::require(in.ends_with(end_of_message), "a message has its last bytes again");
    if (in.starts_with('!')) return sio::transport::inflation::corrupt;
    in.remove_suffix(end_of_message.size());
    out = std::string(in).append(left_out);
    return out.size() > most ? sio::transport::inflation::too_large : sio::transport::inflation::done;
  }

private:
  static constexpr std::string_view left_out = R"("])";
  static constexpr std::string_view end_of_message{"\0\0\xff\xff", 4};  // RFC 7692, 7.2.2
};

struct shortening final : sio::transport::compression {
  std::unique_ptr<sio::transport::compressor> make() const override { return std::make_unique<shortener>(); }
};

/// What the server's program does, and the books it keeps.
class program {
public:
  explicit program(unsigned choice) : io(options(choice)) {
    serve(io.of<chat>());
    serve(io.of<chat>("/other"));
    auto& open = io.of<sio::any>("/open");
    count(open);
    open.on("echo", [](sio::arguments args) { return args; });
    open.on_any([](sio::socket<sio::any, policies>& s, std::string_view name, sio::arguments args) {
      if (name != "echo") s.emit("any", name, args);
    });
    io.http([](sio::http::request const& asked, sio::http::response& answer) {
      if (asked.path == "/throw") throw 1;
      answer = sio::http::text(200, asked.method + " " + asked.path + "?" + asked.query + "\n" + asked.body);
    });
    io.listen(network);
  }

  /// A gate that lets those wait who say so.
  sio::request_gate gate() {
    return [this](sio::http::request const& asked, sio::decision answer) {
      if (asked.target.find("wait") == asked.target.npos) return answer(sio::admit);
      undecided_.push_back(std::move(answer));
    };
  }
  void decide(bool lets_in) {
    for (auto& answer : std::exchange(undecided_, {})) answer(lets_in ? sio::admit : sio::refuse("no"));
  }

  /// Whether everything that began has ended.
  bool balanced() const { return sockets == 0 && questions == 0; }

  int sockets = 0, questions = 0;
  sio::transport::loopback::network network;
  sio::basic_server<policies> io;

private:
  using socket = sio::socket<chat, policies>;
  using lobby = sio::namespace_<chat, policies>;

  template <class Namespace> void count(Namespace& nsp) {
    nsp.on_connect([this](auto&) { ++sockets; });
    nsp.on_disconnect([this](auto&, sio::reason) { --sockets; });
  }

  void serve(lobby& nsp) {
    count(nsp);
    nsp.on_connect([](socket& s) { s.join(s.auth().name.value_or("all")); });
    nsp.on_disconnecting([](socket& s, sio::reason why) {
      for (auto const& room : s.rooms()) s.to(room).emit<"said">("leaves", sio::to_string(why));
    });
    nsp.on_disconnect([this, &nsp](socket& s, sio::reason) {
      s.join("ghosts");
      ask(s);
      nsp.to("all").emit<"bytes">(sio::binary(s.id()), std::map<std::string, int>{{"gone", 1}});
      nsp.emit<"said">("gone", s.id());
    });
    nsp.on_drain([](socket& s) {
      if (s.data().drained++ < 3)  // each may have to drain again
        s.volatile_().emit<"said">("drained", "");
    });
    nsp.on_error([](socket& s, sio::event_error const& error) {
      s.emit<"said">("error", error.path + ": " + error.message);
    });
    nsp.on<"echo">([](user u, auto const&) { return u; });
    nsp.on<"join">([](socket& s, std::string const& room) {
      s.join(room);
      return s.rooms();
    });
    nsp.on<"leave">([](socket& s, std::string const& room) { s.leave(room); });
    nsp.on<"say">([](socket& s, std::string const& room, std::string const& text) {
      s.to(room).except("all").emit<"said">(s.id(), text);
      s.to(room).volatile_().compress(false).emit<"said">("volatile", text);
    });
    nsp.on<"bytes">([](socket& s, sio::binary const& bytes) {
      s.broadcast().emit<"bytes">(bytes, std::map<std::string, int>{});
      return bytes;
    });
    nsp.on<"later">([this](int number, sio::ack<int> reply) {
      for (auto const& owed : std::exchange(later_, {})) owed(number);
      later_.push_back(std::move(reply));
    });
    nsp.on<"ask">([this](socket& s, int times) {
      for (int i = 0; i < times % 8; ++i) ask(s);
    });
    nsp.on<"go">([](socket& s, bool wholly) { s.disconnect(wholly); });
    nsp.on<"throw">([]() -> int { throw 1; });
  }

  /// Asks the client, and again once for each refusal.
  void ask(socket& s) {
    ++questions;
    auto const once = s.data().asked++ < 20;
    s.timeout(40ms).emit_with_ack<"sure">("?", [this, &s, once](std::error_code error, bool sure) {
      --questions;
      if (!error && !sure && once) ask(s);
    });
  }

  sio::server_options options(unsigned choice) {
    sio::server_options chosen{.ping_interval = 300ms,
                               .ping_timeout = 200ms,
                               .upgrade_timeout = 150ms,
                               .max_payload = choice & 1 ? std::size_t{100} : std::size_t{5000},
                               .allow_upgrades = (choice & 2) == 0,
                               .allow_eio3 = (choice & 8) != 0,
                               .max_queued_bytes = choice & 16 ? std::size_t{600} : std::size_t{100'000},
                               .on_overflow = choice & 32 ? sio::overflow::drop_newest : sio::overflow::close,
                               .connect_timeout = 400ms,
                               .ack_timeout = 100ms,
                               .max_attachments = 3,
                               .max_pending_acks = 4,
                               .max_namespaces = 2,
                               .max_request_head = choice & 4 ? std::size_t{300} : std::size_t{2000},
                               .head_timeout = 500ms,
                               .request_timeout = 1s,
                               .keep_alive_timeout = 1s};
    if (choice & 64) chosen.allow_request = gate();
    if (choice & 128) chosen.compression = std::make_shared<shortening>();
    return chosen;
  }

  std::vector<sio::ack<int>> later_;
  std::vector<sio::decision> undecided_;
};

/// A connection to the server, from the client's side.
class line {
public:
  explicit line(program& to) : wire(to.network.connect()) {}

  void ask(std::string_view bytes) {
    asked_ = true;
    wire.write(bytes);
  }
  /// With headers of its own it may agree on what `inbox` cannot read.
  void ask_for_websocket(std::string_view target, std::string const& headers) {
    expects_frames_ = !asked_ && headers.empty();
    ask(fakes::get(target, std::string(fakes::websocket_headers) + headers));
  }

  /// What has come, which on a WebSocket must be frames.
  std::string read() {
    auto bytes = wire.read();
    inbox_.add(bytes);
    if (expects_frames_ && !framed_) framed_ = inbox_.take_response().status == 101;
    if (framed_) check(inbox_.take_frames());
    return bytes;
  }

  bool has(std::string_view wanted) const {
    for (auto const& frame : frames_)
      if (frame == wanted) return true;
    return false;
  }

  sio::transport::loopback::client wire;

private:
  void check(fakes::texts const& came) {
    for (auto const& frame : came) {
      fuzz::require(frame != "[no frame]", "a server sends frames");
      auto const text = !frame.starts_with('<') && !frame.starts_with('[');  // no bytes, no control frame
      fuzz::require(!text || sio::meta::is_utf8(frame), "a server's text is UTF-8");
      frames_.push_back(frame);
    }
  }

  fakes::inbox inbox_;
  fakes::texts frames_;
  bool asked_ = false, expects_frames_ = false, framed_ = false;
};

class world {
public:
  explicit world(unsigned choice) : server_(choice) {}

  void obey(std::string_view command) {
    if (command.size() < 2) return;
    auto const letter = command[0];
    auto const capital = letter >= 'A' && letter <= 'Z';
    auto const which = static_cast<std::size_t>(command[1]) % lines_.size();
    auto const argument = command.substr(2);
    if (letter == '+')
      return server_.io.executor().advance(std::chrono::milliseconds(number(argument) % 2000));
    act(capital ? static_cast<char>(letter - 'A' + 'a') : letter, which, argument);
    if (!capital) settle();
  }

  /// Everybody goes, and time passes.
  void end() {
    server_.io.resume_accept();
    for (auto& wire : wires_) wire.close();
    settle();
    server_.io.executor().advance(1h);
    fuzz::require(server_.balanced(), "what began has ended");
    fuzz::require(server_.io.executor().asleep(), "no timer is left");
    for (auto const& wire : wires_) fuzz::require(wire.closed(), "no connection is left");
  }

  /// A client that keeps the protocol.
  void serve() {
    if (closed_) return;
    sessions_[0] = {};
    for (auto const* const command : {"c0", "o0", R"(t040{"name":"a"})", R"(t0420["echo",{"name":"b"},5])"})
      obey(command);
    fuzz::require(lines_[0]->has(R"(430[{"name":"b"}])"), "a client is served");
  }

private:
  void act(char what, std::size_t which, std::string_view argument) {
    auto& sid = sessions_[which / 2].sid;
    auto& version = sessions_[which / 2].version;
    auto const target = [&](std::string_view transport) {
      return "/socket.io/?EIO=" + std::to_string(version) + "&transport=" + std::string(transport);
    };
    auto const of_session = [&](std::string_view transport) { return target(transport) + "&sid=" + sid; };
    auto const first = argument.empty() ? 0u : static_cast<unsigned char>(argument[0]);
    if (what == 'c' || !lines_[which]) connect(which);
    auto& on = *lines_[which];
    switch (what) {
      // What a client does. The argument of a handshake is added to its query, or to a WebSocket's headers.
      case 'h':
      case 'v':
        version = what == 'h' ? 4 : 3;
        return on.ask(fakes::get(target("polling") + std::string(argument)));
      case 'o': return on.ask_for_websocket(target("websocket"), spelt(argument, sid));
      case 'u': return on.ask_for_websocket(of_session("websocket"), spelt(argument, sid));
      case 'g': return on.ask(fakes::get(of_session("polling")));
      case 'p': return on.ask(fakes::post(of_session("polling"), argument));
      case 'q': {  // its last byte is missing
        auto const whole = fakes::post(of_session("polling"), std::string(argument) + "x");
        return on.ask(std::string_view(whole).substr(0, whole.size() - 1));
      }
      case 't': return on.ask(fakes::text_frame(argument));
      case 'b': return on.ask(fakes::binary_frame(argument));
      case 'f':
        return on.ask(fakes::frame(first, argument.substr(std::min<std::size_t>(1, argument.size()))));
      case 'w': return on.ask(spelt(argument, sid));
      // What happens to the connection.
      case 'x': return on.wire.close();
      case 'l': return on.wire.limit(number(argument));
      case 'k': return on.wire.chop(number(argument) + 1);
      // What the program does.
      case 'e': return server_.io.of<chat>().to(argument).emit<"said">("server", "hello");
      case 'd': return server_.decide(argument.empty());
      case 'a': return argument.empty() ? server_.io.pause_accept() : server_.io.resume_accept();
      case 'z': closed_ = true; return server_.io.close(std::chrono::milliseconds(number(argument)));
      default: return;
    }
  }

  void connect(std::size_t which) {
    if (lines_[which]) lines_[which]->wire.close();
    wires_.push_back(lines_[which].emplace(server_).wire);
  }

  /// The server works, and everybody reads, until there is nothing left to do.
  void settle() {
    for (auto more = true; std::exchange(more, false);) {
      server_.io.executor().run();
      for (std::size_t i = 0; i < lines_.size(); ++i) {
        if (!lines_[i]) continue;
        auto const came = lines_[i]->read();
        find_sid(came, sessions_[i / 2].sid);
        more = more || !came.empty();
      }
    }
  }

  /// The id of a session stands in its open packet, that of a socket in its CONNECT: `40`.
  static void find_sid(std::string came, std::string& sid) {
    constexpr std::string_view open = R"(0{"sid":")";
    std::erase(came, '\\');  // of a string in a script
    auto const at = came.find(open);
    if (at != came.npos && at > 0 && came[at - 1] != '4') sid = came.substr(at + open.size(), 20);
  }

  /// `|` is the end of a line of HTTP, and `$` the session's id.
  static std::string spelt(std::string_view text, std::string_view sid) {
    std::string bytes;
    for (char const c : text) {
      if (c == '|')
        bytes += "\r\n";
      else if (c == '$')
        bytes += sid;
      else
        bytes += c;
    }
    return bytes;
  }

  static unsigned number(std::string_view text) {
    unsigned value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  }

  struct session {
    std::string sid;
    int version = 4;  // of Engine.IO
  };

  program server_;
  bool closed_ = false;
  std::array<std::optional<line>, 8> lines_;
  std::array<session, 4> sessions_;
  std::vector<sio::transport::loopback::client> wires_;  // of all lines that there were
};

}  // namespace fuzzed

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  fuzz::input in(data, size);
  fuzzed::world world(in.byte());
  while (!in.empty()) world.obey(in.line());
  world.end();
  world.serve();
  world.end();
  return 0;
}
