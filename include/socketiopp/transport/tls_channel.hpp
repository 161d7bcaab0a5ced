// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <asio/error.hpp>
#include <asio/post.hpp>
#include <asio/ssl/error.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <socketiopp/meta/unique_function.hpp>
#include <socketiopp/transport/tcp.hpp>
#include <socketiopp/transport/tls_context.hpp>

/// One TLS connection: OpenSSL above a TCP stream.
namespace socketiopp::transport {

/// What `tls::stream` holds, in a place of its own, because OpenSSL points to it. The handshake goes on
/// whenever it is read or written.
///
/// OpenSSL's writes never have to wait: what the socket does not take now stays in an outbox, which leaves as
/// soon as it can, whether the application writes again or not. So reading never waits for writing.
class tls_channel final : public std::enable_shared_from_this<tls_channel>, private tls_wire {
public:
  tls_channel(tcp::stream below, std::shared_ptr<tls_context> context)
      : below_(std::move(below)), context_(std::move(context)), ssl_(context_->open(*this)) {}
  tls_channel(tls_channel const&) = delete;
  tls_channel& operator=(tls_channel const&) = delete;

  /// The same connection on another context. This one is of no use any more, nor is what waits for it.
  template <class Context> std::shared_ptr<tls_channel> to(Context& other) {
    return std::shared_ptr<tls_channel>(new tls_channel(*this, std::move(below_).to(other)));
  }

  std::size_t read_some(std::span<char> into, std::error_code& error) {
    std::size_t size = 0;
    while (size < into.size()) {
      begin();
      std::size_t got = 0;
      if (!ended_ && SSL_read_ex(ssl_.get(), into.data() + size, into.size() - size, &got) == 1) {
        size += got;
        continue;
      }
      auto const why = failure();
      drained_ = why == std::errc::operation_would_block;
      if (size == 0) error = why;
      return size;
    }
    drained_ = false;
    return size;
  }

  std::size_t write_some(std::span<std::string_view const> pieces, std::error_code& error) {
    std::array<char, SSL3_RT_MAX_PLAIN_LENGTH> record;
    std::size_t size = 0;
    for (;;) {
      auto const next = gather(pieces, size, record);
      if (next.empty()) return size;
      begin();
      std::size_t taken = 0;
      if (!ended_ && outbox_.empty() && SSL_write_ex(ssl_.get(), next.data(), next.size(), &taken) == 1) {
        size += taken;
        continue;
      }
      auto const why = ended_ || outbox_.empty() ? failure() : would_block();
      if (size == 0) error = why;
      return size;
    }
  }

  void wait_readable(unique_function<void(std::error_code)> ready) {
    if (!outbox_.empty() && !flushing_) wait_to_flush();  // it has been moved
    if (drained_ && !ended_)
      below_.wait_readable(std::move(ready));
    else
      post(std::move(ready));  // OpenSSL may hold bytes that the socket knows nothing of
  }

  void wait_writable(unique_function<void(std::error_code)> ready) {
    if (ended_)
      post(std::move(ready));
    else if (!outbox_.empty())
      writable_ = std::move(ready);
    else if (SSL_in_init(ssl_.get()))
      below_.wait_readable(std::move(ready));  // it is the peer's turn
    else
      below_.wait_writable(std::move(ready));
  }

  /// Says so to the peer before it ends the TCP stream's half.
  void shutdown() {
    if (std::exchange(shut_, true)) return;
    begin();
    if (!ended_ && !SSL_in_init(ssl_.get())) SSL_shutdown(ssl_.get());
    if (outbox_.empty()) below_.shutdown();
  }

  void close() {
    ended_ = std::make_error_code(std::errc::operation_canceled);
    auto const dropped = std::move(writable_);
    below_.close();
  }

  std::string remote_address() const { return below_.remote_address(); }

private:
  tls_channel(tls_channel& from, tcp::stream below)
      : below_(std::move(below)),
        context_(from.context_),
        ssl_(std::move(from.ssl_)),
        outbox_(std::move(from.outbox_)),
        ended_(from.ended_),
        drained_(from.drained_),
        shut_(from.shut_) {
    tls_context::redirect(ssl_, *this);
  }

