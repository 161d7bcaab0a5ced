// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include <socketiopp/engine/admission.hpp>
#include <socketiopp/engine/place.hpp>
#include <socketiopp/http/request.hpp>
#include <socketiopp/http/response.hpp>
#include <socketiopp/meta/unique_function.hpp>

/// What the program lets in.
namespace socketiopp {

/// A function of the program's that is asked about a request: `(http::request const&)`, and then, if it
/// wants, `http::response&` to add headers to the answer; it returns an `admission`, or takes a trailing
/// `decision` to answer later. What it throws is a refusal.
class request_gate {
public:
  request_gate() = default;

  template <class F>
    requires(!std::is_same_v<std::remove_cvref_t<F>, request_gate>)
  request_gate(F gate) {
    using request = http::request const&;
    using response = http::response&;
    if constexpr (std::is_invocable_r_v<admission, F&, request>)
      ask_ = [gate = std::move(gate)](request asked, response, decision answer) mutable {
        answer(gate(asked));
      };
    else if constexpr (std::is_invocable_r_v<admission, F&, request, response>)
      ask_ = [gate = std::move(gate)](request asked, response headers, decision answer) mutable {
        answer(gate(asked, headers));
      };
    else if constexpr (std::is_invocable_v<F&, request, decision>)
      ask_ = [gate = std::move(gate)](request asked, response, decision answer) mutable {
        gate(asked, std::move(answer));
      };
    else if constexpr (std::is_invocable_v<F&, request, response, decision>)
      ask_ = std::move(gate);
    else
      static_assert(!sizeof(F),
                    "socketiopp: a request gate takes (http::request const&), perhaps http::response&, and "
                    "returns sio::admission or takes a trailing sio::decision");
  }

  explicit operator bool() const { return static_cast<bool>(ask_); }

  void operator()(http::request const& asked, http::response& headers, decision answer) const {
    ask_(asked, headers, std::move(answer));
  }

private:
  unique_function<void(http::request const&, http::response&, decision)> ask_;
};

}  // namespace socketiopp

namespace socketiopp::transport {

/// A request on its way through gates. Owned by its connection: if that goes, no answer matters any more.
class petition : public std::enable_shared_from_this<petition> {
public:
  /// `done` is called once, on the shard: with what the first gate said that refused, or the admission.
  using callback = unique_function<void(http::request&, admission)>;

  petition(http::request asked, engine::place& where, callback done)
      : asked_(std::move(asked)), where_(where), done_(std::move(done)) {}

  /// Asks the gates one after the other.
  void ask(std::deque<request_gate> const& gates, http::response& headers) { next(gates, 0, headers); }
  /// Asks one gate.
  void ask(request_gate const& gate, http::response& headers) {
    ask_one(gate, headers, [this](admission answer) { done_(asked_, std::move(answer)); });
  }

private:
  void next(std::deque<request_gate> const& gates, std::size_t place, http::response& headers) {
    ask_one(gates[place], headers, [this, &gates, place, &headers](admission answer) {
      if (!answer || place + 1 == gates.size()) return done_(asked_, std::move(answer));
      next(gates, place + 1, headers);
    });
  }

  void ask_one(request_gate const& gate, http::response& headers, unique_function<void(admission)> then) {
    auto const self = shared_from_this();
    then_ = std::move(then);
    inside_ = true;
    try {
      gate(asked_, headers, decision([weak = weak_from_this()](admission answer) {
             auto const waiting = weak.lock();
             if (!waiting) return;  // its client has gone, and perhaps the server
             if (waiting->where_.here()) return waiting->answered(std::move(answer));
             waiting->where_.post([weak, answer = std::move(answer)]() mutable {
               if (auto const still = weak.lock()) still->answered(std::move(answer));
             });
           }));
    } catch (...) {  // its decision has been destroyed, and so has refused
    }
    inside_ = false;
    proceed();
  }

  void answered(admission answer) {
    answer_ = std::move(answer);
    if (!inside_) proceed();  // else the gate still looks at the request
  }

  void proceed() {
    if (!answer_) return;
    auto const self = shared_from_this();
    auto answer = std::move(*std::exchange(answer_, std::nullopt));
    std::exchange(then_, nullptr)(std::move(answer));
  }

  http::request asked_;
  engine::place& where_;
  callback done_;
  unique_function<void(admission)> then_;
  std::optional<admission> answer_;
  bool inside_ = false;
};

}  // namespace socketiopp::transport
