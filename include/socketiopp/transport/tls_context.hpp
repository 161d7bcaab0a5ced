// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include <asio/buffer.hpp>
#include <asio/error.hpp>
#include <asio/ssl/context.hpp>
#include <asio/ssl/error.hpp>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <socketiopp/transport/tls_options.hpp>

/// OpenSSL, set up for the connections of a listener.
namespace socketiopp::transport {

/// The encrypted bytes below a TLS connection.
class tls_wire {
public:
  /// As a stream's `read_some`.
  virtual std::size_t receive(std::span<char> into, std::error_code& error) = 0;
  /// Takes all of it, now or later: no write of OpenSSL's is ever left half done.
  virtual void send(std::string_view bytes) = 0;

protected:
  ~tls_wire() = default;
};

/// Certificates, and what else the connections of a listener share. Connections hold the one that they were
/// made from, and so outlive a change of certificates.
class tls_context {
  struct deleter {
    void operator()(SSL* connection) const { SSL_free(connection); }
    void operator()(BIO_METHOD* method) const { BIO_meth_free(method); }
  };

public:
  using connection = std::unique_ptr<SSL, deleter>;

  /// Throws `std::system_error` naming the option and the file, with OpenSSL's reason.
  explicit tls_context(tls_options const& options)
      : method_(BIO_meth_new(BIO_TYPE_SOURCE_SINK, "socketiopp")) {
    if (!method_) throw std::bad_alloc();
    BIO_meth_set_read(method_.get(), &receive);
    BIO_meth_set_write(method_.get(), &send);
    BIO_meth_set_ctrl(method_.get(), &control);
    set_up_protocol(options);
    set_up_certificate(options);
    set_up_clients(options);
  }

  /// From now on the connection goes over that wire, which must outlive it.
  static void redirect(connection& opened, tls_wire& wire) {
    BIO_set_data(SSL_get_rbio(opened.get()), &wire);
  }

  /// The server's end of a new connection over the wire, which must outlive it, as this must.
  connection open(tls_wire& wire) {
    connection opened(SSL_new(context_.native_handle()));
    BIO* const bio = BIO_new(method_.get());
    if (!opened || !bio) throw std::bad_alloc();
    BIO_set_data(bio, &wire);
    BIO_set_init(bio, 1);
    SSL_set_bio(opened.get(), bio, bio);
    SSL_set_accept_state(opened.get());
    return opened;
  }

private:
  // -- OpenSSL's view of the wire ------------------------------------------------------------------------

  static int receive(BIO* bio, char* into, int size) {
    BIO_clear_retry_flags(bio);
    std::error_code error;
    auto const received =
        static_cast<tls_wire*>(BIO_get_data(bio))->receive({into, static_cast<std::size_t>(size)}, error);
    if (!error) return static_cast<int>(received);
    if (error == std::errc::operation_would_block) BIO_set_retry_read(bio);
    return -1;
  }

  static int send(BIO* bio, char const* bytes, int size) {
    static_cast<tls_wire*>(BIO_get_data(bio))->send({bytes, static_cast<std::size_t>(size)});
    return size;
  }

  static long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH; }

  // -- options -------------------------------------------------------------------------------------------

  void set_up_protocol(tls_options const& options) {
    auto* const handle = context_.native_handle();
    SSL_CTX_set_min_proto_version(handle, TLS1_2_VERSION);
    SSL_CTX_set_options(handle, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(handle, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(handle, SSL_SESS_CACHE_OFF);  // clients keep their sessions, as tickets
    SSL_CTX_set_alpn_select_cb(handle, &select_protocol, nullptr);
    ERR_clear_error();
    if (!options.ciphers.empty() && SSL_CTX_set_cipher_list(handle, options.ciphers.c_str()) != 1)
      fail("ciphers", reason());
  }

  void set_up_certificate(tls_options const& options) {
    // Without a callback, OpenSSL would ask on the terminal.
    context_.set_password_callback([password = options.password](std::size_t, auto) { return password; });
    use("certificate_chain", options.certificate_chain, [&](asio::const_buffer text, std::error_code& error) {
      context_.use_certificate_chain(text, error);
    });
    use("private_key", options.private_key, [&](asio::const_buffer text, std::error_code& error) {
      context_.use_private_key(text, asio::ssl::context::pem, error);
    });
  }

  void set_up_clients(tls_options const& options) {
    auto const asked = options.client != client_certificate::none;
    if (asked == options.client_ca.empty())
      fail("client and client_ca go together", std::make_error_code(std::errc::invalid_argument));
    if (!asked) return;
    use("client_ca", options.client_ca, [&](asio::const_buffer text, std::error_code& error) {
      context_.add_certificate_authority(text, error);
    });
    auto const required = options.client == client_certificate::required;
    SSL_CTX_set_verify(context_.native_handle(),
                       SSL_VERIFY_PEER | (required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), nullptr);
    // Who verifies clients must say where a session belongs, or none is resumed.
    SSL_CTX_set_session_id_context(context_.native_handle(),
                                   reinterpret_cast<unsigned char const*>("socketiopp"), 10);
  }

  template <class Step> static void use(std::string const& option, pem const& given, Step step) {
    auto const text = given.read() + '\n';  // OpenSSL has no words for an empty one
    std::error_code error;
    step(asio::buffer(text), error);
    if (error.value() == static_cast<int>(ERR_R_PEM_LIB)) error = reason();  // what Asio has not asked for
    ERR_clear_error();
    if (error) fail(option + " " + given.name(), error);
  }

  static std::error_code reason() {
    return {static_cast<int>(ERR_get_error()), asio::error::get_ssl_category()};
  }

  [[noreturn]] static void fail(std::string const& what, std::error_code error) {
    throw std::system_error(error, "socketiopp: tls: " + what);
  }

  static int select_protocol(SSL*, unsigned char const** selected, unsigned char* size,
                             unsigned char const* offered, unsigned offered_size, void*) {
    static constexpr unsigned char spoken[] = "\x08http/1.1";
    auto** const into = const_cast<unsigned char**>(selected);
    auto const found = SSL_select_next_proto(into, size, spoken, sizeof(spoken) - 1, offered, offered_size);
    return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
  }

  std::unique_ptr<BIO_METHOD, deleter> method_;
  asio::ssl::context context_{asio::ssl::context::tls_server};
};

}  // namespace socketiopp::transport
