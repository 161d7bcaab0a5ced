// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include <asio/error.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/socket_base.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include <socketiopp/transport/acceptor.hpp>
#include <socketiopp/transport/asio_socket.hpp>
#include <socketiopp/transport/system_socket.hpp>

/// Streams over Unix sockets, for a proxy or other programs on the same machine. Needs an
/// executor with an `io_context()`.
namespace socketiopp::transport {

struct local {
  using socket = system_socket<asio::local::stream_protocol>;

  /// A connected Unix socket.
  class stream : public socket {
  public:
    explicit stream(socket connected) : socket(std::move(connected)) {}
    /// Takes a socket of Asio's that is connected, of an `io_context`.
    explicit stream(asio::local::stream_protocol::socket connected) : socket(std::move(connected)) {}

    template <class Context> stream to(Context& other) && {
      return stream(socket::moved(*this, other.io_context()));
    }

    /// Empty: the other end is a program, not a place.
    std::string remote_address() const { return {}; }
  };

  /// A listening Unix socket, and the file that it is reached by.
  class listener : public acceptor<asio::local::stream_protocol, socket, stream> {
  public:
    /// Listens at a path. Only who may write to the file may connect; `mode` is what `chmod` takes, and is in
    /// force before the first connection. A socket's file to which nobody listens is replaced, everything
    /// else that stands there already is left alone: throws `std::system_error` naming the path.
    template <class Context> listener(Context& on, std::string path, ::mode_t mode = 0600)
        : acceptor(on), path_(std::move(path)) {
      std::error_code error;
      open(mode, error);
      if (error) throw std::system_error(standard(error), "socketiopp: listen on " + path_);
    }
    ~listener() { close(); }

    /// Removes the file too, unless another one has taken its place.
    void close() {
      if (auto const found = file();
          made_ && found && found->st_dev == made_->st_dev && found->st_ino == made_->st_ino)
        ::unlink(path_.c_str());
      made_.reset();
      acceptor::close();
    }

  private:
    using file_status = struct ::stat;

    /// What stands at the path.
    std::optional<file_status> file() const {
      file_status found{};
      if (::lstat(path_.c_str(), &found) != 0) return std::nullopt;
      return found;
    }

    void open(::mode_t mode, std::error_code& error) {
      std::optional<asio::local::stream_protocol::endpoint> where;
      try {
        where.emplace(path_);
      } catch (std::system_error const& too_long) {
        error = too_long.code();
        return;
      }
      listening().open(where->protocol(), error);
      if (!error) listening().bind(*where, error);
      if (error == asio::error::address_in_use && is_stale(*where) && ::unlink(path_.c_str()) == 0) {
        error.clear();
        listening().bind(*where, error);
      }
      if (error) return;
      made_ = file();
      // A socket that is bound but does not listen refuses connections.
      if (::chmod(path_.c_str(), mode) != 0)
        error.assign(errno, std::system_category());
      else
        listening().listen(asio::socket_base::max_listen_connections, error);
      if (error) close();
    }

    /// Whether a socket's file stands there, to which nobody listens.
    bool is_stale(asio::local::stream_protocol::endpoint const& where) {
      auto const found = file();
      if (!found || !S_ISSOCK(found->st_mode)) return false;
      std::error_code error;
      asio::local::stream_protocol::socket probe(listening().get_executor());
      probe.open(where.protocol(), error);
      if (!error) probe.non_blocking(true, error);  // a full backlog would let a connect wait
      if (!error) probe.connect(where, error);
      return error == asio::error::connection_refused;
    }

    std::string path_;
    std::optional<file_status> made_;  // the file, once it is there
  };
};

}  // namespace socketiopp::transport
