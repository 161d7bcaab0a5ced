// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

// Certificates made for a test, in PEM.
namespace certificates {

struct deleter {
  void operator()(BIO* p) const { BIO_free(p); }
  void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
  void operator()(X509* p) const { X509_free(p); }
};
template <class T> using owned = std::unique_ptr<T, deleter>;

struct identity {
  owned<EVP_PKEY> key{EVP_EC_gen("P-256")};
  owned<X509> certificate{X509_new()};

  // Signed by the issuer, or by itself.
  explicit identity(std::string const& name, identity const* issuer = nullptr) {
    auto* const x = certificate.get();
    X509_set_version(x, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
    X509_gmtime_adj(X509_getm_notBefore(x), -3600);
    X509_gmtime_adj(X509_getm_notAfter(x), 3600);
    X509_set_pubkey(x, key.get());
    X509_NAME_add_entry_by_NID(X509_get_subject_name(x), NID_commonName, MBSTRING_UTF8,
                               reinterpret_cast<unsigned char const*>(name.c_str()), -1, -1, 0);
    auto* const may_issue =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_basic_constraints, issuer ? "CA:FALSE" : "CA:TRUE");
    X509_add_ext(x, may_issue, -1);
    X509_EXTENSION_free(may_issue);
    auto const& by = issuer ? *issuer : *this;
    X509_set_issuer_name(x, X509_get_subject_name(by.certificate.get()));
    X509_sign(x, by.key.get(), EVP_sha256());
  }

  std::string certificate_pem() const {
    return text([this](BIO* to) { PEM_write_bio_X509(to, certificate.get()); });
  }
  std::string key_pem(std::string const& password = "") const {
    auto const* const cipher = password.empty() ? nullptr : EVP_aes_128_cbc();
    auto const* const word = reinterpret_cast<unsigned char const*>(password.c_str());
    return text([&](BIO* to) {
      PEM_write_bio_PrivateKey(to, key.get(), cipher, word, static_cast<int>(password.size()), nullptr,
                               nullptr);
    });
  }

private:
  static std::string text(auto&& write) {
    owned<BIO> const memory(BIO_new(BIO_s_mem()));
    write(memory.get());
    char* bytes = nullptr;
    auto const size = BIO_get_mem_data(memory.get(), &bytes);
    return {bytes, static_cast<std::size_t>(size)};
  }
};

}  // namespace certificates
