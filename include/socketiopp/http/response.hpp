// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cassert>
#include <concepts>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <socketiopp/http/grammar.hpp>
#include <socketiopp/http/request.hpp>

/// An HTTP response, and the text it becomes on the wire.
namespace socketiopp::http {

/// What a handler answers with.
struct response {
  int status = 200;                                          ///< three digits
  std::vector<std::pair<std::string, std::string>> headers;  ///< in the order of writing
  std::string body;  ///< any bytes; what answers HEAD keeps it, for its length

  /// The value of the first header of that name, null when there is none.
  std::string const* find(std::string_view name) const {
    auto const found = std::find_if(headers.begin(), headers.end(),
                                    [name](auto const& each) { return same_name(each.first, name); });
    return found == headers.end() ? nullptr : &found->second;
  }

  /// Makes `value` the only one of that name. (What may repeat, `Set-Cookie`, goes straight into `headers`.)
  void set(std::string_view name, std::string value) {
    std::erase_if(headers, [name](auto const& each) { return same_name(each.first, name); });
    headers.emplace_back(name, std::move(value));
  }
};

/// A fallback for what is not Socket.IO: looks at the request and fills in the response.
template <class T>
concept handler = std::invocable<T&, request const&, response&>;

/// A response of plain text in UTF-8.
inline response text(int status, std::string_view body) {
  return {.status = status,
          .headers = {{"Content-Type", "text/plain; charset=utf-8"}},
          .body = std::string(body)};
}

/// A response of JSON text.
inline response json(int status, std::string body) {
  return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = std::move(body)};
}

/// The reason phrase of a status; empty, which the grammar allows, for one that is not listed here.
constexpr std::string_view reason_phrase(int status) {
  switch (status) {
    case 100: return "Continue";
    case 101: return "Switching Protocols";
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 426: return "Upgrade Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    default: return "";
  }
}

/// Appends the response to `out` as HTTP/1.1 text, without its body when `head_only` (the answer to HEAD, or
/// a body that is written separately).
///
/// The framing is decided here: `Connection` says keep-alive or close, `Content-Length` is the size of the
/// body, and headers of these names or `Transfer-Encoding` in the response are left out. The exceptions: 1xx
/// has just the headers it was given; 204 and 304 have no body, and `Content-Length` only if it was given.
/// Throws `std::invalid_argument` naming the header if one would break out of its line; `out` is then
/// unchanged.
inline void serialize(response const& answer, bool keep_alive, bool head_only, std::string& out) {
  assert(answer.status >= 100 && answer.status <= 999);
  for (auto const& [name, value] : answer.headers) {
    if (!is_token(name) || !is_field_value(value)) throw std::invalid_argument("not an HTTP header: " + name);
  }
  std::size_t size = 128 + answer.body.size();  // what stands there anyway
  for (auto const& [name, value] : answer.headers) size += name.size() + value.size() + 4;
  out.reserve(out.size() + size);
  auto const interim = answer.status < 200;
  auto const bodiless = interim || answer.status == 204 || answer.status == 304;

  auto const line = [&out](std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
  };
  out.append("HTTP/1.1 ").append(std::to_string(answer.status)).append(1, ' ');
  out.append(reason_phrase(answer.status)).append("\r\n");
  for (auto const& [name, value] : answer.headers) {
    auto const ours = same_name(name, "transfer-encoding") || (!interim && same_name(name, "connection")) ||
                      (!bodiless && same_name(name, "content-length"));
    if (!ours) line(name, value);
  }
  if (!bodiless) line("Content-Length", std::to_string(answer.body.size()));
  if (!interim) line("Connection", keep_alive ? "keep-alive" : "close");
  out.append("\r\n");
  if (!bodiless && !head_only) out.append(answer.body);
}

}  // namespace socketiopp::http
