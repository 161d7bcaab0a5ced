// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <exception>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include <socketiopp/engine/session.hpp>
#include <socketiopp/error.hpp>
#include <socketiopp/http/files.hpp>
#include <socketiopp/http/request.hpp>
#include <socketiopp/http/response.hpp>
#include <socketiopp/meta/unique_function.hpp>
#include <socketiopp/options.hpp>
#include <socketiopp/policies.hpp>
#include <socketiopp/server_base.hpp>

/// Engine.IO alone (F-068): messages over WebSocket and long-polling, without the events of Socket.IO.
namespace socketiopp {

/// Used as `server` is. Its handlers get the session, which they may keep until `on_close`.
template <class Policies> class basic_engine_server : public server_base<Policies> {
  using base = server_base<Policies>;

public:
  using session = engine::session;

  /// As the constructor of `basic_server`; of the options those of Socket.IO itself do not matter here.
  template <class... ExecutorArgs>
  explicit basic_engine_server(server_options options = {}, ExecutorArgs&&... executor_args)
      : base(
            options, [this](std::size_t, session& opened) { return std::make_unique<user>(*this, opened); },
            std::forward<ExecutorArgs>(executor_args)...) {}

  /// A session has opened.
  void on_open(unique_function<void(session&)> handler) { open_ = std::move(handler); }
  /// A text message has come; the text is gone after the call. Answer with
  /// `s.send(engine::text_message(text))`.
  void on_text(unique_function<void(session&, std::string_view)> handler) { text_ = std::move(handler); }
  /// A binary message has come; the bytes are gone after the call.
  void on_binary(unique_function<void(session&, std::span<std::byte const>)> handler) {
    binary_ = std::move(handler);
  }
  /// Everything has left that had to wait for the client; see `session::writable`.
  void on_drain(unique_function<void(session&)> handler) { drain_ = std::move(handler); }
  /// A session has ended; the last that is heard of it.
  void on_close(unique_function<void(session&, reason)> handler) { close_ = std::move(handler); }

  /// A handler has thrown; the session goes on. What this throws itself is dropped.
  void on_error(unique_function<void(session&, std::exception_ptr)> handler) { error_ = std::move(handler); }

private:
  class user final : public engine::session_user {
  public:
    user(basic_engine_server& on, session& over) : server_(on), session_(over) { call(server_.open_); }
    void on_text(std::span<char> text) override {
      call(server_.text_, std::string_view(text.data(), text.size()));
    }
    void on_binary(std::span<std::byte const> bytes) override { call(server_.binary_, bytes); }
    void on_drain() override { call(server_.drain_); }
    void on_close(reason why) override { call(server_.close_, why); }

  private:
    template <class... Args>
    void call(unique_function<void(session&, Args...)> const& handler, Args... args) {
      if (!handler) return;
      try {
        handler(session_, args...);
      } catch (...) {
        report(std::current_exception());
      }
    }

    void report(std::exception_ptr const& thrown) {
      if (!server_.error_) return;
      try {
        server_.error_(session_, thrown);
      } catch (...) {  // there is nobody left to tell
      }
    }

    basic_engine_server& server_;
    session& session_;
  };

  unique_function<void(session&)> open_;
  unique_function<void(session&, std::string_view)> text_;
  unique_function<void(session&, std::span<std::byte const>)> binary_;
  unique_function<void(session&)> drain_;
  unique_function<void(session&, reason)> close_;
  unique_function<void(session&, std::exception_ptr)> error_;
};

using engine_server = basic_engine_server<default_policies>;

}  // namespace socketiopp
