// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

#include <asio/buffer.hpp>
#include <asio/error.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

// The other end of a TLS connection, which does nothing but when it is told to.
class tls_client {
  struct deleter {
    void operator()(SSL_CTX* p) const { SSL_CTX_free(p); }
    void operator()(SSL* p) const { SSL_free(p); }
  };

public:
  explicit tls_client(asio::io_context& io) : socket(io) {
    SSL_set_bio(ssl.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_connect_state(ssl.get());
  }

  void connect(std::uint16_t port) {
    socket.connect({asio::ip::make_address("127.0.0.1"), port});
    socket.non_blocking(true);
  }

  // Sends and receives what can be now.
  void step() {
    char block[20'000];
    std::error_code error;
    ERR_clear_error();
    while (auto const size = socket.read_some(asio::buffer(block), error))
      BIO_write(SSL_get_rbio(ssl.get()), block, static_cast<int>(size));
    if (error != asio::error::would_block) disconnected = true;
    std::size_t got = 0;
    int done = 0;
    while ((done = SSL_read_ex(ssl.get(), block, sizeof(block), &got)) == 1) received.append(block, got);
    auto const kind = SSL_get_error(ssl.get(), done);
    if (ready() && !early.empty()) {
      SSL_write_ex(ssl.get(), early.data(), early.size(), &got);
      early.clear();
    }
    if (kind == SSL_ERROR_ZERO_RETURN) ended = true;
    if (kind == SSL_ERROR_SSL) failed = true;
    flush();
  }
  void write(std::string_view bytes) {
    std::size_t size = 0;
    SSL_write_ex(ssl.get(), bytes.data(), bytes.size(), &size);
    flush();
  }
  void flush() {
    char block[20'000];
    for (int size = 0; (size = BIO_read(SSL_get_wbio(ssl.get()), block, sizeof(block))) > 0;)
      unsent.append(block, static_cast<std::size_t>(size));
    std::error_code error;
    unsent.erase(0, socket.write_some(asio::buffer(unsent), error));
  }
  bool ready() const { return SSL_is_init_finished(ssl.get()) == 1; }

  std::unique_ptr<SSL_CTX, deleter> context{SSL_CTX_new(TLS_client_method())};
  std::unique_ptr<SSL, deleter> ssl{SSL_new(context.get())};
  asio::ip::tcp::socket socket;
  std::string received, unsent;
  std::string early;          // leaves together with the end of the handshake
  bool ended = false;         // the server has said so
  bool failed = false;        // it has sent an alert, or what is not TLS
  bool disconnected = false;  // the TCP stream has ended
};
