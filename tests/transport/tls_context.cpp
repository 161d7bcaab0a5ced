// SPDX-License-Identifier: MIT
#include <string>
#include <system_error>

#include <doctest/doctest.h>
#include <openssl/err.h>

#include "certificates.hpp"
#include <socketiopp/transport/tls_context.hpp>

namespace transport = socketiopp::transport;
using certificates::identity;
using transport::client_certificate;
using transport::pem;
using transport::tls_options;

namespace {

identity const server("localhost");

tls_options good() {
  return {.certificate_chain = pem::text(server.certificate_pem()),
          .private_key = pem::text(server.key_pem())};
}

// What is said about options that are good but for the change.
std::string refusal(auto&& change) {
  auto options = good();
  change(options);
  try {
    transport::tls_context const context(options);
  } catch (std::system_error const& error) {
    CHECK(error.code());
    CHECK(ERR_peek_error() == 0);
    return error.what();
  }
  return "";
}

bool starts(std::string const& text, std::string const& with) {
  CAPTURE(text);
  return text.starts_with(with);
}

}  // namespace

TEST_CASE("tls_context: good certificates and keys") {
  CHECK(refusal([](tls_options&) {}).empty());
  CHECK(refusal([](tls_options& o) { o.ciphers = "ECDHE+AESGCM"; }).empty());
  CHECK(refusal([](tls_options& o) {
          o.private_key = pem::text(server.key_pem("word"));
          o.password = "word";
        }).empty());
  identity const root("root"), leaf("leaf", &root);
  CHECK(refusal([&](tls_options& o) {
          o.certificate_chain = pem::text(leaf.certificate_pem() + root.certificate_pem());
          o.private_key = pem::text(leaf.key_pem());
          o.client = client_certificate::optional;
          o.client_ca = pem::text(root.certificate_pem() + server.certificate_pem());
        }).empty());
}

TEST_CASE("tls_context: what is wrong is named, with OpenSSL's reason") {
  auto const is = [](auto&& change, std::string const& sentence) {
    CHECK(starts(refusal(change), "socketiopp: tls: " + sentence));
  };
  is([](tls_options& o) { o.certificate_chain = {}; }, "certificate_chain given as text: no start line");
  is([](tls_options& o) { o.certificate_chain = pem::text("garbage"); },
     "certificate_chain given as text: no start line");
  is([](tls_options& o) { o.certificate_chain = o.private_key; },
     "certificate_chain given as text: no start line");
  is([](tls_options& o) { o.certificate_chain = pem::text(o.certificate_chain.read().substr(0, 200)); },
     "certificate_chain given as text: bad end line");
  is([](tls_options& o) { o.certificate_chain = pem::file("/no/chain.pem"); },
     "/no/chain.pem: No such file or directory");
  is([](tls_options& o) { o.certificate_chain = pem::file("/dev/null"); },
     "certificate_chain /dev/null: no start line");
  is([](tls_options& o) { o.private_key = {}; }, "private_key given as text: ");
  is([](tls_options& o) { o.private_key = pem::text("garbage"); }, "private_key given as text: ");
  is([](tls_options& o) { o.private_key = pem::text(identity("other").key_pem()); },
     "private_key given as text: key values mismatch");
  is([](tls_options& o) { o.private_key = pem::text(server.key_pem("word")); },
     "private_key given as text: ");
  is(
      [](tls_options& o) {
        o.private_key = pem::text(server.key_pem("word"));
        o.password = "other";
      },
      "private_key given as text: ");
  is([](tls_options& o) { o.ciphers = "NO-SUCH-CIPHER"; }, "ciphers: no cipher match");
}

TEST_CASE("tls_context: client certificates need somebody who vouches for them, who needs a purpose") {
  for (auto const asked : {client_certificate::optional, client_certificate::required})
    CHECK(starts(refusal([&](tls_options& o) { o.client = asked; }),
                 "socketiopp: tls: client and client_ca go together"));
  CHECK(starts(refusal([&](tls_options& o) { o.client_ca = pem::text(server.certificate_pem()); }),
               "socketiopp: tls: client and client_ca go together"));
  CHECK(starts(refusal([&](tls_options& o) {
                 o.client = client_certificate::required;
                 o.client_ca = pem::text("garbage");
               }),
               "socketiopp: tls: client_ca given as text: no start line"));
  CHECK(starts(refusal([&](tls_options& o) {
                 o.client = client_certificate::required;
                 o.client_ca = pem::file("/dev/null");
               }),
               "socketiopp: tls: client_ca /dev/null: no start line"));
}
