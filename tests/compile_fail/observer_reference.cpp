// expect: socketiopp: observer: events are taken by const reference
// SPDX-License-Identifier: MIT
#include <socketiopp/observer/concept.hpp>

namespace sio = socketiopp;

struct watcher {
#ifdef CORRECT
  void operator()(sio::observer::socket_connected const&) {}
#else
  void operator()(sio::observer::socket_connected&) {}
#endif
};

void use(watcher& watching) {
  sio::observer::tell(watching, sio::observer::socket_connected{"/", "x", false});
}
