// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>

#include <socketiopp/meta/unique_function.hpp>

/// Who runs a server's work, and what time it is there.
namespace socketiopp::executor {

/// A place where work runs one piece after the other: what a shard lives on. `caller` documents it.
///
/// Nothing is run from within these calls, nor after the executor's end: work that is left then is dropped.
template <class T>
concept context = requires(T& place, T const& seen, unique_function<void()> work,
                           std::chrono::steady_clock::time_point when) {
  place.post(std::move(work));                   // from any thread: runs the work here, later, in order
  { seen.here() } -> std::convertible_to<bool>;  // whether the caller runs here
  { seen.now() } -> std::same_as<std::chrono::steady_clock::time_point>;  // the time
  place.on_wake(std::move(work));  // sets what is called at the time that `wake_at` set last
  place.wake_at(when);             // once; a time that has passed is soon
  place.sleep();                   // forgets that time
};

/// The policy: one or more such places, and how they are run. It is made from what the server's constructor
/// was given after the options, and stays where it is. Nothing is run before the server is made. Where a port
/// is to be shared by several places, each says so, `is_one_of_several()`, to what listens there.
template <class T>
concept policy = requires(T& executor, T const& seen, std::size_t i) {
  { seen.size() } -> std::convertible_to<std::size_t>;  // how many places there are
  { executor[i] } -> context;
  executor.run();   // runs work until stopped, where the executor has a thread to lend
  executor.stop();  // ends `run`; called as work, after the server has let go of everything
};

}  // namespace socketiopp::executor
