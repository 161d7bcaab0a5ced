// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <system_error>
#include <unordered_map>
#include <utility>

#include <socketiopp/core/incoming.hpp>
#include <socketiopp/engine/turn.hpp>
#include <socketiopp/meta/error.hpp>
#include <socketiopp/meta/unique_function.hpp>

/// The acknowledgements that a socket's client still owes.
namespace socketiopp::core {

/// Where the acknowledgement ids of questions to many begin, which are the same for all who are asked. Below
/// are those of questions to one socket. Some clients read ids into 32 bits.
inline constexpr std::uint32_t shared_ack_ids = std::uint32_t{1} << 30;

/// Each callback is called exactly once: with the answer, at its deadline, or when the socket goes.
template <class Policies> class pending_acks {
public:
  /// The second argument is null when the first is an error.
  using callback = unique_function<void(std::error_code, incoming<Policies> const*)>;

  explicit pending_acks(engine::turn& turn) : turn_(turn) {}
  pending_acks(pending_acks const&) = delete;
  pending_acks& operator=(pending_acks const&) = delete;

  std::size_t size() const { return waiting_.size(); }

  /// Awaits an answer under that id, which is not in use.
  void add(std::uint64_t id, callback done, engine::time_point deadline) {
    auto made = std::make_unique<entry>(*this, id, std::move(done));
    turn_.schedule(*made, deadline);
    waiting_.emplace(id, std::move(made));
  }

  /// An answer has come. Answers that nobody awaits are ignored (W-171).
  void settle(std::uint64_t id, incoming<Policies> const& answer) { finish(id, {}, &answer); }

  /// The answer is not awaited any more; its callback is not called.
  void forget(std::uint64_t id) { auto const node = waiting_.extract(id); }

  /// Fails everything that is awaited.
  void fail_all(std::error_code why) {
    while (!waiting_.empty()) finish(waiting_.begin()->first, why, nullptr);
  }

private:
  struct entry final : engine::timer {
    entry(pending_acks& in, std::uint64_t of, callback then) : acks(in), id(of), done(std::move(then)) {}
    void expired() override { acks.finish(id, errc::no_answer, nullptr); }

    pending_acks& acks;
    std::uint64_t id;
    callback done;
  };

  void finish(std::uint64_t id, std::error_code error, incoming<Policies> const* answer) {
    // Out of the table before the call: the callback may send, disconnect, or await again.
    if (auto const node = waiting_.extract(id)) node.mapped()->done(error, answer);
  }

  engine::turn& turn_;
  std::unordered_map<std::uint64_t, std::unique_ptr<entry>> waiting_;
};

}  // namespace socketiopp::core
