// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <socketiopp/engine/shared_packet.hpp>

/// Compression as connections see it: what a compressor does for them. None is in this header.
namespace socketiopp::transport {

/// How compressed data begin and end.
enum class wrapping : std::uint8_t {
  message,  ///< RFC 7692, 7.2.1: bare DEFLATE up to an empty block, whose last four bytes are left out
  zlib,     ///< RFC 1950: what HTTP calls "deflate"
  gzip,     ///< RFC 1952
};

/// What came of inflating.
enum class inflation : std::uint8_t {
  done,
  too_large,  ///< it would be longer than it may be
  corrupt,    ///< it is not what a compressor makes
};

/// What a server and its clients agree on.
struct compression_terms {
  std::size_t threshold;  ///< in bytes: what is shorter is not compressed
  int window_bits;        ///< 9 to 15: how far back compressed data refer, as a power of two
};

/// Compresses and inflates for all connections of a shard, and is touched only from it. No call knows of the
/// one before: that is why a message can be compressed once for all who receive it, and why a connection
/// keeps nothing for it.
class compressor {
public:
  explicit compressor(compression_terms terms) : terms_(terms) {}
  compressor(compressor const&) = delete;
  compressor& operator=(compressor const&) = delete;
  virtual ~compressor() = default;

  compression_terms const& terms() const { return terms_; }

  /// Makes `out` the compressed form of `in`. False: that would be no shorter, and `out` holds anything.
  virtual bool deflate(wrapping form, std::string_view in, std::string& out) = 0;

  /// Makes `out` what a client's message was before it was compressed: `in` is its payload with the four
  /// bytes that were left out, of which no more than `most` bytes may come. Unless it is done, `out` holds
  /// anything.
  virtual inflation inflate(std::string_view in, std::size_t most, std::string& out) = 0;

private:
  compression_terms terms_;
};

/// The settings of a server's compression, shared by its shards on all their threads.
class compression {
public:
  virtual ~compression() = default;

  /// The compressor of a shard.
  virtual std::unique_ptr<compressor> make() const = 0;
};

/// The packet as it goes to the clients that take compressed messages: compressed once for all of them, or as
/// it is, because it is short, or gains nothing, or must not be compressed.
inline engine::shared_packet deflated(engine::shared_packet const& packet, compressor& with) {
  if (packet.payload().size() < with.terms().threshold || !packet.compressible()) return packet;
  return packet.twin([&] {
    std::string bytes;
    if (!with.deflate(wrapping::message, packet.payload(), bytes)) return engine::shared_packet();
    engine::packet_builder builder(bytes.size());
    builder.append(bytes);
    return std::move(builder).compressed(packet.binary());
  });
}

}  // namespace socketiopp::transport
