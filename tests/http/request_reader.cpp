// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstddef>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/http/request_reader.hpp>

namespace http = socketiopp::http;
using http::read_state;
using namespace std::string_literals;
using namespace std::string_view_literals;

namespace {

constexpr http::read_limits small{.head = 200, .body = 20};

// What a connection sees of some bytes: its requests, and where the reader is after them.
struct outcome {
  std::vector<std::string> requests;
  read_state state = read_state::idle;
  int status = 0;
  bool expects_continue = false;
  bool operator==(outcome const&) const = default;
};

doctest::String toString(outcome const& seen) {
  auto text = "state " + std::to_string(static_cast<int>(seen.state)) + " status " +
              std::to_string(seen.status) + " continue " + std::to_string(seen.expects_continue);
  for (auto const& one : seen.requests) text += "\n  " + one;
  return text.c_str();
}

std::string describe(http::request const& asked) {
  auto text =
      asked.method + ' ' + asked.path + " ? " + asked.query + " HTTP/1." + std::to_string(asked.minor);
  for (auto const [name, value] : asked.headers)
    text.append(" {").append(name).append("=").append(value).append("}");
  return text + " [" + asked.body + ']';
}

class connection {
public:
  explicit connection(http::read_limits limits) : reader_(limits) {}

  // The piece is copied to memory of its exact size, so that a sanitizer sees a read beyond it.
  void receive(std::string_view piece) {
    auto const memory = std::make_unique<char[]>(piece.size());
    std::copy(piece.begin(), piece.end(), memory.get());
    auto rest = std::string_view(memory.get(), piece.size());
    while (!rest.empty() && reader_.state() != read_state::failed) {
      auto const taken = reader_.consume(rest);
      REQUIRE(taken <= rest.size());
      REQUIRE((taken > 0 || reader_.state() == read_state::failed));
      rest.remove_prefix(taken);
      if (reader_.state() == read_state::done) {
        REQUIRE(reader_.consume(rest) == 0);
        seen_.requests.push_back(describe(reader_.take()));
      } else {
        REQUIRE((rest.empty() || reader_.state() == read_state::failed));
      }
    }
  }

  outcome result() const {
    auto all = seen_;
    all.state = reader_.state();
    all.status = reader_.status();
    all.expects_continue = reader_.expects_continue();
    return all;
  }

private:
  http::request_reader reader_;
  outcome seen_;
};

outcome in_pieces(std::string_view bytes, std::vector<std::size_t> const& cuts, http::read_limits limits) {
  connection peer(limits);
  std::size_t from = 0;
  for (auto const cut : cuts) {
    peer.receive(bytes.substr(from, cut - from));
    from = cut;
  }
  peer.receive(bytes.substr(from));
  return peer.result();
}

outcome at_once(std::string_view bytes, http::read_limits limits = {}) {
  return in_pieces(bytes, {}, limits);
}

// Reads the bytes at once, byte by byte and cut in two at each place: always with the same outcome.
outcome read(std::string_view bytes, http::read_limits limits = {}) {
  auto const expected = at_once(bytes, limits);
  std::vector<std::size_t> everywhere;
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) everywhere.push_back(cut);
  REQUIRE(in_pieces(bytes, everywhere, limits) == expected);
  for (auto const cut : everywhere) REQUIRE(in_pieces(bytes, {cut}, limits) == expected);
  return expected;
}

int status_of(std::string_view bytes, http::read_limits limits = {}) { return read(bytes, limits).status; }

std::string one_of(std::string_view bytes, http::read_limits limits = {}) {
  auto const seen = read(bytes, limits);
  REQUIRE(seen.requests.size() == 1);
  REQUIRE(seen.state == read_state::idle);
  return seen.requests.front();
}

// A request with more headers, and what follows its head.
std::string post(std::string_view headers, std::string_view body = {}) {
  return "POST / HTTP/1.1\r\nHost: h\r\n" + std::string(headers) + "\r\n" + std::string(body);
}

std::string chunked(std::string_view body) { return post("Transfer-Encoding: chunked\r\n", body); }

