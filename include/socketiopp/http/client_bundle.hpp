// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <system_error>

#include <socketiopp/http/files.hpp>

/// The JavaScript client, served by the server it talks to (F-225).
namespace socketiopp::http {

/// Serves the browser builds of the npm package socket.io-client, and no other file of its folder.
class client_bundle {
public:
  /// `dist` is the folder of that name in the package. Throws `std::system_error` naming what is not there.
  explicit client_bundle(std::string const& dist) : files_(dist) {
    if (!files_.has("socket.io.js"))
      throw std::system_error(std::make_error_code(std::errc::no_such_file_or_directory),
                              dist + "/socket.io.js");
  }

  /// Answers with the file of that name. Returns false, with the response untouched, if the bundle has no
  /// such file.
  bool serve(std::string_view name, request const& asked, response& answer) const {
    static constexpr std::string_view names[] = {
        "socket.io.js",
        "socket.io.js.map",
        "socket.io.min.js",
        "socket.io.min.js.map",
        "socket.io.esm.min.js",
        "socket.io.esm.min.js.map",
        "socket.io.msgpack.min.js",
        "socket.io.msgpack.min.js.map",
    };
    for (auto const known : names)
      if (name == known) return files_.send(name, asked, answer), true;
    return false;
  }

private:
  files files_;
};

}  // namespace socketiopp::http
