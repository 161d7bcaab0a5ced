// expect: socketiopp: on: the handler of a run-time name takes (socket&, sio::arguments) or (sio::arguments),
// and perhaps a trailing sio::ack<sio::arguments> SPDX-License-Identifier: MIT
#include "chat.hpp"

#ifdef CORRECT
using parameter = sio::arguments;
#else
using parameter = int;
#endif

void use(sio::namespace_<sio::any>& lobby) {
  lobby.on("say", [](parameter) {});
}
