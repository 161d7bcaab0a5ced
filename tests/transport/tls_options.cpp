// SPDX-License-Identifier: MIT
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

#include <doctest/doctest.h>

#include <socketiopp/transport/tls_options.hpp>

using socketiopp::transport::pem;
using socketiopp::transport::tls_options;

TEST_CASE("tls_options: PEM is text, or read from a file whenever it is needed") {
  CHECK(pem().empty());
  CHECK(pem().read().empty());
  CHECK(pem::text("abc").read() == "abc");
  CHECK(!pem::text("abc").empty());
  CHECK(pem::text("secret").name() == "given as text");

  auto const path = std::filesystem::temp_directory_path() / "socketiopp_pem";
  auto const file = pem::file(path);
  CHECK(file.name() == path);
  for (std::size_t const size : {0u, 1u, 4095u, 4096u, 4097u, 100'000u}) {
    std::string const contents(size, 'x');
    std::ofstream(path, std::ios::binary) << contents;
    CHECK(file.read() == contents);
  }
  std::filesystem::remove(path);
}

TEST_CASE("tls_options: a file that cannot be read is named") {
  auto const says = [](std::string const& path) -> std::string {
    try {
      return pem::file(path).read();
    } catch (std::system_error const& error) {
      return error.what();
    }
  };
  CHECK(says("/no/file.pem") == "socketiopp: tls: /no/file.pem: No such file or directory");
  CHECK(says("/") == "socketiopp: tls: /: Is a directory");
  CHECK(says("") == "socketiopp: tls: : No such file or directory");
}

TEST_CASE("tls_options: nothing need be said") {
  tls_options const options;
  CHECK(options.certificate_chain.empty());
  CHECK(options.client == socketiopp::transport::client_certificate::none);
}
