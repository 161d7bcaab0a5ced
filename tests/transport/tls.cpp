// SPDX-License-Identifier: MIT
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <asio/io_context.hpp>
#include <doctest/doctest.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "certificates.hpp"
#include "tls_client.hpp"
#include <socketiopp/executor/loop.hpp>
#include <socketiopp/transport/concept.hpp>
#include <socketiopp/transport/tls.hpp>

namespace transport = socketiopp::transport;
using certificates::identity;
using socketiopp::executor::loop;
using transport::client_certificate;
using transport::pem;
using transport::tls;
using transport::tls_options;

static_assert(transport::policy<tls, loop>);
static_assert(tls::stream::secure);

namespace {

identity const first("first"), second("second"), root("root"), known("known", &root), stranger("stranger");

tls_options options_of(identity const& server) {
  return {.certificate_chain = pem::text(server.certificate_pem()),
          .private_key = pem::text(server.key_pem())};
}

tls_options asking(client_certificate asked) {
  auto options = options_of(first);
  options.client = asked;
  options.client_ca = pem::text(root.certificate_pem());
  return options;
}

// A server that sends back what it gets.
struct scene {
  asio::io_context io;
  loop executor{io};
  tls::listener door;
  std::vector<std::unique_ptr<tls::stream>> streams;

  explicit scene(tls_options const& options = options_of(first)) : door(executor, options, "127.0.0.1", 0) {
    door.accept([this](tls::stream accepted) {
      streams.push_back(std::make_unique<tls::stream>(std::move(accepted)));
      echo(*streams.back());
    });
  }

  static void echo(tls::stream& bytes) {
    bytes.wait_readable([&bytes](std::error_code) {
      char block[1000];
      std::error_code error;
      std::string_view const piece(block, bytes.read_some(block, error));
      if (!error) bytes.write_some({&piece, 1}, error);
      if (!error || error == std::errc::operation_would_block)
        echo(bytes);
      else
        bytes.close();
    });
  }

  // Whether the client gets its text back.
  bool serves(tls_client& client, std::string const& text = "hello") {
    client.received.clear();
    bool sent = false;
    for (int i = 0; i < 1'000'000 && client.received != text; ++i) {
      io.restart();
      io.poll();
      client.step();
      if (client.failed || client.disconnected) return false;
      if (client.ready() && !std::exchange(sent, true)) client.write(text);
    }
    return client.received == text;
  }
};

std::string name_of_server(tls_client const& client) {
  char name[100] = {};
  auto* const certificate = SSL_get1_peer_certificate(client.ssl.get());
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name, sizeof(name));
  X509_free(certificate);
  return name;
}

void show(tls_client& client, identity const& who) {
  SSL_use_certificate(client.ssl.get(), who.certificate.get());
  SSL_use_PrivateKey(client.ssl.get(), who.key.get());
}

}  // namespace

TEST_CASE("tls: many connections on one port") {
  scene s;
  std::vector<std::unique_ptr<tls_client>> clients;
  for (int i = 0; i < 5; ++i) {
    clients.push_back(std::make_unique<tls_client>(s.io));
    clients.back()->connect(s.door.port());
  }
  for (auto const& client : clients) CHECK(s.serves(*client));
  for (auto const& client : clients) CHECK(s.serves(*client, "again"));
  CHECK(s.streams.front()->remote_address() == "127.0.0.1");
}

TEST_CASE("tls: older than TLS 1.2 is refused") {
  scene s;
  tls_client old(s.io), client(s.io);
  SSL_set_min_proto_version(old.ssl.get(), TLS1_VERSION);
  SSL_set_max_proto_version(old.ssl.get(), TLS1_1_VERSION);
  SSL_set_cipher_list(old.ssl.get(), "ALL:@SECLEVEL=0");
  old.connect(s.door.port());
  CHECK(!s.serves(old));
  client.connect(s.door.port());
  CHECK(s.serves(client));
}

TEST_CASE("tls: the ciphers of TLS 1.2 may be chosen") {
  auto options = options_of(first);
  options.ciphers = "ECDHE-ECDSA-CHACHA20-POLY1305";
  scene s(options);
  tls_client client(s.io), other(s.io);
  for (auto* const each : {&client, &other}) SSL_set_max_proto_version(each->ssl.get(), TLS1_2_VERSION);
  SSL_set_cipher_list(other.ssl.get(), "ECDHE-ECDSA-AES128-GCM-SHA256");
  client.connect(s.door.port());
  CHECK(s.serves(client));
  CHECK(SSL_get_cipher(client.ssl.get()) == options.ciphers);
  other.connect(s.door.port());
  CHECK(!s.serves(other));
}

