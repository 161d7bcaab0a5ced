// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>

#include <socketiopp/core/socket.hpp>
#include <socketiopp/typed/handlers.hpp>

/// What sockets of all contracts have beside what the core keeps.
namespace socketiopp::detail {

/// A socket that may have handlers of its own.
template <class Policies> class listening_socket : public core::socket<Policies> {
public:
  using core::socket<Policies>::socket;

  event_handlers<Policies>* handlers_if_any() const { return own_.get(); }

protected:
  /// Its handlers, for so many events that its contract lists.
  event_handlers<Policies>& handlers_for(std::size_t listed) {
    if (!own_) own_ = std::make_unique<event_handlers<Policies>>(listed);
    return *own_;
  }

private:
  std::unique_ptr<event_handlers<Policies>> own_;  // few sockets have any
};

}  // namespace socketiopp::detail
