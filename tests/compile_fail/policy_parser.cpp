// expect: socketiopp: policies: parser is none; see parser/concept.hpp
// SPDX-License-Identifier: MIT
#include <socketiopp/server.hpp>

namespace sio = socketiopp;

struct curt {
  template <class Json> struct format : sio::parser::text::format<Json> {
#ifndef CORRECT
    static sio::engine::shared_packet disconnected();  // without the namespace
#endif
  };
};

struct policies : sio::default_policies {
  using parser = curt;
};

struct chat {
  using to_server = sio::events<sio::event<"say", bool(std::string text)>>;
  using to_client = sio::events<sio::event<"said", void(std::string text)>>;
};

// All that reads and writes packets is here, and none of it is to be heard of.
void use(sio::basic_server<policies>& io) {
  io.of<chat>().on<"say">([](sio::socket<chat, policies>& s, std::string text) {
    s.broadcast().emit<"said">(text);
    return true;
  });
  io.run();
}
