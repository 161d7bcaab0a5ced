// SPDX-License-Identifier: MIT
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "../transport/fakes.hpp"
#include <socketiopp/server.hpp>

// A transport, an executor and a codec that the library does not know, each written from its concept alone.

namespace {

using namespace socketiopp;
using fakes::texts;
using namespace std::chrono_literals;

// One queue for the whole program, as a game engine or a window system has it. The server borrows it.
struct main_loop {
  std::deque<unique_function<void()>> queue;
  std::chrono::steady_clock::time_point now{24h};
  void run() {
    while (!queue.empty()) {
      auto const work = std::move(queue.front());
      queue.pop_front();
      work();
    }
  }
};

class borrowed_loop {
public:
  explicit borrowed_loop(main_loop& loop) : loop_(loop) {}

  std::size_t size() const { return 1; }
  borrowed_loop& operator[](std::size_t) { return *this; }
  void post(unique_function<void()> work) {
    loop_.queue.push_back([alive = std::weak_ptr(alive_), work = std::move(work)] {
      if (!alive.expired()) work();
    });
  }
  bool here() const { return true; }
  std::chrono::steady_clock::time_point now() const { return loop_.now; }
  void on_wake(unique_function<void()> work) { wake_ = std::move(work); }
  void wake_at(std::chrono::steady_clock::time_point when) { alarm_ = when; }
  void sleep() { alarm_.reset(); }
  void run() { loop_.run(); }
  void stop() {}

  // The owner of the loop calls it now and then.
  void tick() {
    if (!alarm_ || *alarm_ > loop_.now) return;
    alarm_.reset();
    post([this] { wake_(); });
  }

private:
  main_loop& loop_;
  unique_function<void()> wake_;
  std::optional<std::chrono::steady_clock::time_point> alarm_;
  std::shared_ptr<void> alive_ = std::make_shared<char>();
};

// Two mailboxes and a bell.
struct mail {
  std::string in, out;
  bool hung_up = false, finished = false;
  unique_function<void(std::error_code)> on_readable, on_writable;
  std::function<void(unique_function<void()>)> later;

  void ring() {
    if (on_readable && (!in.empty() || hung_up)) tell(on_readable);
    if (on_writable && (out.size() < 100 || hung_up)) tell(on_writable);
  }
  void tell(unique_function<void(std::error_code)>& who) {
    later([call = std::exchange(who, nullptr)] { call({}); });
  }
};

struct post_office {
  std::function<std::shared_ptr<mail>()> knock;
};

struct by_mail {
  class stream {
  public:
    static constexpr bool secure = true;
    explicit stream(std::shared_ptr<mail> box) : box_(std::move(box)) {}
    std::size_t read_some(std::span<char> into, std::error_code& error) {
      auto const size = box_->in.copy(into.data(), into.size());
      box_->in.erase(0, size);
      if (size == 0)
        error =
            make_error_code(box_->hung_up ? std::errc::connection_reset : std::errc::operation_would_block);
      return size;
    }
    std::size_t write_some(std::span<std::string_view const> pieces, std::error_code& error) {
      if (box_->hung_up || box_->out.size() >= 100) {
        error = make_error_code(box_->hung_up ? std::errc::broken_pipe : std::errc::operation_would_block);
        return 0;
      }
      box_->out += pieces[0];
      return pieces[0].size();
    }
    void wait_readable(unique_function<void(std::error_code)> ready) {
      box_->on_readable = std::move(ready);
      box_->ring();
    }
    void wait_writable(unique_function<void(std::error_code)> ready) {
      box_->on_writable = std::move(ready);
      box_->ring();
    }
    void shutdown() { box_->finished = true; }
    void close() {
      box_->finished = true;
      auto const readable = std::move(box_->on_readable);
      auto const writable = std::move(box_->on_writable);
    }
    char const* remote_address() const { return "a post office"; }

  private:
    std::shared_ptr<mail> box_;
  };

