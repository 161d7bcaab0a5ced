// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <asio/buffer.hpp>
#include <asio/error.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/socket_base.hpp>
#include <asio/ssl/error.hpp>
#include <asio/write.hpp>
#include <doctest/doctest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "certificates.hpp"
#include "tls_client.hpp"
#include <socketiopp/executor/loop.hpp>
#include <socketiopp/transport/tcp.hpp>
#include <socketiopp/transport/tls_channel.hpp>
#include <socketiopp/transport/tls_context.hpp>

namespace transport = socketiopp::transport;
using socketiopp::executor::loop;
using transport::pem;
using transport::tls_channel;

namespace {

certificates::identity const root("localhost");

// A client, and the server's end of its connection, each of which does nothing by itself.
struct scene {
  asio::io_context io;
  loop executor{io};
  transport::tcp::listener door{executor, "127.0.0.1", 0};
  std::shared_ptr<transport::tls_context> context =
      std::make_shared<transport::tls_context>(transport::tls_options{
          .certificate_chain = pem::text(root.certificate_pem()), .private_key = pem::text(root.key_pem())});
  std::shared_ptr<tls_channel> server;
  tls_client client{io};
  std::string got;        // by the server
  std::error_code ended;  // why it got no more

  explicit scene(int version = TLS1_3_VERSION) {
    SSL_set_min_proto_version(client.ssl.get(), version);
    SSL_set_max_proto_version(client.ssl.get(), version);
    door.accept([this](transport::tcp::stream accepted) {
      server = std::make_shared<tls_channel>(std::move(accepted), context);
    });
    client.connect(door.port());
    while (!server) io.run_one();
  }

