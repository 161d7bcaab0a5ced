// SPDX-License-Identifier: MIT
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "toy_compressor.hpp"
#include <socketiopp/http/header_list.hpp>
#include <socketiopp/http/response.hpp>
#include <socketiopp/transport/content_coding.hpp>

namespace http = socketiopp::http;
using socketiopp::transport::choose_coding;
using socketiopp::transport::content_coding;
using socketiopp::transport::encode_body;
using socketiopp::transport::wrapping;

namespace {

content_coding chosen(std::vector<std::string_view> const& values) {
  http::header_list headers;
  headers.add("Host", "gzip");
  for (auto const value : values) headers.add("Accept-encoding", value);
  return choose_coding(headers);
}

http::response answer(std::string body, std::vector<std::pair<std::string, std::string>> headers = {}) {
  return {.status = 200, .headers = std::move(headers), .body = std::move(body)};
}

std::string header(http::response const& of, std::string_view name) {
  auto const* const found = of.find(name);
  return found ? *found : "(none)";
}

}  // namespace

TEST_CASE("content_coding: what the client reads decides, gzip first (W-046)") {
  for (std::string_view const gzip :
       {"gzip", "GZip", "gzip, deflate", "deflate, gzip", "br, gzip", "*", "br, *", "gzip;q=0.001",
        "gzip; q=1.000", "gzip ;\tQ=0.5", "deflate;q=0, *", "deflate;q=0.5, gzip;q=0.5", ",,gzip,",
        "identity, gzip;q=0.1"}) {
    CAPTURE(gzip);
    CHECK(chosen({gzip}) == content_coding::gzip);
  }
  for (std::string_view const deflate :
       {"deflate", "DEFLATE", "gzip;q=0, deflate", "gzip;q=0, *", "gzip;q=0.8, deflate", "*;q=0, deflate",
        "gzip;q=0.499, *;q=0.5", "br, deflate;q=0.1"}) {
    CAPTURE(deflate);
    CHECK(chosen({deflate}) == content_coding::deflate);
  }
  for (std::string_view const neither :
       {"", "br", "identity", "gzip;q=0", "gzip;q=0.000", "*;q=0", "gzip;q=0, deflate;q=0", "gzipped", "x",
        "gzip deflate", "br, zstd"}) {
    CAPTURE(neither);
    CHECK(chosen({neither}) == content_coding::identity);
  }
  CHECK(chosen({}) == content_coding::identity);
  CHECK(chosen({"br", "deflate"}) == content_coding::deflate);
  CHECK(chosen({"deflate", "gzip"}) == content_coding::gzip);
}

TEST_CASE("content_coding: a weight that is none means no") {
  for (std::string_view const bad :
       {"gzip;", "gzip;q", "gzip;q=", "gzip;q=x", "gzip;q=-1", "gzip;q=2", "gzip;q=1.001", "gzip;q=0.1234",
        "gzip;q=.5", "gzip;q=01", "gzip;q=0..", "gzip;q=0.5;x=1", "gzip;level=1", "gzip;q=1e9",
        "gzip;q=99999999999999"}) {
    CAPTURE(bad);
    CHECK(chosen({bad}) == content_coding::identity);
  }
}

TEST_CASE("content_coding: a body of the threshold's length is encoded (F-013)") {
  toy_compressor with(10);
  auto shorter = answer("xxxxxxxxx");
  encode_body(shorter, content_coding::gzip, with);
  CHECK(shorter.body == "xxxxxxxxx");
  CHECK(shorter.headers.empty());

  auto encoded = answer("xxxxxxxxxx", {{"Content-Type", "text/plain"}});
  encode_body(encoded, content_coding::gzip, with);
  CHECK(encoded.body == "\nx");
  CHECK(with.last_form == wrapping::gzip);
  std::string text;
  http::serialize(encoded, true, false, text);
  CHECK(text ==
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nVary: Accept-Encoding\r\nContent-Encoding: gzip\r\n"
        "Content-Length: 2\r\nConnection: keep-alive\r\n\r\n\nx");

  auto deflated = answer("xxxxxxxxxx");
  encode_body(deflated, content_coding::deflate, with);
  CHECK(with.last_form == wrapping::zlib);  // RFC 9110, 8.4.1.2: not bare DEFLATE
  CHECK(header(deflated, "Content-Encoding") == "deflate");
}

TEST_CASE("content_coding: an answer that might have been encoded says so too") {
  toy_compressor with(10);
  auto unwanted = answer("xxxxxxxxxx");
  encode_body(unwanted, content_coding::identity, with);
  CHECK(unwanted.body == "xxxxxxxxxx");
  CHECK(header(unwanted, "Vary") == "Accept-Encoding");
  CHECK(header(unwanted, "Content-Encoding") == "(none)");

  auto incompressible = answer("abcdefghij");
  encode_body(incompressible, content_coding::gzip, with);
  CHECK(incompressible.body == "abcdefghij");
  CHECK(header(incompressible, "Vary") == "Accept-Encoding");
  CHECK(header(incompressible, "Content-Encoding") == "(none)");
}

TEST_CASE("content_coding: other reasons to vary stay") {
  toy_compressor with;
  for (auto const& [before, after] : std::vector<std::pair<std::string, std::string>>{
           {"Origin", "Origin, Accept-Encoding"},
           {"Origin, accept-encoding", "Origin, accept-encoding"},
           {"*", "*"},
           {"Accept-Encoding-Of-Mine", "Accept-Encoding-Of-Mine, Accept-Encoding"}}) {
    auto varies = answer("xxxxxxxxxx", {{"vary", before}});
    encode_body(varies, content_coding::gzip, with);
    CHECK(header(varies, "Vary") == after);
    CHECK(varies.headers.size() == 2);
  }
}

TEST_CASE("content_coding: what is encoded already stays") {
  toy_compressor with;
  auto encoded = answer("xxxxxxxxxx", {{"content-encoding", "br"}});
  encode_body(encoded, content_coding::gzip, with);
  CHECK(encoded.body == "xxxxxxxxxx");
  CHECK(encoded.headers.size() == 1);
}
