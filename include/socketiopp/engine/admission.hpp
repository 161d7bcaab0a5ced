// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <utility>

#include <socketiopp/meta/unique_function.hpp>

/// The answer to somebody who wants to come in.
namespace socketiopp {

/// In, or not and why.
class admission {
public:
  constexpr admission() = default;
  explicit admission(std::string why, std::string data = {})
      : refusal_(std::move(why)), data_(std::move(data)) {}

  explicit operator bool() const { return !refusal_; }

  /// What the peer is told; empty if nothing was said.
  std::string const& message() const { return *refusal_; }
  /// What the peer gets besides, as JSON text; empty if there is nothing. Only a namespace can send it
  /// (F-171).
  std::string const& data() const { return data_; }

private:
  std::optional<std::string> refusal_;
  std::string data_;
};

/// Lets in.
inline admission const admit{};

/// Turns away; the peer gets the message.
inline admission refuse(std::string message = {}) { return admission(std::move(message)); }

/// An admission that is given later. Call it once, from any thread, while the server lives; if it is
/// destroyed uncalled, that is a refusal.
class decision {
public:
  explicit decision(unique_function<void(admission)> decide) : decide_(std::move(decide)) {}
  decision(decision&&) noexcept = default;
  decision& operator=(decision&&) = delete;
  ~decision() {
    if (decide_) decide_(refuse());
  }

  void operator()(admission answer) {
    if (auto const decide = std::exchange(decide_, nullptr)) decide(std::move(answer));
  }

private:
  unique_function<void(admission)> decide_;
};

}  // namespace socketiopp
