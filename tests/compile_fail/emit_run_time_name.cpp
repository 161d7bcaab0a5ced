// expect: socketiopp: emit: a run-time name needs an open contract (static constexpr bool open = true)
// SPDX-License-Identifier: MIT
#include "chat.hpp"

#ifdef CORRECT
using contract = sio::any;
#else
using contract = chat;
#endif

void use(sio::socket<contract>& s, std::string const& name) { s.emit(name, 1); }