std::vector<std::string> const samples = {
    "GET /a%20b?c=d HTTP/1.1\r\nHost: h\r\nX: \t y z \t\r\n\r\n",
    "\r\nGET http://h/x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n\r\nGET / HTTP/1.1\r\nHost:\r\n\r\nGET",
    post("Content-Length: 5\r\nExpect: 100-continue\r\n", "hello") + post("Content-Length: 0\r\n"),
    chunked("3;a=\"b\"\r\nabc\r\n0A\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n") + post("", "POST"),
    "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
};

}  // namespace

TEST_CASE("request_reader: a request without a body") {
  http::request_reader reader;
  CHECK(reader.state() == read_state::idle);
  auto const bytes = "GET /a%20b?c=%20d HTTP/1.1\r\nHost: h\r\nX-Y:\t z \r\nEmpty:\r\n\r\n"sv;
  CHECK(reader.consume(bytes) == bytes.size());
  REQUIRE(reader.state() == read_state::done);
  auto const asked = reader.take();
  CHECK(asked.method == "GET");
  CHECK(asked.target == "/a%20b?c=%20d");
  CHECK(asked.path == "/a b");
  CHECK(asked.query == "c=%20d");
  CHECK(asked.minor == 1);
  CHECK(asked.headers.find("x-y") == "z");
  CHECK(asked.headers.find("empty") == "");
  CHECK(asked.body.empty());
  CHECK(reader.state() == read_state::idle);
}

TEST_CASE("request_reader: takes the bytes of one request, the rest is the next or the upgraded protocol") {
  for (std::string const& one :
       {samples[0], samples[4], post("Content-Length: 3\r\n", "abc"), chunked("0\r\n\r\n")}) {
    http::request_reader reader;
    CHECK(reader.consume(one + "\x81\x05rest") == one.size());
    CHECK(reader.state() == read_state::done);
    CHECK(reader.consume("more") == 0);
  }
}

TEST_CASE("request_reader: any split of a pipeline gives the same requests") {
  for (auto const& sample : samples) {
    auto const seen = read(sample);
    CHECK(seen.state != read_state::failed);
    CHECK_FALSE(seen.requests.empty());
  }
  auto const pipeline = samples[0] + samples[2] + samples[3].substr(0, samples[3].size() - 4);
  CHECK(read(pipeline).requests.size() == 5);
}

TEST_CASE("request_reader: any split in three gives the same requests") {
  auto const bytes = chunked("2\r\nab\r\n0\r\nT: x\r\n\r\n") + "\r\nGET / HTTP/1.0\r\n\r\n";
  auto const expected = at_once(bytes);
  CHECK(expected.requests.size() == 2);
  for (std::size_t first = 1; first < bytes.size(); ++first) {
    for (auto second = first + 1; second < bytes.size(); ++second) {
      REQUIRE(in_pieces(bytes, {first, second}, {}) == expected);
    }
  }
}

TEST_CASE("request_reader: each prefix of a request is one state further on, never back") {
  auto const bytes = post("Content-Length: 2\r\n", "ab");
  auto last = read_state::idle;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    auto const now = at_once(std::string_view(bytes).substr(0, size));
    CHECK(now.requests.empty());
    CHECK(now.state >= last);
    CHECK(now.state < read_state::done);
    last = now.state;
  }
  CHECK(last == read_state::body);
}

TEST_CASE("request_reader: the head can be seen while the body is pending") {
  http::request_reader reader;
  reader.consume(post("Content-Length: 5\r\n", "he"));
  CHECK(reader.state() == read_state::body);
  CHECK(reader.get().method == "POST");
  CHECK(reader.get().headers.find("host") == "h");
}

