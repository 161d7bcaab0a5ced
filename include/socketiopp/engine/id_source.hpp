// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <system_error>

#include <socketiopp/engine/id.hpp>
#include <socketiopp/protocol/base64.hpp>

#if __has_include(<sys/random.h>)
#include <sys/random.h>
#endif
#include <unistd.h>

/// Where new ids come from: 15 bytes of the operating system's random source as 20 base64url characters.
namespace socketiopp::engine {

/// Hands out ids. Reads the random source 16 ids at a time (240 bytes; one call gives at most 256).
/// Throws `std::system_error` when the system has no randomness to give.
class id_source {
public:
  id next() {
    if (used_ == pool_.size()) refill();
    std::array<std::byte, id_bytes> bytes;
    std::memcpy(bytes.data(), pool_.data() + used_, id_bytes);
    used_ += id_bytes;
    return id(protocol::base64url(bytes));
  }

private:
  static constexpr std::size_t id_bytes = 15;

  void refill() {
    if (::getentropy(pool_.data(), pool_.size()) != 0)
      throw std::system_error(errno, std::generic_category(), "socketiopp: reading the random source");
    used_ = 0;
  }

  std::array<std::byte, 16 * id_bytes> pool_{};
  std::size_t used_ = pool_.size();
};

}  // namespace socketiopp::engine
