// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <socketiopp/http/header_list.hpp>

/// An HTTP request that has been read: plain data that owns its text.
namespace socketiopp::http {

/// A request as handlers see it. Cheap to move.
struct request {
  std::string method;          ///< as sent: "GET"
  std::string target;          ///< as sent: "/a%20b?c=d"
  std::string path;            ///< of the target, percent-decoded: "/a b"; it may hold any byte but NUL
  std::string query;           ///< of the target, what follows the first '?', not decoded: "c=d"
  int minor = 1;               ///< HTTP/1.0 or HTTP/1.1
  header_list headers;         ///< without those that trail a chunked body
  std::string body;            ///< without the chunk framing
  std::string remote_address;  ///< of the peer; filled in by the server

  /// Whether the peer lets the connection be used again after the response (RFC 9112, 9.3).
  bool keep_alive() const {
    if (headers.has_token("connection", "close")) return false;
    return minor >= 1 || headers.has_token("connection", "keep-alive");
  }
};

}  // namespace socketiopp::http