  static constexpr std::size_t outbox_limit = 64 * 1024;  // of answers to a peer that reads none

  // -- tls_wire ------------------------------------------------------------------------------------------

  std::size_t receive(std::span<char> into, std::error_code& error) override {
    auto const size = below_.read_some(into, error);
    if (error && error != std::errc::operation_would_block)
      ended_ = error == asio::error::eof ? make_error_code(asio::ssl::error::stream_truncated) : error;
    return size;
  }

  void send(std::string_view bytes) override {
    if (ended_) return;
    if (outbox_.empty()) {
      std::error_code error;
      bytes.remove_prefix(below_.write_some({&bytes, 1}, error));
      if (error && error != std::errc::operation_would_block) ended_ = error;
      if (ended_ || bytes.empty()) return;
      wait_to_flush();
    }
    outbox_.append(bytes);
    if (outbox_.size() > outbox_limit) ended_ = std::make_error_code(std::errc::no_buffer_space);
  }

  // ------------------------------------------------------------------------------------------------------

  /// Before each call of OpenSSL's: an error that somebody left in the thread's queue would be taken for the
  /// call's own. And reading ahead saves a system call for each record, but what the handshake has read ahead
  /// while writing, no reader would hear of.
  void begin() {
    ERR_clear_error();
    SSL_set_read_ahead(ssl_.get(), SSL_in_init(ssl_.get()) ? 0 : 1);
  }

  static std::error_code would_block() { return std::make_error_code(std::errc::operation_would_block); }

  /// After a call that failed.
  std::error_code failure() {
    auto const kind = SSL_get_error(ssl_.get(), 0);
    auto const reason = static_cast<int>(ERR_get_error());
    ERR_clear_error();
    if (ended_) return ended_;
    if (kind == SSL_ERROR_WANT_READ) return would_block();
    if (kind == SSL_ERROR_ZERO_RETURN) return asio::error::eof;
    return ended_ = {reason, asio::error::get_ssl_category()};
  }

  void wait_to_flush() {
    flushing_ = true;
    below_.wait_writable([waiting = weak_from_this()](std::error_code error) {
      if (auto const self = waiting.lock()) self->flush(error);
    });
  }

  void flush(std::error_code error) {
    flushing_ = false;
    std::string_view const bytes = outbox_;
    if (!error && !ended_) outbox_.erase(0, below_.write_some({&bytes, 1}, error));
    if (error && error != std::errc::operation_would_block && !ended_) ended_ = error;
    if (!ended_ && !outbox_.empty()) return wait_to_flush();
    std::string().swap(outbox_);
    if (shut_) below_.shutdown();
    if (writable_) std::exchange(writable_, nullptr)(ended_);
  }

  void post(unique_function<void(std::error_code)> ready) {
    asio::post(below_.executor(), [waiting = weak_from_this(), ready = std::move(ready)] {
      if (auto const self = waiting.lock()) ready(self->ended_);
    });
  }

  /// As many bytes of the pieces as fit, from the one of number `skip` on.
  static std::string_view gather(std::span<std::string_view const> pieces, std::size_t skip,
                                 std::span<char> into) {
    std::size_t size = 0;
    for (auto piece : pieces) {
      auto const skipped = std::min(skip, piece.size());
      skip -= skipped;
      piece.remove_prefix(skipped);
      size += piece.copy(into.data() + size, into.size() - size);
    }
    return {into.data(), size};
  }

  tcp::stream below_;
  std::shared_ptr<tls_context> context_;
  tls_context::connection ssl_;
  std::string outbox_;
  unique_function<void(std::error_code)> writable_;  // waits until the outbox is empty
  std::error_code ended_;                            // why nothing more is read or written
  bool drained_ = true;                              // OpenSSL holds nothing that it could give
  bool flushing_ = false;                            // the outbox waits for the socket
  bool shut_ = false;
};

}  // namespace socketiopp::transport
