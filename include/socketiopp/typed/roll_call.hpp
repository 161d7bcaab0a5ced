// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <iterator>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include <socketiopp/contract/contract.hpp>
#include <socketiopp/core/core.hpp>
#include <socketiopp/meta/unique_function.hpp>
#include <socketiopp/typed/gathering.hpp>
#include <socketiopp/typed/remote_socket.hpp>

/// Who is there, on all shards.
namespace socketiopp::detail {

/// Kept by what it has posted.
template <contract C, class Policies> class roll_call final : public gathering<Policies> {
public:
  using list = std::vector<remote_socket<C, Policies>>;
  using callback = unique_function<void(std::error_code, list)>;

  roll_call(core::namespace_<Policies>& of, core::shard<Policies>& at, callback done)
      : gathering<Policies>(of, at), done_(std::move(done)) {}

  /// Once, from any thread.
  void call(core::targets of_whom) {
    this->of().on_each_shard([kept = share(), of_whom = std::move(of_whom)](core::slice<Policies>& part) {
      list found;
      for (auto const& one : part.all(of_whom)) found.emplace_back(*one);
      kept->home().run([kept, found = std::move(found)]() mutable { kept->take(std::move(found)); });
    });
  }

  void cancel() override { done_ = nullptr; }

private:
  std::shared_ptr<roll_call> share() { return std::static_pointer_cast<roll_call>(this->shared_from_this()); }

  void take(list found) {
    std::move(found.begin(), found.end(), std::back_inserter(found_));
    if (!this->all_heard()) return;
    if (auto const done = std::exchange(done_, nullptr)) done({}, std::move(found_));
  }

  callback done_;
  list found_;
};

}  // namespace socketiopp::detail