TEST_CASE("request_reader: between requests it holds no memory, after a failure it can start anew") {
  http::request_reader reader;
  reader.consume("POST /" + std::string(500, 'x') + " HTTP/1.1\r\nHost: h\r\nContent-Length: 900\r\n\r\n");
  reader.consume(std::string(800, 'b'));
  reader.reset();
  CHECK(reader.state() == read_state::idle);
  CHECK(reader.get().target.capacity() == std::string().capacity());
  CHECK(reader.get().body.capacity() == std::string().capacity());
  CHECK(reader.get().headers.empty());
  reader.consume("nonsense\r\n");
  REQUIRE(reader.state() == read_state::failed);
  CHECK(reader.status() == 400);
  CHECK(reader.consume(samples[0]) == 0);
  reader.reset();
  CHECK(reader.status() == 0);
  CHECK(reader.consume(samples[0]) == samples[0].size());
  CHECK(reader.state() == read_state::done);
}

TEST_CASE("request_reader: the bound on blank lines and the limits hold for each request anew") {
  auto const one = "\r\n\r\n\r\n\r\n" + post("Content-Length: 20\r\n", std::string(20, 'x'));
  auto many = one;
  for (auto i = 0; i < 9; ++i) many += one;
  CHECK(at_once(many, small).requests.size() == 10);
}

TEST_CASE("request_reader: blank lines before a request are skipped, up to a few") {
  CHECK(read("\r\n\r\n").state == read_state::idle);
  CHECK(one_of("\r\n\r\n\r\n\r\nGET / HTTP/1.0\r\n\r\n") == "GET / ?  HTTP/1.0 []");
  CHECK(status_of("\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.0\r\n\r\n") == 400);
  CHECK(status_of("\nGET / HTTP/1.0\r\n\r\n") == 400);
  CHECK(status_of(" \r\nGET / HTTP/1.0\r\n\r\n") == 400);
}

TEST_CASE("request_reader: request lines that are none") {
  for (auto const line : {
           "GET",
           "GET /",
           "GET  / HTTP/1.1",
           "GET /  HTTP/1.1",
           " GET / HTTP/1.1",
           "GET / HTTP/1.1 ",
           "GET\t/ HTTP/1.1",
           "GET / / HTTP/1.1",
           "G:T / HTTP/1.1",
           "G\x80T / HTTP/1.1",
           " / HTTP/1.1",
           "GET  HTTP/1.1",
           "GET / http/1.1",
           "GET / HTTP/1.1x",
           "GET / HTTP/1.",
           "GET / HTTP/1",
           "GET / HTTP/x.1",
           "GET / HTTP/1.x",
           "GET / HTTP/1,1",
           "GET / HTTP/11",
           "GET / ICAP/1.1",
           "GET x HTTP/1.1",
           "GET /a\x01 HTTP/1.1",
           "GET /\x80 HTTP/1.1",
           "GET /#x HTTP/1.1",
           "GET /%zz HTTP/1.1",
           "GET /%00 HTTP/1.1",
           "GET * HTTP/1.1",
           "GET ftp://h/ HTTP/1.1",
           "CONNECT h:80 HTTP/1.1",
           "GET /\r HTTP/1.1",
           "GET / HTTP/1.1\r",
       }) {
    CAPTURE(std::string(line));
    CHECK(status_of(line + "\r\nHost: h\r\n\r\n"s) == 400);
  }
  CHECK(status_of("GET /\0 HTTP/1.1\r\n"s) == 400);
}

TEST_CASE("request_reader: versions other than HTTP/1.0 and HTTP/1.1") {
  for (auto const version : {"HTTP/0.9", "HTTP/1.2", "HTTP/2.0", "HTTP/3.0"}) {
    CAPTURE(std::string(version));
    CHECK(status_of("GET / "s + version + "\r\nHost: h\r\n\r\n") == 505);
  }
  CHECK(status_of("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") == 505);
}

TEST_CASE("request_reader: a request line fails when it ends, not when the head does") {
  CHECK(at_once("BAD\r\n").status == 400);
  CHECK(at_once("GET / HTTP/1.1\n").status == 400);
}

