// SPDX-License-Identifier: MIT
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <string_view>
#include <system_error>

#include <doctest/doctest.h>

#include <socketiopp/http/files.hpp>

namespace fs = std::filesystem;
namespace http = socketiopp::http;
using namespace std::string_literals;

namespace {

// A folder "public" with files, beside a file and a folder that must not be reached.
class site {
public:
  site() : root_(fs::temp_directory_path() / ("socketiopp-files-" + std::to_string(std::random_device()()))) {
    write("public/index.html", "<h1>home</h1>");
    write("public/app.js", "let x;");
    write("public/room.html", "room");
    write("public/both", "plain");
    write("public/both.html", "page");
    write("public/empty.txt", "");
    write("public/a b\xc3\xa4.txt", "named");
    write("public/sub/index.html", "sub");
    write("public/sub/x.css", "css");
    write("public/bare/y.txt", "y");
    write("public/.env", "hidden");
    write("public/.html", "hidden");
    write("public/sub/.html", "hidden");
    write("public/.git/config", "hidden");
    write("public/back\\slash.txt", "refused");
    write("secret.txt", "secret");
    write("public-too/secret.txt", "secret");
    fs::create_symlink(root_ / "secret.txt", root_ / "public/leak.txt");
    fs::create_directory_symlink(root_, root_ / "public/up");
    fs::create_directory_symlink(root_ / "public-too", root_ / "public/too");
    fs::create_symlink("app.js", root_ / "public/alias.js");
    fs::create_symlink("loop", root_ / "public/loop");
  }

  ~site() {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
  }

  site(site const&) = delete;
  site& operator=(site const&) = delete;

  void write(std::string const& name, std::string_view contents) const {
    fs::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name, std::ios::binary) << contents;
  }

  fs::path folder() const { return root_ / "public"; }
  fs::path root() const { return root_; }

private:
  fs::path root_;
};

http::request get(std::string path, std::string method = "GET") {
  http::request asked;
  asked.method = std::move(method);
  asked.path = std::move(path);
  return asked;
}

http::response answer_to(http::files const& files, http::request const& asked) {
  http::response answer;
  files(asked, answer);
  return answer;
}

std::string header(http::response const& answer, std::string_view name) {
  auto const* const value = answer.find(name);
  return value ? *value : "(none)";
}

int status_with(http::files const& files, std::string const& if_none_match) {
  auto asked = get("/app.js");
  asked.headers.add("If-None-Match", if_none_match);
  return answer_to(files, asked).status;
}

}  // namespace

TEST_CASE("files: a file with its headers") {
  site const here;
  http::files const files(here.folder());
  auto const answer = answer_to(files, get("/app.js"));
  CHECK(answer.status == 200);
  CHECK(answer.body == "let x;");
  CHECK(header(answer, "Content-Type") == "text/javascript; charset=utf-8");
  CHECK(header(answer, "Cache-Control") == "public, max-age=0");
  CHECK(header(answer, "X-Content-Type-Options") == "nosniff");
  CHECK(header(answer, "ETag").size() == 18);
}

TEST_CASE("files: paths and the files they stand for") {
  site const here;
  http::files const files(here.folder());
  std::pair<char const*, char const*> const found[] = {
      {"/", "<h1>home</h1>"},
      {"/index.html", "<h1>home</h1>"},
      {"/index", "<h1>home</h1>"},
      {"/room", "room"},
      {"/room.html", "room"},
      {"/both", "plain"},
      {"/both.html", "page"},
      {"/sub", "sub"},
      {"/sub/", "sub"},
      {"/sub/x.css", "css"},
      {"/bare/y", "(404)"},
      {"/bare/y.txt", "y"},
      {"/empty.txt", ""},
      {"/a b\xc3\xa4.txt", "named"},
      {"/alias.js", "let x;"},
      {"/up/public/app.js", "let x;"},
  };
  for (auto const& each : found) {
    CAPTURE(std::string(each.first));
    auto const answer = answer_to(files, get(each.first));
    CHECK((answer.status == 200 ? answer.body : "(404)") == each.second);
  }
}

TEST_CASE("files: what is not there") {
  site const here;
  http::files const files(here.folder());
  for (auto const& path : {"/no", "/no/", "/bare", "/bare/", "/app.js/", "/app.js/x", "/room/", "/sub//x.css",
                           "//app.js", "/App.js", "/loop", "app.js", "", "*"}) {
    CAPTURE(std::string(path));
    auto const answer = answer_to(files, get(path));
    CHECK(answer.status == 404);
    CHECK(header(answer, "Content-Type") == "text/plain; charset=utf-8");
    CHECK(answer.body == "Not Found\n");
  }
  CHECK(answer_to(files, get("/" + std::string(5000, 'x'))).status == 404);
}

TEST_CASE("files: there is no way out of the folder, and none to hidden files") {
  site const here;
  http::files const files(here.folder());
  auto const absolute = (here.root() / "secret.txt").string();
  for (auto const& path : {"/.."s,
                           "/../secret.txt"s,
                           "/sub/../../secret.txt"s,
                           "/sub/../app.js"s,
                           "/./app.js"s,
                           "/sub/."s,
                           "/sub/.."s,
                           "../secret.txt"s,
                           "/..\\secret.txt"s,
                           "/back\\slash.txt"s,
                           "\\..\\secret.txt"s,
                           "/sub\\..\\..\\secret.txt"s,
                           absolute,
                           "/" + absolute,
                           "/../public-too/secret.txt"s,
                           "/leak.txt"s,
                           "/leak"s,
                           "/up/secret.txt"s,

                           "/too/secret.txt"s,
                           "/.env"s,
                           "/.html"s,
                           "/sub/.html"s,
                           "/.git/config"s,
                           "/.git"s,
                           "/app.js\0"s,
                           "/app.js\0.txt"s,
                           "/%2e%2e/secret.txt"s,
                           "/.../secret.txt"s}) {
    CAPTURE(std::string(path));
    auto const answer = answer_to(files, get(path));
    CHECK(answer.status == 404);
    CHECK(answer.body == "Not Found\n");
  }
}