  // Lets both ends do what they can until `done`, and fails if that takes forever.
  bool until(auto&& done) {
    for (int i = 0; i < 1'000'000; ++i) {
      if (done()) return true;
      io.restart();
      io.poll();
      client.step();
    }
    return false;
  }
  // The server reads whatever comes, `most` bytes at a time, and waits in between.
  void serve(std::size_t most = 64 * 1024) {
    server->wait_readable([this, most](std::error_code) {
      if (!server) return;
      if (read(most) || ended == std::errc::operation_would_block) serve(most);
    });
  }
  std::size_t read(std::size_t most = 64 * 1024) {
    std::string into(most, '\0');
    ended.clear();
    auto const size = server->read_some(into, ended);
    CHECK((size == 0) == static_cast<bool>(ended));
    CHECK(ERR_peek_error() == 0);
    got.append(into, 0, size);
    return size;
  }
  std::size_t write(std::string_view bytes) {
    error.clear();
    auto const size = server->write_some({&bytes, 1}, error);
    CHECK((size == 0) == static_cast<bool>(error));
    CHECK(ERR_peek_error() == 0);
    return size;
  }
  // The server writes until nothing more is taken, and then says how much that was.
  std::size_t fill(char with) {
    std::string const block(100'000, with);
    std::size_t size = 0;
    do size += write(block);
    while (!error);
    CHECK((error == std::errc::operation_would_block));
    return size;
  }
  void handshake() {
    serve();
    REQUIRE(until([&] { return client.ready(); }));
    client.write("x");
    REQUIRE(until([&] { return got == "x"; }));
    got.clear();
  }
  // What the client sends is no TLS.
  std::error_code send_raw(std::string_view bytes, bool then_close = false) {
    serve();
    asio::write(client.socket, asio::buffer(bytes));
    if (then_close) client.socket.close();
    for (int i = 0; i < 1'000'000 && (!ended || ended == std::errc::operation_would_block); ++i) {
      io.restart();
      io.poll();
    }
    return ended;
  }

  std::error_code error;
};

auto const versions = {TLS1_2_VERSION, TLS1_3_VERSION};

}  // namespace

TEST_CASE("tls_channel: bytes go both ways, in TLS 1.2 and 1.3") {
  for (int const version : versions) {
    scene s(version);
    s.handshake();
    CHECK(SSL_version(s.client.ssl.get()) == version);
    CHECK(s.server->remote_address() == "127.0.0.1");
    s.client.write("abc");
    CHECK(s.until([&] { return s.got == "abc"; }));
    std::array<std::string_view, 3> const pieces{"12", "", "345"};
    CHECK(s.server->write_some(pieces, s.error) == 5);
    CHECK(s.until([&] { return s.client.received == "12345"; }));
    CHECK(s.server->write_some({}, s.error) == 0);
    CHECK(!s.error);
  }
}

TEST_CASE("tls_channel: nothing to read would block, and nobody is told") {
  scene s;
  CHECK(s.read() == 0);
  CHECK((s.ended == std::errc::operation_would_block));
  s.handshake();
  CHECK(s.read() == 0);
  CHECK((s.ended == std::errc::operation_would_block));
  bool told = false;
  s.server->close();
  s.server->wait_readable([&](std::error_code failed) { told = static_cast<bool>(failed); });
  CHECK(!told);
  s.io.restart();
  s.io.poll();
  CHECK(told);
}

TEST_CASE("tls_channel: what OpenSSL holds is told of, though the socket has nothing more") {
  for (int const version : versions)
    for (std::size_t const most : {1u, 7u, 1000u}) {
      scene s(version);
      s.serve(most);
      REQUIRE(s.until([&] { return s.client.ready(); }));
      std::string sent;
      for (std::size_t i = 0; i < 5000; ++i) sent += static_cast<char>('a' + i % 26);
      s.client.write(sent);
      CHECK(s.until([&] { return s.got.size() >= sent.size(); }));
      CHECK(s.got == sent);
    }
}

TEST_CASE("tls_channel: a megabyte each way") {
  for (int const version : versions) {
    scene s(version);
    s.serve();
    REQUIRE(s.until([&] { return s.client.ready(); }));
    std::string const sent(1'000'000, 'q');
    s.client.write(sent);
    CHECK(s.until([&] {
      s.client.flush();
      return s.got.size() >= sent.size();
    }));
    CHECK(s.got == sent);
    std::size_t left = sent.size();
    CHECK(s.until([&] {
      if (left > 0) left -= s.write(std::string_view(sent).substr(0, left));
      return s.client.received.size() >= sent.size();
    }));
    CHECK(s.client.received == sent);
  }
}

TEST_CASE("tls_channel: a slow reader gets what was taken, and the rest may change its mind") {
  for (int const version : versions) {
    scene s(version);
    s.handshake();
    auto const before = s.fill('a');
    CHECK(s.write("b") == 0);
    bool told = false;
    s.server->wait_writable([&](std::error_code failed) {
      CHECK(!failed);
      told = true;
    });
    s.io.restart();
    s.io.poll();
    CHECK(!told);
    CHECK(s.until([&] { return told; }));
    CHECK(s.write("c") == 1);
    CHECK(s.until([&] { return s.client.received.size() > before; }));
    CHECK(s.client.received == std::string(before, 'a') + 'c');
  }
}

TEST_CASE("tls_channel: a client that reads nothing is read all the same") {
  scene s;
  s.handshake();
  s.fill('a');
  s.client.write("abc");
  for (int i = 0; i < 100 && s.got.empty(); ++i) {
    s.io.restart();
    s.io.poll();
  }
  CHECK(s.got == "abc");
}

TEST_CASE("tls_channel: whoever only writes shakes hands too") {
  for (int const version : versions) {
    scene s(version);
    bool done = false;
    int tries = 0;
    auto const write = [&](auto const& again) -> void {
      ++tries;
      if (s.write("hello") == 5) return void(done = true);
      CHECK((s.error == std::errc::operation_would_block));
      s.server->wait_writable([&again](std::error_code) { again(again); });
    };
    write(write);
    s.client.early = "early";
    CHECK(s.until([&] { return s.client.received == "hello"; }));
    CHECK(done);
    CHECK(tries < 10);  // it was told when it was its turn
    // What came together with the end of the handshake has not been swallowed by the writing.
    s.serve();
    CHECK(s.until([&] { return s.got == "early"; }));
  }
}

TEST_CASE("tls_channel: new keys, at either end's wish") {
  scene s;
  s.handshake();
  for (auto const kind : {SSL_KEY_UPDATE_REQUESTED, SSL_KEY_UPDATE_NOT_REQUESTED}) {
    SSL_key_update(s.client.ssl.get(), kind);
    s.client.write("abc");
    s.write("123");
    CHECK(s.until([&] { return s.got == "abc" && s.client.received == "123"; }));
    s.got.clear();
    s.client.received.clear();
  }
}

TEST_CASE("tls_channel: a flood of wishes for new keys by somebody who reads nothing ends it") {
  scene s;
  s.handshake();
  s.fill('a');
  auto* const ssl = s.client.ssl.get();
  for (int i = 0; i < 100'000 && s.ended != std::errc::no_buffer_space; ++i) {
    SSL_key_update(ssl, SSL_KEY_UPDATE_REQUESTED);
    SSL_do_handshake(ssl);
    s.client.flush();
    s.io.restart();
    s.io.poll();
  }
  CHECK((s.ended == std::errc::no_buffer_space));
  CHECK(s.write("x") == 0);
  CHECK((s.error == std::errc::no_buffer_space));
}

TEST_CASE("tls_channel: renegotiation is refused, and nothing else is") {
  scene s(TLS1_2_VERSION);
  s.handshake();
  SSL_renegotiate(s.client.ssl.get());
  SSL_do_handshake(s.client.ssl.get());
  s.client.flush();
  CHECK(s.until([&] { return s.client.failed || s.client.ended || s.client.disconnected; }));
  CHECK(s.got.empty());
}

TEST_CASE("tls_channel: the client's end, said and unsaid") {
  for (int const version : versions) {
    scene said(version), unsaid(version);
    for (auto* const s : {&said, &unsaid}) {
      s->handshake();
      s->client.write("last");
    }
    SSL_shutdown(said.client.ssl.get());
    said.client.flush();
    unsaid.client.socket.shutdown(asio::socket_base::shutdown_send);
    CHECK(said.until([&] { return said.ended == asio::error::eof; }));
    CHECK(unsaid.until([&] { return unsaid.ended == asio::ssl::error::stream_truncated; }));
    for (auto* const s : {&said, &unsaid}) {
      CHECK(s->got == "last");
      CHECK(s->read() == 0);  // and again
      CHECK((s->ended != std::errc::operation_would_block));
    }
    // The other half of the connection that was ended well is still there.
    CHECK(said.write("answer") == 6);
    CHECK(said.until([&] { return said.client.received == "answer"; }));
    CHECK(unsaid.write("answer") == 0);
  }
}

TEST_CASE("tls_channel: the server's end is said after all that was written, and it reads on") {
  for (int const version : versions) {
    scene s(version);
    s.handshake();
    auto const size = s.fill('a');
    s.server->shutdown();
    s.server->shutdown();
    s.client.write("still here");
    CHECK(s.until([&] { return s.client.ended && s.client.disconnected; }));
    CHECK(s.client.received.size() == size);
    CHECK(!s.client.failed);
    CHECK(s.until([&] { return s.got == "still here"; }));
  }
}

TEST_CASE("tls_channel: to end it during the handshake ends the TCP stream") {
  scene s;
  s.server->shutdown();
  CHECK(s.until([&] { return s.client.disconnected; }));
  CHECK(ERR_peek_error() == 0);
}

TEST_CASE("tls_channel: closing tells nobody who waits, or says so") {
  scene s;
  s.handshake();
  s.fill('a');
  auto const held = std::make_shared<int>();
  s.server->wait_writable([held](std::error_code) { FAIL("closed"); });
  s.server->close();
  s.server->close();
  CHECK(held.use_count() == 1);
  CHECK(s.write("x") == 0);
  CHECK((s.error == std::errc::operation_canceled));
  CHECK(s.read() == 0);
  s.io.restart();
  s.io.poll();
  CHECK(s.until([&] { return s.client.disconnected; }));
}

TEST_CASE("tls_channel: one that goes takes along what waits") {
  scene s;
  s.handshake();
  s.fill('a');
  s.server->wait_writable([](std::error_code) { FAIL("gone"); });
  s.server.reset();
  s.door.close();
  s.io.restart();
  s.io.run();
}

TEST_CASE("tls_channel: what is no TLS ends it") {
  scene http, garbage, records, hello, nothing;
  CHECK(http.send_raw("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").category() ==
        asio::error::get_ssl_category());
  CHECK(garbage.send_raw(std::string(100'000, '\xff')).category() == asio::error::get_ssl_category());
  CHECK(records
            .send_raw(std::string("\x17\x03\x03\x00\x04"
                                  "abcd",
                                  9))
            .category() == asio::error::get_ssl_category());
  // A client hello of which the half is missing.
  CHECK(hello.send_raw(std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11), true) ==
        asio::ssl::error::stream_truncated);
  CHECK(nothing.send_raw("", true) == asio::ssl::error::stream_truncated);
}

TEST_CASE("tls_channel: a record that was tampered with ends it, the earlier ones are kept") {
  for (int const version : versions) {
    scene s(version);
    s.handshake();
    s.client.write("good");
    std::size_t size = 0;
    SSL_write_ex(s.client.ssl.get(), "tampered", 8, &size);
    char record[200];
    auto const length = BIO_read(SSL_get_wbio(s.client.ssl.get()), record, sizeof(record));
    record[length - 1] ^= 1;
    asio::write(s.client.socket, asio::buffer(record, static_cast<std::size_t>(length)));
    CHECK(s.until([&] { return s.ended.category() == asio::error::get_ssl_category(); }));
    CHECK(s.got == "good");
    CHECK(s.until([&] { return s.client.failed; }));  // the alert
  }
}

TEST_CASE("tls_channel: an error that somebody left in OpenSSL's queue is not its own") {
  scene s;
  s.handshake();
  ERR_raise(ERR_LIB_USER, 1);
  CHECK(s.read() == 0);
  CHECK((s.ended == std::errc::operation_would_block));
  ERR_raise(ERR_LIB_USER, 1);
  CHECK(s.write("abc") == 3);
  CHECK(s.until([&] { return s.client.received == "abc"; }));
}