TEST_CASE("request_reader: headers that are none") {
  for (auto const& header : {"X"s, "X : y"s, "X\t: y"s, " X: y"s, ": y"s, "X Y: z"s, "X(: y"s, "X\x80: y"s,
                             "X: a\x01"s, "X: a\x7f"s, "X: a\0b"s, "X\0: b"s, "X: a\rb"s, "X: a\r"s,
                             "\rX: a"s, "X: a\nY: b"s, "X: a\r\n folded"s, "X: a\r\n\tfolded"s}) {
    CAPTURE(header);
    CHECK(status_of(post(header + "\r\n")) == 400);
  }
  CHECK(status_of("GET / HTTP/1.1\r\n Host: h\r\n\r\n") == 400);
  CHECK(status_of("GET / HTTP/1.1\r\nHost: h\r\n\n") == 400);
  CHECK(status_of("GET / HTTP/1.1\r\nHost: h\r\n\r\r\n") == 400);
}

TEST_CASE("request_reader: header values may hold tabs inside, and bytes beyond ASCII") {
  CHECK(one_of(post("X: a\tb \xc3\xa4:,\"\r\n")) == "POST / ?  HTTP/1.1 {Host=h} {X=a\tb \xc3\xa4:,\"} []");
}

TEST_CASE("request_reader: Host is needed once in HTTP/1.1, and at most once in HTTP/1.0") {
  CHECK(status_of("GET / HTTP/1.1\r\n\r\n") == 400);
  CHECK(status_of("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n") == 400);
  CHECK(status_of("GET / HTTP/1.1\r\nHost: a\r\nhOST: b\r\n\r\n") == 400);
  CHECK(status_of("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n") == 400);
  CHECK(status_of("GET http://a/ HTTP/1.1\r\n\r\n") == 400);
  CHECK(read("GET / HTTP/1.0\r\n\r\n").requests.size() == 1);
  CHECK(read("GET / HTTP/1.1\r\nHost:\r\n\r\n").requests.size() == 1);
}

TEST_CASE("request_reader: a Host that could be understood in two ways, in any version") {
  for (auto const host :
       {"h", "h:80", "[::1]", "[::1]:3000", "::1:3000", "127.0.0.1:3000", "h:", "a_b.org"}) {
    CAPTURE(std::string(host));
    CHECK(read("GET / HTTP/1.1\r\nHost: "s + host + "\r\n\r\n").requests.size() == 1);
  }
  for (auto const host : {"h/x", "h?", "h#", "u@h", "h h", "h\th", "h,h", "h, h", "h\\", "<h>", "\"h\""}) {
    CAPTURE(std::string(host));
    CHECK(status_of("GET / HTTP/1.1\r\nHost: "s + host + "\r\n\r\n") == 400);
    CHECK(status_of("GET / HTTP/1.0\r\nHost: "s + host + "\r\n\r\n") == 400);
  }
}

TEST_CASE("request_reader: the absolute form is that of its path, whatever the Host") {
  CHECK(one_of("GET http://a/x?y HTTP/1.1\r\nHost: b\r\n\r\n") == "GET /x ? y HTTP/1.1 {Host=b} []");
  CHECK(one_of("OPTIONS * HTTP/1.1\r\nHost: b\r\n\r\n") == "OPTIONS * ?  HTTP/1.1 {Host=b} []");
  CHECK(one_of("GET /socket%2Eio/?%41 HTTP/1.1\r\nHost: b\r\n\r\n") ==
        "GET /socket.io/ ? %41 HTTP/1.1 {Host=b} []");
}

