// SPDX-License-Identifier: MIT
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <asio/io_context.hpp>
#include <asio/local/datagram_protocol.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <socketiopp/executor/loop.hpp>
#include <socketiopp/transport/concept.hpp>
#include <socketiopp/transport/local.hpp>

using asio::local::stream_protocol;
using socketiopp::executor::loop;
using socketiopp::transport::local;

static_assert(socketiopp::transport::policy<local, loop>);

namespace {

// A folder of its own, which goes with it.
struct scene {
  asio::io_context io;
  loop executor{io};
  std::filesystem::path folder = make_folder();
  std::string path = folder / "x.sock";

  ~scene() { std::filesystem::remove_all(folder); }

  static std::filesystem::path make_folder() {
    std::string name = std::filesystem::temp_directory_path() / "socketiopp.XXXXXX";
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    return name;
  }
  bool exists() const { return std::filesystem::exists(path); }
  std::string refusal() {
    try {
      local::listener door(executor, path);
    } catch (std::system_error const& error) {
      CHECK(error.code().category() == std::system_category());
      return error.what();
    }
    return "";
  }
};

unsigned mode_of(std::string const& path) {
  struct ::stat found {};
  CHECK(::lstat(path.c_str(), &found) == 0);
  return found.st_mode & 07777;
}

}  // namespace

TEST_CASE("local: bytes go both ways, from nowhere") {
  scene s;
  local::listener door(s.executor, s.path);
  std::optional<local::stream> server;
  door.accept([&](local::stream accepted) { server.emplace(std::move(accepted)); });
  stream_protocol::socket client(s.io);
  client.connect(s.path);
  while (!server) s.io.run_one();
  CHECK(server->remote_address().empty());
  CHECK(!local::stream::secure);

  asio::write(client, asio::buffer("abc", 3));
  bool told = false;
  server->wait_readable([&](std::error_code) { told = true; });
  while (!told) s.io.run_one();
  std::string into(100, '\0');
  std::error_code error;
  CHECK(server->read_some(into, error) == 3);
  std::string_view const pieces[] = {"12", "345"};
  CHECK(server->write_some(pieces, error) == 5);
  server->shutdown();
  into.resize(asio::read(client, asio::buffer(into), error));
  CHECK(into == "12345");
  CHECK(error == asio::error::eof);
}

TEST_CASE("local: the file is for its owner, or for whom one says, whatever the umask") {
  scene s;
  for (::mode_t const mask : {::mode_t{0}, ::mode_t{0777}}) {
    auto const before = ::umask(mask);
    {
      local::listener const door(s.executor, s.path);
      CHECK(mode_of(s.path) == 0600);
    }
    {
      local::listener const door(s.executor, s.path, 0666);
      CHECK(mode_of(s.path) == 0666);
    }
    ::umask(before);
  }
}

TEST_CASE("local: the file goes when the listener closes, or goes") {
  scene s;
  {
    local::listener door(s.executor, s.path);
    CHECK(s.exists());
    door.close();
    CHECK(!s.exists());
    local::listener const next(s.executor, s.path);
    door.close();
    CHECK(s.exists());  // it is another's
  }
  CHECK(!s.exists());
}

TEST_CASE("local: a file that has taken its place is left alone") {
  scene s;
  std::optional<local::listener> door(std::in_place, s.executor, s.path);
  std::filesystem::rename(s.path, s.folder / "moved");
  std::ofstream(s.path) << "text";
  door.reset();
  CHECK(s.exists());
}

TEST_CASE("local: what a dead server has left is replaced") {
  scene s;
  { stream_protocol::acceptor dead(s.io, s.path); }
  REQUIRE(s.exists());
  local::listener const door(s.executor, s.path);
  CHECK(mode_of(s.path) == 0600);
  stream_protocol::socket(s.io).connect(s.path);
}

TEST_CASE("local: a live server's file is not, neither one that pauses or has no room for more") {
  scene s;
  local::listener door(s.executor, s.path);
  door.pause();
  CHECK(s.refusal().find(s.path) != std::string::npos);
  stream_protocol::socket(s.io).connect(s.path);
  door.close();

  stream_protocol::acceptor busy(s.io);
  busy.open();
  busy.bind(s.path);
  busy.listen(0);
  std::vector<stream_protocol::socket> waiting;
  for (std::error_code full; !full;) {
    auto& next = waiting.emplace_back(s.io);
    next.open();
    next.native_non_blocking(true);
    stream_protocol::endpoint const where(s.path);
    if (::connect(next.native_handle(), where.data(), static_cast<::socklen_t>(where.size())) != 0)
      full.assign(errno, std::system_category());
  }
  CHECK(s.refusal().find(s.path) != std::string::npos);
  CHECK(s.exists());
}

TEST_CASE("local: what is no listening socket's file is left alone") {
  scene s;
  std::ofstream(s.path) << "text";
  CHECK(s.refusal() == "socketiopp: listen on " + s.path + ": Address already in use");
  CHECK(std::filesystem::file_size(s.path) == 4);
  std::filesystem::remove(s.path);

  std::filesystem::create_directory(s.path);
  CHECK(s.refusal().find("Address already in use") != std::string::npos);
  CHECK(std::filesystem::is_directory(s.path));
  std::filesystem::remove(s.path);

  { stream_protocol::acceptor dead(s.io, std::string(s.folder / "dead")); }
  std::filesystem::create_symlink(s.folder / "dead", s.path);
  CHECK(s.refusal().find("Address already in use") != std::string::npos);
  CHECK(std::filesystem::is_symlink(s.path));
  CHECK(std::filesystem::exists(s.folder / "dead"));
  std::filesystem::remove(s.path);

  asio::local::datagram_protocol::socket const other(s.io, s.path);
  CHECK(s.refusal().find("Address already in use") != std::string::npos);
  CHECK(s.exists());
}

TEST_CASE("local: who cannot listen says where") {
  scene s;
  s.path = s.folder / "no" / "folder";
  CHECK(s.refusal() == "socketiopp: listen on " + s.path + ": No such file or directory");
  s.path = s.folder / std::string(200, 'x');
  CHECK(s.refusal().find(s.path) != std::string::npos);
  s.path.clear();
  CHECK(s.refusal() == "socketiopp: listen on : No such file or directory");
}