  class listener {
  public:
    template <class Context> listener(Context& context, post_office& where)
        : later_([&context](unique_function<void()> work) { context.post(std::move(work)); }),
          where_(where) {}
    void accept(unique_function<void(stream)> accepted) {
      where_.knock = [this, accepted = std::make_shared<unique_function<void(stream)>>(std::move(accepted))] {
        auto box = std::make_shared<mail>();
        box->later = later_;
        later_([accepted, box] { (*accepted)(stream(box)); });
        return box;
      };
    }
    void pause() {
      if (where_.knock) paused_ = std::exchange(where_.knock, nullptr);
    }
    void resume() {
      if (paused_) where_.knock = std::exchange(paused_, nullptr);
    }
    void close() { where_.knock = paused_ = nullptr; }

  private:
    std::function<void(unique_function<void()>)> later_;
    post_office& where_;
    std::function<std::shared_ptr<mail>()> paused_;
  };
};

// A codec that counts its documents: RapidJSON in other clothes.
struct counting_json {
  using view = json::rapidjson::view;
  template <class Out> using writer = json::rapidjson::writer<Out>;
  struct document {
    bool parse(char* text, std::size_t size) {
      ++parsed;
      return inner.parse(text, size);
    }
    view root() const { return inner.root(); }
    std::size_t retained() const { return inner.retained(); }
    json::rapidjson::document inner;
    std::size_t parsed = 0;
  };
};

struct mine : default_policies {
  using transport = by_mail;
  using executor = borrowed_loop;
  using json = counting_json;
};

static_assert(json::codec<counting_json>);
static_assert(executor::policy<borrowed_loop>);
static_assert(transport::policy<by_mail, borrowed_loop>);

struct greeting {
  using to_server = events<event<"double", int(int value)>>;
  using to_client = events<event<"hello", void(std::string who)>>;
};

}  // namespace

TEST_CASE("policies: a server of parts that the library does not know") {
  using io_socket = socketiopp::socket<greeting, mine>;
  main_loop loop;
  post_office office;
  std::shared_ptr<mail> box;
  auto io = std::make_unique<basic_server<mine>>(server_options{.ping_interval = 1s}, loop);
  auto& nsp = io->of<greeting>();
  nsp.on_connect([](io_socket& s) { s.emit<"hello">(s.handshake().remote_address); });
  nsp.on<"double">([](int value) { return 2 * value; });
  std::vector<reason> ends;
  nsp.on_disconnect([&](io_socket&, reason why) { ends.push_back(why); });
  io->listen(office);

  box = office.knock();
  auto const say = [&](std::string const& bytes) {
    box->in += bytes;
    box->ring();
  };
  fakes::inbox in;
  auto const hear = [&] {
    for (loop.run(); !box->out.empty(); loop.run()) {
      in.add(std::exchange(box->out, {}));
      box->ring();
    }
    return in.take_frames();
  };
  say(fakes::get("/socket.io/?EIO=4&transport=websocket", fakes::websocket_headers));
  loop.run();
  in.add(std::exchange(box->out, {}));
  CHECK(in.take_response().status == 101);
  box->ring();
  say(fakes::text_frame("40") + fakes::text_frame(R"(4212["double",21])"));
  auto const frames = hear();
  REQUIRE(frames.size() == 4);
  CHECK(frames[1].starts_with(R"(40{"sid":")"));
  CHECK(frames[2] == R"(42["hello","a post office"])");
  CHECK(frames[3] == "4312[42]");

  loop.now += 1s;
  io->executor().tick();
  CHECK(hear() == texts{"2"});

  say(fakes::text_frame("3"));
  SUBCASE("the client hangs up") {
    box->hung_up = true;
    box->ring();
    loop.run();
    CHECK(ends == std::vector{reason::transport_close});
  }
  SUBCASE("the server stops") {
    io->stop();
    CHECK(hear() == texts{"[close:]"});
    CHECK(ends == std::vector{reason::server_shutting_down});
    CHECK(!office.knock);
  }
  SUBCASE("the server goes while everything is open, and the loop goes on") {}
  io.reset();
  CHECK(box->finished);
  loop.run();
}