TEST_CASE("request_reader: an idle connection is told from one whose request has begun") {
  CHECK(at_once("").state == read_state::idle);
  CHECK(at_once("\r\n\r\n").state == read_state::idle);
  CHECK(at_once(samples[0]).state == read_state::idle);
  for (auto const begun :
       {"\r", "G", "GET /", "GET / HTTP/1.1\r", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHos"}) {
    CAPTURE(std::string(begun));
    CHECK(at_once(begun).state == read_state::head);
    CHECK(at_once(samples[0] + begun).state == read_state::head);
  }
  CHECK(at_once(post("Content-Length: 1\r\n")).state == read_state::body);
}

TEST_CASE("request_reader: a body of Content-Length") {
  CHECK(one_of(post("Content-Length: 5\r\n", "a\r\n\0b"s)).ends_with("[a\r\n\0b]"s));
  CHECK(one_of(post("content-length: 0005\r\n", "hello")).ends_with("[hello]"));
  CHECK(one_of("POST / HTTP/1.0\r\nContent-Length: 2\r\n\r\nab").ends_with("[ab]"));
  CHECK(one_of("GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab").ends_with("[ab]"));
  CHECK(
      one_of("GET / HTTP/1.1\r\nHost: h\r\nUpgrade: x\r\nConnection: upgrade\r\nContent-Length: 2\r\n\r\nab")
          .ends_with("[ab]"));
}

TEST_CASE("request_reader: a Content-Length that can be understood in two ways") {
  for (auto const value : {"", "+5", "-5", "0x5", "5 5", "5,5", "5, 5", "5;", "5.0", "\"5\"", "five", "5_0",
                           "\x35\x80", "99999999999999999999x"}) {
    CAPTURE(std::string(value));
    CHECK(status_of(post("Content-Length: "s + value + "\r\n", "hello")) == 400);
  }
  CHECK(status_of(post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello")) == 400);
  CHECK(status_of(post("Content-Length: 5\r\ncontent-length: 6\r\n", "hello")) == 400);
  CHECK(status_of(post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")) == 400);
  CHECK(status_of(post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n")) == 400);
  CHECK(status_of(post("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n", "0\r\n\r\n")) == 400);
}

TEST_CASE("request_reader: W-034: a body over the bound is refused by its head") {
  CHECK(one_of(post("Content-Length: 20\r\n", std::string(20, 'x')), small).ends_with("x]"));
  for (auto const value :
       {"21", "18446744073709551615", "18446744073709551616", "99999999999999999999999999"}) {
    CAPTURE(std::string(value));
    CHECK(status_of(post("Content-Length: "s + value + "\r\n"), small) == 413);
  }
  http::request_reader reader(small);
  reader.consume(post("Origin: o\r\nContent-Length: 21\r\n"));
  CHECK(reader.get().headers.find("origin") == "o");
}

TEST_CASE("request_reader: W-033: a chunked body; extensions and trailers are dropped") {
  CHECK(one_of(chunked("0\r\n\r\n")).ends_with("[]"));
  CHECK(one_of(chunked("5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n")).ends_with("[hello!]"));
  CHECK(one_of(chunked("00a\r\n0123456789\r\n0B\r\n0123456789a\r\n000\r\n\r\n"))
            .ends_with("[01234567890123456789a]"));
  CHECK(one_of(chunked("2;a;b=\"c\"\r\n\r\n\r\n0;x\r\nContent-Length: 7\r\nHost: x\r\n\r\n")) ==
        "POST / ?  HTTP/1.1 {Host=h} {Transfer-Encoding=chunked} [\r\n]");
  CHECK(one_of(post("transfer-encoding: Chunked\r\n", "1\r\na\r\n0\r\n\r\n")).ends_with("[a]"));
}

TEST_CASE("request_reader: chunks that are none") {
  for (auto const body : {
           "\r\n",
           "x\r\n",
           "-1\r\n",
           "+1\r\na\r\n",
           "0x1\r\na\r\n",
           " 1\r\na\r\n",
           "1 \r\na\r\n",
           "1 ;x\r\na\r\n",
           "1\t\r\na\r\n",
           "1,\r\na\r\n",
           ";x\r\n",
           "1\na\r\n",
           "1\r\na\n",
           "1\r\nab\r\n",
           "1\r\na0\r\n",
           "1\r\na\r\r\n",
           "1\r\na\rxy",
           "1\r\na1\r\nb\r\n",
           "1;\r\r\na\r\n",
           "1;\x01\r\na\r\n",
           "1;a\nb\r\na\r\n",
           "00000000000000001\r\na\r\n",
           "0\r\n\n",
           "0\r\nX\r\n\r\n",
           "0\r\nX : y\r\n\r\n",
           "0\r\n folded\r\n\r\n",
           "0\r\nX: \x01\r\n\r\n",
       }) {
    CAPTURE(std::string(body));
    CHECK(status_of(chunked(body)) == 400);
  }
}

TEST_CASE("request_reader: chunks over the bound of the body are refused by their size") {
  auto const ten = "a\r\n0123456789\r\n"s;
  CHECK(one_of(chunked(ten + ten + "0\r\n\r\n"), small).ends_with("0123456789]"));
  CHECK(status_of(chunked("15\r\n"), small) == 413);
  CHECK(status_of(chunked(ten + ten + "1\r\n"), small) == 413);
  CHECK(status_of(chunked(ten + "ffffffffffffffff\r\n"), small) == 413);
  CHECK(status_of(chunked(ten + "fffffffffffffff6\r\n"), small) == 413);
  CHECK(status_of(chunked(ten + "10000000000000000\r\n"), small) == 400);
}

TEST_CASE("request_reader: extensions together, and trailers, have the bound of the head") {
  auto const extension = "1;" + std::string(80, 'x') + "\r\na\r\n";
  CHECK(one_of(chunked(extension + extension + "0\r\n\r\n"), small).ends_with("[aa]"));
  CHECK(status_of(chunked(extension + extension + extension + "0\r\n\r\n"), small) == 400);
  auto const longest = "1;" + std::string(197, 'x');  // leaves two bytes, for the line that ends the trailers
  CHECK(one_of(chunked(longest + "\r\na\r\n0\r\n\r\n"), small).ends_with("[a]"));
  for (auto more = 3u; more < 20; ++more) {
    CHECK(status_of(chunked(longest + std::string(more, 'x') + "\r\na\r\n0\r\n\r\n"), small) == 400);
  }
  CHECK(status_of(chunked("1;" + std::string(500, 'x')), small) == 400);
  CHECK(one_of(chunked("0\r\nX: " + std::string(190, 'x') + "\r\n\r\n"), small).ends_with("[]"));
  CHECK(status_of(chunked("0\r\nX: " + std::string(200, 'x') + "\r\n\r\n"), small) == 431);
  CHECK(status_of(chunked("0\r\n" + std::string(201, 'x')), small) == 431);
  auto many = "0\r\n"s;
  for (auto i = 0; i < 60; ++i) many += "X:\r\n";
  CHECK(status_of(chunked(many + "\r\n"), small) == 431);
}

TEST_CASE("request_reader: a body may come in more chunks than the bound of the head has bytes") {
  auto body = ""s;
  for (auto i = 0; i < 500; ++i) body += "1\r\nx\r\n";
  auto const seen = at_once(chunked(body + "0\r\n\r\n"), {.head = 200, .body = 500});
  REQUIRE(seen.requests.size() == 1);
  CHECK(seen.requests.front().ends_with("[" + std::string(500, 'x') + "]"));
}

TEST_CASE("request_reader: Transfer-Encoding other than chunked") {
  for (auto const unknown : {"gzip", "identity", "xchunked", "gzip, chunked", "gzip,deflate, chunked"}) {
    CAPTURE(std::string(unknown));
    CHECK(status_of(post("Transfer-Encoding: "s + unknown + "\r\n")) == 501);
  }
  for (auto const ambiguous : {"", ",", "chunked,", ",chunked", "chunked, chunked", "chunked, gzip",
                               "chunked;a=b", "chunked chunked", "\"chunked\"",
                               "\x0b"
                               "chunked"}) {
    CAPTURE(std::string(ambiguous));
    CHECK(status_of(post("Transfer-Encoding: "s + ambiguous + "\r\n")) == 400);
  }
  CHECK(status_of(post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")) == 400);
  CHECK(status_of(post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n")) == 400);
  CHECK(status_of("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") == 400);
  CHECK(status_of("POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n") == 400);
}

TEST_CASE("request_reader: a head over the bound, by its line or by their number") {
  auto const exact = [](std::size_t size) {
    return "GET / HTTP/1.0\r\nX:" + std::string(size - 22, 'x') + "\r\n\r\n";
  };
  REQUIRE(exact(200).size() == 200);
  CHECK(read(exact(200), small).requests.size() == 1);
  CHECK(status_of(exact(201), small) == 431);
  CHECK(status_of(exact(202), small) == 431);
  CHECK(status_of(exact(900), small) == 431);
  CHECK(status_of("GET / HTTP/1.0\r\nX:" + std::string(300, 'x'), small) == 431);
  CHECK(status_of("GET /" + std::string(300, 'x'), small) == 414);
  CHECK(status_of("GET /" + std::string(300, 'x') + " HTTP/1.1\r\n\r\n", small) == 414);
  auto many = "GET / HTTP/1.0\r\n"s;
  for (auto i = 0; i < 60; ++i) many += "X:\r\n";
  CHECK(status_of(many + "\r\n", small) == 431);
}

TEST_CASE("request_reader: a client that waits for leave to send its body") {
  CHECK(read(post("Content-Length: 1\r\nExpect: 100-Continue\r\n")).expects_continue);
  CHECK(read(post("Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n")).expects_continue);
  CHECK_FALSE(read(post("Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n", "1")).expects_continue);
  CHECK_FALSE(read(post("Content-Length: 2\r\nExpect: 100-continue\r\n", "a")).expects_continue);
  CHECK_FALSE(read(post("Content-Length: 1\r\n")).expects_continue);
  CHECK_FALSE(read("POST / HTTP/1.0\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n").expects_continue);
  auto const refused = read(post("Content-Length: 21\r\nExpect: 100-continue\r\n"), small);
  CHECK(refused.status == 413);
  CHECK_FALSE(refused.expects_continue);
  http::request_reader reader;
  reader.consume(post("Content-Length: 0\r\nExpect: 100-continue\r\n"));
  CHECK(reader.state() == read_state::done);
  CHECK_FALSE(reader.expects_continue());
}

TEST_CASE("request_reader: whatever the bytes, the outcome does not depend on the split") {
  std::mt19937 random(20240229);
  auto const below = [&random](std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random);
  };
  auto const pieces = {"\r\n"s,
                       "\r"s,
                       "\n"s,
                       " "s,
                       ":"s,
                       "\0"s,
                       ","s,
                       ";"s,
                       "0"s,
                       "Host: x\r\n"s,
                       "\x80"s,
                       "%"s,
                       "Content-Length: 3\r\n"s,
                       "Transfer-Encoding: chunked\r\n"s,
                       "ffffffffffffffff"s};
  auto failures = 0;
  auto successes = 0;
  for (auto round = 0; round < 4000; ++round) {
    auto bytes = samples[below(samples.size())];
    bytes += samples[below(samples.size())];
    for (auto changes = below(4); changes > 0; --changes) {
      auto const at = below(bytes.size());
      switch (below(4)) {
        case 0: bytes[at] = static_cast<char>(below(256)); break;
        case 1: bytes.erase(at, 1 + below(4)); break;
        case 2:
          bytes.insert(at, *std::next(pieces.begin(), static_cast<std::ptrdiff_t>(below(pieces.size()))));
          break;
        default: {
          auto const from = below(bytes.size());
          bytes.insert(at, bytes.substr(from, below(30)));
        }
      }
      if (bytes.empty()) bytes = "\r\n";
    }
    std::vector<std::size_t> cuts;
    for (auto count = below(6); count > 0; --count) cuts.push_back(below(bytes.size()));
    std::sort(cuts.begin(), cuts.end());
    auto const limits = below(2) == 0 ? small : http::read_limits{};
    auto const expected = at_once(bytes, limits);
    CAPTURE(bytes);
    REQUIRE(in_pieces(bytes, cuts, limits) == expected);
    if (expected.state == read_state::failed) {
      ++failures;
      static constexpr int known[] = {400, 413, 414, 431, 501, 505};
      REQUIRE(std::find(std::begin(known), std::end(known), expected.status) != std::end(known));
    } else {
      ++successes;
    }
  }
  CHECK(failures > 500);
  CHECK(successes > 500);
}
