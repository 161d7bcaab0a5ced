// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

#include <socketiopp/core/home.hpp>
#include <socketiopp/core/namespace.hpp>
#include <socketiopp/core/targets.hpp>
#include <socketiopp/parser/outgoing.hpp>
#include <socketiopp/typed/asker.hpp>
#include <socketiopp/typed/callback.hpp>
#include <socketiopp/typed/emitter.hpp>
#include <socketiopp/typed/fwd.hpp>
#include <socketiopp/typed/inquiry.hpp>
#include <socketiopp/typed/responses.hpp>
#include <socketiopp/typed/rooms.hpp>

/// Some of a namespace's sockets: to emit to, to ask, to move and to list.
namespace socketiopp {

/// Immutable: each call gives a new selection, so that one can be kept and narrowed several times. Rooms add
/// up, exceptions win, and nobody gets a packet twice (F-140 to F-142). A socket's id is a room in which it
/// is alone. May be used from any thread, while the server lives.
///
/// `emit_with_ack` gets what all have answered: its callback is `(std::error_code, sio::responses<R>)`,
/// called once, on the caller's shard if it is on one, else on the first, with `errc::no_answer` if one or
/// more acknowledgements are missing (F-146, F-147). Where nobody is asked that is at once (F-157). Otherwise
/// it is as in `socket::emit_with_ack`: who goes is not waited for, and one of whom too many answers are
/// awaited is not asked. `emit_with_each_ack` gives the answers as they come.
template <contract C, class Policies> class selection : public detail::emitter<C, selection<C, Policies>>,
                                                        public detail::many_asker<C, selection<C, Policies>> {
public:
  using format = core::format_of<Policies>;

  selection(core::namespace_<Policies>& of, core::targets chosen)
      : of_(&of), kept_(of.keep()), targets_(std::move(chosen)) {}

  /// Adds rooms to send to: names, or ranges of them.
  template <class... Rooms> selection to(Rooms const&... rooms) const& {
    return selection(*this).to(rooms...);
  }
  template <class... Rooms> selection to(Rooms const&... rooms) && {
    detail::for_each_room([this](std::string_view room) { targets_.rooms.emplace_back(room); }, rooms...);
    targets_.some = true;
    return std::move(*this);
  }
  /// The same as `to`.
  template <class... Rooms> selection in(Rooms const&... rooms) const& { return to(rooms...); }
  template <class... Rooms> selection in(Rooms const&... rooms) && { return std::move(*this).to(rooms...); }
  /// Leaves out those in some rooms.
  template <class... Rooms> selection except(Rooms const&... rooms) const& {
    return selection(*this).except(rooms...);
  }
  template <class... Rooms> selection except(Rooms const&... rooms) && {
    detail::for_each_room([this](std::string_view room) { targets_.except.emplace_back(room); }, rooms...);
    return std::move(*this);
  }

  /// Leaves out those on other servers (F-145).
  selection local() const& { return selection(*this).local(); }
  selection local() && {
    targets_.local = true;
    return std::move(*this);
  }
  /// Drops what is emitted for those for whom it would have to wait: positions, not news (F-143).
  selection volatile_() const& { return selection(*this).volatile_(); }
  selection volatile_() && {
    how_.is_volatile = true;
    return std::move(*this);
  }
  /// Whether what is emitted may be compressed, where that is agreed on (F-144). It may unless told.
  selection compress(bool allowed) const& { return selection(*this).compress(allowed); }
  selection compress(bool allowed) && {
    how_.compress = allowed;
    return std::move(*this);
  }
  /// How long acknowledgements may take, in place of the server's `ack_timeout`; a year at most.
  selection timeout(std::chrono::milliseconds limit) const& { return selection(*this).timeout(limit); }
  selection timeout(std::chrono::milliseconds limit) && {
    limit_ = detail::bounded_limit(limit);
    return std::move(*this);
  }

  /// Has them all enter rooms: names, or ranges of them (F-148). On other threads' shards that is done later.
  template <class... Rooms> void sockets_join(Rooms const&... rooms) const {
    of_->calls().sockets_join(targets_, detail::room_names(rooms...));
  }
  /// Has them all leave rooms.
  template <class... Rooms> void sockets_leave(Rooms const&... rooms) const {
    of_->calls().sockets_leave(targets_, detail::room_names(rooms...));
  }
  /// Takes them all out of the namespace, or ends their connections; see `socket::disconnect`.
  void disconnect_sockets(bool close = false) const { of_->calls().disconnect_sockets(targets_, close); }

  /// Lists them: calls back `(std::error_code, std::vector<sio::remote_socket<C>>)`, once, on the caller's
  /// shard if it is on one, else on the first; or takes a completion token (F-148). An error says that other
  /// servers have not told theirs, or not all of it: those that are listed are there all the same.
  template <class Last> auto fetch_sockets(Last&& last) const {
    using found = std::vector<remote_socket<C, Policies>>;
    constexpr bool copies = std::is_copy_constructible_v<typename detail::data_of<C>::type>;
    static_assert(copies, "socketiopp: fetch_sockets: the contract's data cannot be copied");
    constexpr bool fits = detail::callback_fit<std::decay_t<Last>, found>::fits;
    static_assert(fits,
                  "socketiopp: fetch_sockets: the argument is a callback (std::error_code, "
                  "std::vector<sio::remote_socket<C>>)");
    if constexpr (copies && fits) {
      auto& home = of_->calls().nearest_home();
      return detail::begin<std::error_code, found>(
          home.place(),
          [from = *this, &home](auto done) {
            using roll_call = detail::roll_call<remote_socket<C, Policies>, Policies>;
            auto const call = std::make_shared<roll_call>(*from.of_, home, std::move(done));
            call->call(from.targets_);
            return call->canceller();
          },
          std::forward<Last>(last));
    }
  }

private:
  friend detail::emitter<C, selection>;
  friend detail::asker<C, selection>;
  template <contract Any, class P, class Derived> friend class detail::broadcaster;
  friend detail::timed_remote<C, Policies>;
  friend remote_socket<C, Policies>;

  std::string_view nsp() const { return of_->name(); }
  std::uint64_t offset() const { return of_->offset(how_.is_volatile); }
  std::uint64_t next_ack_id() const { return of_->next_ack_id(); }
  void deliver(parser::outgoing packet) const { of_->calls().send(targets_, std::move(packet).with(how_)); }

  template <class R, class Last>
  auto ask(std::string_view event, std::uint64_t id, parser::outgoing packet, Last&& last) const {
    constexpr bool fits = detail::callback_fit<std::decay_t<Last>, responses<R>>::fits;
    static_assert(fits,
                  "socketiopp: emit_with_ack: the last argument is a callback (std::error_code, "
                  "sio::responses<R>), where R is the event's acknowledgement");
    if constexpr (fits) {
      auto& home = of_->calls().nearest_home();
      return detail::begin<std::error_code, responses<R>>(
          home.place(),
          [inquire = inquirer<R>(home, event, id, std::move(packet))](auto done) {
            struct result {
              decltype(done) callback;
              responses<R> all;
            };
            auto const kept = std::make_shared<result>(result{std::move(done), {}});
            return inquire([kept](std::string_view who, std::error_code error,
                                  R value) { kept->all.add(who, error, std::move(value)); },
                           [kept](std::error_code error) { kept->callback(error, std::move(kept->all)); });
          },
          std::forward<Last>(last));
    }
  }

  template <class R, class Each, class Done> auto ask(std::string_view event, std::uint64_t id,
                                                      parser::outgoing packet, Each&& each,
                                                      Done&& done) const {
    constexpr bool each_fits = std::is_invocable_v<std::decay_t<Each>&, std::string_view, std::error_code, R>;
    static_assert(each_fits,
                  "socketiopp: emit_with_each_ack: the last argument but one is called with "
                  "(std::string_view id, std::error_code, R), where R is the event's acknowledgement");
    constexpr bool done_fits = std::is_invocable_v<std::decay_t<Done>&, std::error_code> ||
                               detail::completion_token<Done, std::error_code>;
    static_assert(done_fits,
                  "socketiopp: emit_with_each_ack: the last argument is a callback (std::error_code)");
    if constexpr (each_fits && done_fits) {
      auto& home = of_->calls().nearest_home();
      return detail::begin<std::error_code>(
          home.place(),
          [inquire = inquirer<R>(home, event, id, std::move(packet)),
           each = std::decay_t<Each>(std::forward<Each>(each))](auto end) mutable {
            return inquire(std::move(each), std::move(end));
          },
          std::forward<Done>(done));
    }
  }

  /// What asks them, when it is called with `each` and `done`, and gives what cancels that.
  template <class R>
  auto inquirer(core::home& home, std::string_view event, std::uint64_t id, parser::outgoing packet) const {
    return [from = *this, &home, event = std::string(event), id, packet = std::move(packet).with(how_)](
               auto each, auto done) {
      auto const limit = from.limit_.value_or(home.options().ack_timeout);
      auto const asked = std::make_shared<detail::inquiry<R, Policies>>(*from.of_, home, event, id,
                                                                        std::move(each), std::move(done));
      asked->ask(from.targets_, packet, limit);
      return asked->canceller();
    };
  }

  core::namespace_<Policies>* of_;
  std::shared_ptr<void const> kept_;  // only where the namespace could go
  core::targets targets_;
  parser::delivery how_;
  std::optional<std::chrono::milliseconds> limit_;
};

}  // namespace socketiopp
