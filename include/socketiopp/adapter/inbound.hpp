// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <socketiopp/core/core.hpp>
#include <socketiopp/core/elsewhere.hpp>
#include <socketiopp/core/targets.hpp>
#include <socketiopp/json/arguments.hpp>
#include <socketiopp/meta/unique_function.hpp>
#include <socketiopp/parser/outgoing.hpp>
#include <socketiopp/parser/values.hpp>
#include <socketiopp/typed/inquiry.hpp>
#include <socketiopp/typed/roll_call.hpp>

/// What other servers want done to a namespace, done here: the other end of an adapter's links.
namespace socketiopp::adapter {

/// For the link of that namespace, as long as the link lives. From any thread; what is called back is called
/// on one of the server's.
template <class Policies> class inbound {
public:
  explicit inbound(core::namespace_<Policies>& of) : of_(of) {}

  std::string const& nsp() const { return of_.name(); }

  void emit(core::targets to, parser::delivery how, std::string_view name, arguments const& values) const {
    of_.send_here(
        std::move(to),
        parser::encode_event_at<format>(of_.name(), of_.offset(how.is_volatile), name, values).with(how));
  }

  /// Calls `counted` with how many clients are asked, `each` with what each answers or why it does not, and
  /// `done` after the last of them.
  void emit_with_ack(core::targets to, parser::delivery how, std::string_view name, arguments const& values,
                     std::chrono::milliseconds limit, unique_function<void(std::size_t)> counted,
                     core::each_remote_callback each, core::done_callback done) const {
    auto const id = of_.next_ack_id();
    to.local = true;
    auto const asked = std::make_shared<detail::inquiry<arguments, Policies>>(
        of_, of_.nearest_shard(), std::string(name), id,
        [each = std::move(each)](std::string_view from, std::error_code error, arguments answer) {
          each({std::string(from), error, std::move(answer)});
        },
        std::move(done));
    asked->count_for(std::move(counted));
    asked->ask(std::move(to), parser::encode_event<format>(of_.name(), id, name, values).with(how), limit);
  }

  void sockets_join(core::targets const& to, std::vector<std::string> const& rooms) const {
    of_.sockets_join_here(to, rooms);
  }
  void sockets_leave(core::targets const& to, std::vector<std::string> const& rooms) const {
    of_.sockets_leave_here(to, rooms);
  }
  void disconnect_sockets(core::targets const& to, bool close) const {
    of_.disconnect_sockets_here(to, close);
  }

  void fetch_sockets(core::targets of_whom, core::records_callback done) const {
    of_whom.local = true;
    auto const call = std::make_shared<detail::roll_call<described, Policies>>(
        of_, of_.nearest_shard(),
        [done = std::move(done)](std::error_code error, std::vector<described> all) {
          done(error, {std::make_move_iterator(all.begin()), std::make_move_iterator(all.end())});
        });
    call->call(std::move(of_whom));
  }

  /// `reply` may be null.
  void server_side_emit(std::string name, arguments values, unique_function<void(arguments)> reply) const {
    of_.heard(std::move(name), std::move(values), std::move(reply));
  }

private:
  using format = core::format_of<Policies>;

  struct described : core::remote_record {
    explicit described(core::socket<Policies>& seen)
        : core::remote_record{std::string(seen.id().view()), seen.handshake(), seen.rooms(),
                              seen.in().of().describe_data(seen)} {}
    described(core::namespace_<Policies>&, core::remote_record told, std::error_code&)
        : core::remote_record(std::move(told)) {}
  };

  core::namespace_<Policies>& of_;
};

}  // namespace socketiopp::adapter
