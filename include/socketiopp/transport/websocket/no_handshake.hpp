// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include <websocketpp/common/memory.hpp>
#include <websocketpp/uri.hpp>

/// The side of websocketpp that is not used: handshakes are transport/websocket/handshake.hpp's.
namespace socketiopp::transport::websocket {

/// Stands for the requests and responses that `hybi13` asks of its config. Its functions for the handshake
/// are virtual, so that they are compiled although nobody calls them: this leaves little to compile.
struct no_http {
  static std::string const& get_method() { return nothing(); }
  static std::string const& get_version() { return nothing(); }
  static std::string const& get_header(char const*) { return nothing(); }
  static bool get_header_as_plist(char const*, auto&) { return true; }
  static int get_status_code() { return 0; }
  static std::string const& raw() { return nothing(); }
  static void set_method(char const*) {}
  static void set_uri(std::string const&) {}
  static void set_version(char const*) {}
  static void append_header(char const*, std::string const&) {}
  static void replace_header(char const*, std::string const&) {}

private:
  static std::string const& nothing() {
    static std::string const empty;
    return empty;
  }
};
struct no_request : no_http {};
struct no_response : no_http {};

/// Found in place of websocketpp's own.
inline websocketpp::uri_ptr get_uri_from_host(no_request const&, std::string const&) { return {}; }

}  // namespace socketiopp::transport::websocket
