// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <socketiopp/meta/unique_function.hpp>
#include <socketiopp/transport/concept.hpp>
#include <socketiopp/transport/tcp.hpp>
#include <socketiopp/transport/tls_channel.hpp>
#include <socketiopp/transport/tls_context.hpp>
#include <socketiopp/transport/tls_options.hpp>

/// Streams over TLS, through OpenSSL (link with `ssl` and `crypto`): https and wss. Needs an executor with an
/// `io_context()`.
///
///     struct mine : sio::default_policies { using transport = sio::transport::tls; };
///     sio::basic_server<mine> io;
///     io.listen(sio::transport::tls_options{.certificate_chain = sio::transport::pem::file("chain.pem"),
///                                           .private_key = sio::transport::pem::file("key.pem")}, 443);
namespace socketiopp::transport {

struct tls {
  /// A connection, whose handshake goes on while it is read or written. An idle one costs 15 kB more than
  /// over TCP: measured with OpenSSL 3.0 on 2000 WebSockets over TLS 1.3.
  class stream {
  public:
    static constexpr bool secure = true;

    stream(tcp::stream below, std::shared_ptr<tls_context> context)
        : channel_(std::make_shared<tls_channel>(std::move(below), std::move(context))) {}

    /// Without a `close_notify`, the end of the TCP stream is `asio::ssl::error::stream_truncated`.
    std::size_t read_some(std::span<char> into, std::error_code& error) {
      return channel_->read_some(into, error);
    }
    std::size_t write_some(std::span<std::string_view const> pieces, std::error_code& error) {
      return channel_->write_some(pieces, error);
    }
    void wait_readable(unique_function<void(std::error_code)> ready) {
      channel_->wait_readable(std::move(ready));
    }
    void wait_writable(unique_function<void(std::error_code)> ready) {
      channel_->wait_writable(std::move(ready));
    }
    void shutdown() { channel_->shutdown(); }
    void close() { channel_->close(); }
    std::string remote_address() const { return channel_->remote_address(); }

    template <class Context> stream to(Context& other) && { return stream(channel_->to(other)); }

  private:
    explicit stream(std::shared_ptr<tls_channel> channel) : channel_(std::move(channel)) {}

    std::shared_ptr<tls_channel> channel_;
  };

  /// A listening TCP socket, and the certificates that it shows.
  class listener : public tcp::listener {
  public:
    /// Listens where the `tcp::listener` of the same arguments would. Throws `std::system_error` naming the
    /// address, or the option and its file.
    template <class Context>
    listener(Context& on, tls_options const& options, std::string_view address, std::uint16_t port)
        : tcp::listener(on, address, port), shown_(std::make_shared<certificates>(options)) {}

    template <class Context> listener(Context& on, tls_options const& options, std::uint16_t port)
        : tcp::listener(on, port), shown_(std::make_shared<certificates>(options)) {}

    /// Listens where another one does, and shows what that one shows.
    template <class Context>
      requires repeatable_on<tcp::listener, Context> listener(Context& on, listener const& first)
          : tcp::listener(on, first), shown_(first.shown_) {}

      /// Calls `accepted` with every connection that comes, until closed.
      void accept(unique_function<void(stream)> accepted) {
        tcp::listener::accept([this, accepted = std::move(accepted)](tcp::stream below) {
          accepted(stream(std::move(below), shown_->get()));
        });
      }

      /// From any thread: takes other certificates, for connections that come from now on. Throws as the
      /// constructor does, and then nothing has changed.
      void reload(tls_options const& options) { shown_->set(std::make_shared<tls_context>(options)); }

    private:
      /// What a listener shows, on all threads that it listens on.
      class certificates {
      public:
        explicit certificates(tls_options const& options) : now_(std::make_shared<tls_context>(options)) {}
        std::shared_ptr<tls_context> get() const {
          std::scoped_lock const lock(mutex_);
          return now_;
        }
        void set(std::shared_ptr<tls_context> other) {
          std::scoped_lock const lock(mutex_);
          now_.swap(other);  // what was there goes without the lock
        }

      private:
        mutable std::mutex mutex_;
        std::shared_ptr<tls_context> now_;
      };

      std::shared_ptr<certificates> shown_;
  };
};

}  // namespace socketiopp::transport