TEST_CASE("files: a folder without an index does not show the hidden file that is called only an ending") {
  site const here;
  fs::remove(here.folder() / "index.html");
  http::files const files(here.folder());
  CHECK(answer_to(files, get("/")).status == 404);
}

TEST_CASE("files: only GET and HEAD; HEAD has the headers of GET") {
  site const here;
  http::files const files(here.folder());
  for (auto const method : {"POST", "PUT", "DELETE", "OPTIONS", "get", ""}) {
    CAPTURE(std::string(method));
    auto const answer = answer_to(files, get("/app.js", method));
    CHECK(answer.status == 405);
    CHECK(header(answer, "Allow") == "GET, HEAD");
  }
  auto const full = answer_to(files, get("/app.js"));
  auto const head = answer_to(files, get("/app.js", "HEAD"));
  CHECK(head.status == 200);
  CHECK(head.headers == full.headers);
  CHECK(head.body.size() == full.body.size());  // for Content-Length; the writer leaves it out
}

TEST_CASE("files: a browser that has the file is told so") {
  site const here;
  http::files const files(here.folder());
  auto const tag = header(answer_to(files, get("/app.js")), "ETag");
  for (auto const& held : {tag, "W/" + tag, "\"x\", " + tag, "W/\"a\",W/" + tag + " , \"b\"", "*"s}) {
    CAPTURE(held);
    CHECK(status_with(files, held) == 304);
  }
  for (auto const& held :
       {"\"x\""s, ""s, tag.substr(1), tag.substr(0, tag.size() - 1), "W/" + tag.substr(1)}) {
    CAPTURE(held);
    CHECK(status_with(files, held) == 200);
  }
  auto asked = get("/app.js");
  asked.headers.add("If-None-Match", tag);
  auto const answer = answer_to(files, asked);
  CHECK(answer.body.empty());
  CHECK(header(answer, "ETag") == tag);
  CHECK(header(answer, "Cache-Control") == "public, max-age=0");
}

TEST_CASE("files: If-None-Match does not bring a missing file to life") {
  site const here;
  http::files const files(here.folder());
  auto asked = get("/no");
  asked.headers.add("If-None-Match", "*");
  CHECK(answer_to(files, asked).status == 404);
}

TEST_CASE("files: the tag follows the contents, even at the same size and time") {
  site const here;
  http::files const files(here.folder());
  auto const before = answer_to(files, get("/app.js"));
  auto const time = fs::last_write_time(here.folder() / "app.js");
  here.write("public/app.js", "let y;");
  fs::last_write_time(here.folder() / "app.js", time);
  auto const after = answer_to(files, get("/app.js"));
  CHECK(after.body == "let y;");
  CHECK(header(after, "ETag") != header(before, "ETag"));
}

TEST_CASE("files: send answers with one file whatever the path, within the folder") {
  site const here;
  http::files const files(here.folder());
  http::response answer;
  files.send("room.html", get("/room/42"), answer);
  CHECK(answer.status == 200);
  CHECK(answer.body == "room");
  files.send("sub/x.css", get("/"), answer);
  CHECK(answer.body == "css");
  CHECK(header(answer, "Content-Type") == "text/css; charset=utf-8");
  files.send("../secret.txt", get("/"), answer);
  CHECK(answer.status == 404);
  files.send("room.html", get("/", "POST"), answer);
  CHECK(answer.status == 405);
}

TEST_CASE("files: what the response held before is gone") {
  site const here;
  http::files const files(here.folder());
  for (auto const path : {"/app.js", "/no"}) {
    auto answer = http::json(500, "{}");
    answer.set("X-Old", "1");
    files(get(path), answer);
    CHECK(answer.find("X-Old") == nullptr);
  }
}

TEST_CASE("files: a folder that is not there is an error that names it") {
  site const here;
  for (auto const name : {"no-such-folder", "secret.txt"}) {
    try {
      http::files const files(here.root() / name);
      FAIL("no exception");
    } catch (std::system_error const& error) {
      CHECK(std::string(error.what()).find(name) != std::string::npos);
    }
  }
}

TEST_CASE("files: the folder may itself be reached by a symbolic link, or end with a slash") {
  site const here;
  fs::create_directory_symlink(here.folder(), here.root() / "link");
  for (auto const& folder : {here.root() / "link", here.root() / "link/", here.folder() / "sub/.."}) {
    CAPTURE(folder.string());
    http::files const files(folder);
    CHECK(answer_to(files, get("/app.js")).status == 200);
    CHECK(answer_to(files, get("/leak.txt")).status == 404);
  }
}

TEST_CASE("files: media types by the last ending") {
  CHECK(http::content_type("a/b.HTML") == "text/html; charset=utf-8");
  CHECK(http::content_type("a.min.js.map") == "application/json");
  CHECK(http::content_type("x.mjs") == "text/javascript; charset=utf-8");
  CHECK(http::content_type("x.svg") == "image/svg+xml");
  CHECK(http::content_type("x.wasm") == "application/wasm");
  CHECK(http::content_type("x.unknown") == "application/octet-stream");
  CHECK(http::content_type("html") == "application/octet-stream");
  CHECK(http::content_type("") == "application/octet-stream");
}

TEST_CASE("files: are a handler") { CHECK(http::handler<http::files const>); }
