// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include <socketiopp/contract/contract.hpp>
#include <socketiopp/core/home.hpp>
#include <socketiopp/core/namespace.hpp>
#include <socketiopp/core/part.hpp>
#include <socketiopp/core/targets.hpp>
#include <socketiopp/meta/unique_function.hpp>
#include <socketiopp/typed/gathering.hpp>
#include <socketiopp/typed/remote_socket.hpp>

/// Who is there, on all shards and all servers.
namespace socketiopp::detail {

/// Lists sockets as `Record`s, which are made from sockets, and from what other servers tell of theirs. Kept
/// by what it has posted.
template <class Record, class Policies> class roll_call final : public gathering<Policies> {
public:
  using list = std::vector<Record>;
  using callback = unique_function<void(std::error_code, list)>;

  roll_call(core::namespace_<Policies>& of, core::home& at, callback done)
      : gathering<Policies>(of, at), done_(std::move(done)) {}

  /// Once, from any thread.
  void call(core::targets of_whom) {
    if (auto* const others = this->ask_others(of_whom))
      others->fetch_sockets(
          of_whom, [kept = share()](std::error_code error, std::vector<core::remote_record> told) {
            kept->run_at_home([kept, error, told = std::move(told)] { kept->take_told(error, told); });
          });
    this->of().on_each_part([kept = share(), of_whom = std::move(of_whom)](core::part<Policies>& part) {
      list found;
      for (auto const& one : part.all(of_whom)) found.emplace_back(*one);
      kept->home().run([kept, found = std::move(found)]() mutable { kept->take({}, std::move(found)); });
    });
  }

  void cancel() override { done_ = nullptr; }

private:
  std::shared_ptr<roll_call> share() { return std::static_pointer_cast<roll_call>(this->shared_from_this()); }

  // -- at home -----------------------------------------------------------------------------------------

  void take_told(std::error_code error, std::vector<core::remote_record> const& told) {
    list found;
    for (auto const& one : told) found.emplace_back(this->of(), one, error);
    take(error, std::move(found));
  }

  void take(std::error_code error, list found) {
    if (error) error_ = error;
    for (auto& each : found) found_.push_back(std::move(each));
    if (!this->all_heard()) return;
    if (auto const done = std::exchange(done_, nullptr)) done(error_, std::move(found_));
  }

  callback done_;
  list found_;
  std::error_code error_;
};

}  // namespace socketiopp::detail
