// SPDX-License-Identifier: MIT
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <system_error>

#include <doctest/doctest.h>

#include <socketiopp/http/client_bundle.hpp>

namespace fs = std::filesystem;
namespace http = socketiopp::http;

namespace {

class dist {
public:
  dist()
      : folder_(fs::temp_directory_path() / ("socketiopp-dist-" + std::to_string(std::random_device()()))) {
    fs::create_directory(folder_);
    for (auto const name : {"socket.io.js", "socket.io.js.map", "socket.io.min.js", "socket.io.esm.min.js",
                            "socket.io.msgpack.min.js", "broadcast.js"}) {
      std::ofstream(folder_ / name) << name;
    }
  }

  ~dist() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  dist(dist const&) = delete;
  dist& operator=(dist const&) = delete;

  fs::path const& folder() const { return folder_; }

private:
  fs::path folder_;
};

http::request get() {
  http::request asked;
  asked.method = "GET";
  asked.path = "/elsewhere";
  return asked;
}

}  // namespace

TEST_CASE("client_bundle: F-225: the builds and their maps") {
  dist const package;
  http::client_bundle const bundle(package.folder());
  for (auto const name : {"socket.io.js", "socket.io.js.map", "socket.io.min.js", "socket.io.esm.min.js",
                          "socket.io.msgpack.min.js"}) {
    CAPTURE(std::string(name));
    http::response answer;
    CHECK(bundle.serve(name, get(), answer));
    CHECK(answer.status == 200);
    CHECK(answer.body == name);
    REQUIRE(answer.find("Cache-Control") != nullptr);
    CHECK(*answer.find("Cache-Control") == "public, max-age=0");
    REQUIRE(answer.find("Content-Type") != nullptr);
    CHECK(*answer.find("Content-Type") == http::content_type(name));
  }
}

TEST_CASE("client_bundle: F-225: a client that has the file is told so") {
  dist const package;
  http::client_bundle const bundle(package.folder());
  http::response answer;
  bundle.serve("socket.io.js", get(), answer);
  REQUIRE(answer.find("ETag") != nullptr);
  auto asked = get();
  asked.headers.add("If-None-Match", "W/" + *answer.find("ETag"));
  CHECK(bundle.serve("socket.io.js", asked, answer));
  CHECK(answer.status == 304);
}

TEST_CASE("client_bundle: F-225: other names are left to others, whether the folder has them or not") {
  dist const package;
  http::client_bundle const bundle(package.folder());
  for (auto const name :
       {"", "broadcast.js", "socket.io", "socket.io.js.gz", "/socket.io.js", "../socket.io.js",
        "./socket.io.js", "Socket.io.js", "socket.io.esm.js", "socketXio.js"}) {
    CAPTURE(std::string(name));
    auto answer = http::text(299, "as before");
    CHECK_FALSE(bundle.serve(name, get(), answer));
    CHECK(answer.status == 299);
    CHECK(answer.body == "as before");
  }
}

TEST_CASE("client_bundle: a file that this version of the package lacks is not found") {
  dist const package;
  http::client_bundle const bundle(package.folder());
  http::response answer;
  CHECK(bundle.serve("socket.io.min.js.map", get(), answer));
  CHECK(answer.status == 404);
}

TEST_CASE("client_bundle: a folder that is not the package's is an error that names it") {
  dist const package;
  fs::remove(package.folder() / "socket.io.js");
  CHECK_THROWS_AS(http::client_bundle(package.folder()), std::system_error);
  CHECK_THROWS_AS(http::client_bundle(package.folder() / "no"), std::system_error);
  try {
    http::client_bundle const bundle(package.folder());
  } catch (std::system_error const& error) {
    CHECK(std::string(error.what()).find("socket.io.js") != std::string::npos);
  }
}
