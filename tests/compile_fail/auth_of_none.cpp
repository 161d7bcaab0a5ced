// expect: socketiopp: auth: the contract has no auth
// SPDX-License-Identifier: MIT
#include "chat.hpp"

struct guarded : chat {
  struct auth {
    std::string token;
  };
};

#ifdef CORRECT
using contract = guarded;
#else
using contract = chat;
#endif

auto const& use(sio::socket<contract>& s) { return s.auth(); }
