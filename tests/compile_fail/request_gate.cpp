// expect: socketiopp: a request gate takes (http::request const&), perhaps http::response&, and
// expect: returns sio::admission or takes a trailing sio::decision
// SPDX-License-Identifier: MIT
#include <utility>

#include <socketiopp/options.hpp>

namespace sio = socketiopp;

void use(sio::server_options& options) {
#ifdef CORRECT
  options.allow_request = [](sio::http::request const& asked) {
    return asked.headers.find("origin") ? sio::admit : sio::refuse("no origin");
  };
  options.allow_request = [](sio::http::request const&, sio::http::response& answer) {
    answer.headers.emplace_back("X-Seen", "1");
    return sio::admit;
  };
  options.allow_request = [](sio::http::request const&, sio::decision later) { later(sio::admit); };
  options.allow_request = [](sio::http::request const&, sio::http::response&, sio::decision) {};
#else
  options.allow_request = [](sio::http::request const&) { return true; };
#endif
}
