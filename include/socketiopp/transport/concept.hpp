// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <socketiopp/meta/unique_function.hpp>

/// Where a server's byte streams come from.
namespace socketiopp::transport {

/// A byte stream that never blocks. Reading and writing say `std::errc::operation_would_block` when there is
/// nothing to do now, and then the matching wait tells when there is. Any other error means that the stream
/// has ended. `loopback::stream` documents it.
///
/// `ready` is called once, as work of the stream's context: never from within the wait itself, even if there
/// is something to do already. At most one wait of each kind is under way. Closing the stream ends it
/// without a call, or with one that says so; a stream is not moved after its first wait, but see
/// `movable_to`.
template <class T>
concept stream = std::move_constructible<T> &&
    requires(T& bytes, T const& seen, std::span<char> into, std::span<std::string_view const> pieces,
             std::error_code& error, unique_function<void(std::error_code)> ready) {
  { bytes.read_some(into, error) } -> std::same_as<std::size_t>;     // 0 with an error, and only then
  { bytes.write_some(pieces, error) } -> std::same_as<std::size_t>;  // as many bytes as are taken now; so too
  bytes.wait_readable(std::move(ready));
  bytes.wait_writable(std::move(ready));
  bytes.shutdown();  // nothing more will be written; the peer may still write
  bytes.close();     // at once; may be called again
  { seen.remote_address() } -> std::convertible_to<std::string>;  // without a port
  { T::secure } -> std::convertible_to<bool>;                     // whether the peer's bytes are encrypted
};

/// A stream that can leave its context for another one, `std::move(bytes).to(context)`, as it does where the
/// executor has several. Nothing is lost, and what waits for it where it was is not called, or with an error.
template <class T, class Context>
concept movable_to = requires(T bytes, Context& other) {
  { std::move(bytes).to(other) } -> std::same_as<T>;
};

/// A listener that can be made again for each of several contexts, `T(context, first)`: then the system gives
/// each of them a part of the connections. The others leave that to the first, which hands them out in turn.
template <class T, class Context>
concept repeatable_on = std::constructible_from<T, Context&, T const&>;

/// The policy: streams, and listeners that accept them on a context of the executor. A listener is made from
/// that context and what `listen` was given, `T::listener(context, args...)`; it throws `std::system_error`
/// naming the place if it cannot listen there. What it, or a stream, needs of the context beyond `post`
/// (`tcp` needs `io_context()`) says which executors it goes with.
template <class T, class Context>
concept policy = stream<typename T::stream> &&
    requires(typename T::listener& door, unique_function<void(typename T::stream)> accepted) {
  door.accept(std::move(accepted));  // calls it there with every stream that comes, until closed
  door.pause();                      // accepts none until `resume`, but lets them wait; may be called again
  door.resume();                     // may be called again
  door.close();                      // may be called again
};

}  // namespace socketiopp::transport
