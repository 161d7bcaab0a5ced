// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <socketiopp/core/fwd.hpp>
#include <socketiopp/core/incoming.hpp>
#include <socketiopp/core/shard.hpp>
#include <socketiopp/core/slice.hpp>
#include <socketiopp/engine/reason.hpp>

/// A namespace without types: what the core asks of it, and how it reaches its sockets on all shards.
namespace socketiopp::core {

/// The answer to a client that wants to connect: a socket, or why not.
template <class Json> struct admission {
  std::unique_ptr<socket<Json>> admitted;
  std::string refusal;  ///< the `message` of the connect_error
};

template <class Json> class namespace_ {
public:
  namespace_(std::string name, std::vector<std::unique_ptr<shard<Json>>> const& shards)
      : name_(std::move(name)) {
    for (auto const& shard : shards) slices_.push_back(std::make_unique<slice<Json>>(*this, *shard));
  }
  namespace_(namespace_ const&) = delete;
  namespace_& operator=(namespace_ const&) = delete;
  virtual ~namespace_() = default;

  std::string const& name() const { return name_; }
  slice<Json>& on(std::size_t shard) { return *slices_[shard]; }

  /// Sends the packet to the targets on every shard. From any thread; on a shard's own thread it reaches that
  /// shard's sockets before this returns.
  void send(targets to, outgoing packet) {
    for (auto const& part : slices_) {
      auto& shard = part->on();
      if (shard.here())
        part->send(to, packet);
      else
        shard.post([&part = *part, to, packet] { part.send(to, packet); });
    }
  }

  // -- what a namespace does, on the shard of the socket; none of it may throw ---------------------------

  /// A client wants to connect. `auth` is what its CONNECT carried, an object, if it carried anything.
  virtual admission<Json> admit(connection<Json>& client, slice<Json>& where,
                                std::optional<typename Json::view> auth) = 0;
  virtual void on_connect(socket<Json>& who) = 0;
  virtual void on_event(socket<Json>& who, incoming<Json> const& event) = 0;
  virtual void on_disconnecting(socket<Json>& who, reason why) = 0;
  virtual void on_disconnect(socket<Json>& who, reason why) = 0;
  virtual void on_drain(socket<Json>& who) = 0;
  virtual void on_error(socket<Json>& who, event_error const& what) = 0;

private:
  std::string name_;
  std::vector<std::unique_ptr<slice<Json>>> slices_;
};

}  // namespace socketiopp::core
