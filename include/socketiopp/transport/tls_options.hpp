// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

/// What a TLS listener is told: certificates, keys and whom to trust.
namespace socketiopp::transport {

/// Certificates or a key in PEM: the path of a file, which is read when it is needed, or the text itself.
class pem {
public:
  pem() = default;
  static pem file(std::string path) { return {true, std::move(path)}; }
  static pem text(std::string contents) { return {false, std::move(contents)}; }

  /// Whether neither was given.
  bool empty() const { return value_.empty(); }
  /// What error messages call it; never the text.
  std::string name() const { return is_file_ ? value_ : "given as text"; }

  /// The text. Throws `std::system_error` naming the file if that cannot be read.
  std::string read() const {
    if (!is_file_) return value_;
    struct closer {
      void operator()(std::FILE* file) const { std::fclose(file); }
    };
    std::unique_ptr<std::FILE, closer> const file(std::fopen(value_.c_str(), "rb"));
    std::string contents;
    char block[4096];
    while (file && !std::feof(file.get()) && !std::ferror(file.get()))
      contents.append(block, std::fread(block, 1, sizeof(block), file.get()));
    if (!file || std::ferror(file.get()))
      throw std::system_error(errno, std::system_category(), "socketiopp: tls: " + value_);
    return contents;
  }

private:
  pem(bool is_file, std::string value) : value_(std::move(value)), is_file_(is_file) {}

  std::string value_;
  bool is_file_ = false;
};

/// Whether clients show a certificate.
enum class client_certificate : std::uint8_t {
  none,      ///< they are not asked
  optional,  ///< they are asked; one that `client_ca` does not vouch for ends the connection
  required,  ///< and so does none
};

/// The options of `transport::tls`. TLS 1.2 and 1.3 are spoken; renegotiation and compression are not.
struct tls_options {
  pem certificate_chain = {};  ///< the server's own certificate, then those between it and the root
  pem private_key = {};        ///< of the server's own certificate
  std::string password = {};   ///< of the private key, if it is encrypted
  client_certificate client = client_certificate::none;  ///< goes with `client_ca`: neither stands alone
  pem client_ca = {};                                    ///< who may vouch for clients
  std::string ciphers = {};  ///< for TLS 1.2, in OpenSSL's notation; those of TLS 1.3 are all good
};

}  // namespace socketiopp::transport