TEST_CASE("tls: ALPN chooses http/1.1 if it is offered, and nothing else matters") {
  scene s;
  for (std::string const offered : {"\x02h2\x08http/1.1", "\x08http/1.1", "\x02h2"}) {
    tls_client client(s.io);
    SSL_set_alpn_protos(client.ssl.get(), reinterpret_cast<unsigned char const*>(offered.data()),
                        static_cast<unsigned>(offered.size()));
    client.connect(s.door.port());
    CHECK(s.serves(client));
    unsigned char const* chosen = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(client.ssl.get(), &chosen, &size);
    CHECK(std::string_view(reinterpret_cast<char const*>(chosen), size) == (size ? "http/1.1" : ""));
    CHECK((size != 0) == offered.ends_with("http/1.1"));
  }
}

TEST_CASE("tls: sessions are resumed, until the certificates change") {
  for (auto const asked : {client_certificate::none, client_certificate::required})
    for (int const version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
      auto const options = asked == client_certificate::none ? options_of(first) : asking(asked);
      scene s(options);
      SSL_SESSION* session = nullptr;
      for (bool const resumes : {false, true, false}) {
        tls_client client(s.io);
        show(client, known);
        SSL_set_max_proto_version(client.ssl.get(), version);
        if (session) SSL_set_session(client.ssl.get(), session);
        client.connect(s.door.port());
        CHECK(s.serves(client));
        CHECK(SSL_session_reused(client.ssl.get()) == resumes);
        SSL_SESSION_free(session);
        session = SSL_get1_session(client.ssl.get());
        SSL_shutdown(client.ssl.get());  // else OpenSSL thinks badly of the session
        if (resumes) s.door.reload(options);
      }
      SSL_SESSION_free(session);
    }
}

TEST_CASE("tls: clients show certificates that somebody vouches for") {
  for (auto const asked : {client_certificate::optional, client_certificate::required})
    for (int const version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
      scene s(asking(asked));
      auto const admits = [&](identity const* who) {
        tls_client client(s.io);
        SSL_set_max_proto_version(client.ssl.get(), version);
        if (who) show(client, *who);
        client.connect(s.door.port());
        return s.serves(client);
      };
      CHECK(admits(&known));
      CHECK(!admits(&stranger));
      CHECK(admits(nullptr) == (asked == client_certificate::optional));
      CHECK(admits(&known));
    }
}

TEST_CASE("tls: new certificates are for new connections") {
  scene s;
  tls_client before(s.io), between(s.io), after(s.io);
  before.connect(s.door.port());
  CHECK(s.serves(before));

  auto faulty = options_of(second);
  faulty.private_key = pem::file("/no/key.pem");
  CHECK_THROWS_AS(s.door.reload(faulty), std::system_error);
  between.connect(s.door.port());
  CHECK(s.serves(between));
  CHECK(name_of_server(between) == "first");

  s.door.reload(options_of(second));
  after.connect(s.door.port());
  CHECK(s.serves(after));
  CHECK(name_of_server(after) == "second");
  CHECK(s.serves(before, "still here"));
}

TEST_CASE("tls: connections outlive their listener") {
  asio::io_context io;
  loop executor(io);
  std::optional<tls::listener> door(std::in_place, executor, options_of(first), "127.0.0.1", 0);
  std::optional<tls::stream> server;
  door->accept([&](tls::stream accepted) { server.emplace(std::move(accepted)); });
  tls_client client(io);
  client.connect(door->port());
  while (!server) io.run_one();
  door.reset();
  scene::echo(*server);
  client.step();
  for (int i = 0; i < 1'000'000 && !client.ready(); ++i) {
    io.restart();
    io.poll();
    client.step();
  }
  CHECK(client.ready());
}

TEST_CASE("tls: a listener pauses as that of TCP does") {
  scene s;
  s.door.pause();
  tls_client client(s.io);
  client.connect(s.door.port());
  client.step();
  s.io.poll();
  CHECK(s.streams.empty());
  s.door.resume();
  CHECK(s.serves(client));
}

TEST_CASE("tls: who cannot listen says why") {
  asio::io_context io;
  loop executor(io);
  auto const says = [](auto&& listen) -> std::string {
    try {
      listen();
    } catch (std::system_error const& error) {
      return error.what();
    }
    return "nothing";
  };
  CHECK(says([&] { tls::listener(executor, options_of(first), "no.address", 0); }).find("no.address") !=
        std::string::npos);
  CHECK(says([&] { tls::listener(executor, tls_options(), 0); }).find("certificate_chain") !=
        std::string::npos);
}
