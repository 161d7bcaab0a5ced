// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <span>
#include <string_view>
#include <utility>

#include <socketiopp/engine/block_cache.hpp>
#include <socketiopp/protocol/websocket_header.hpp>

/// Outgoing packets: encoded once, framed once, shared by everybody who receives them.
namespace socketiopp::engine {

namespace detail {

/// The head of the one block of memory that a packet is: this, room for a frame header, the payload.
struct packet_block {
  static constexpr std::size_t header_room = protocol::longest_websocket_header;

  std::atomic<std::uint32_t> owners;
  std::uint8_t header_size;  // 0: raw bytes
  bool binary;
  bool compressible;
  bool small;  // its memory is a block of the cache
  std::size_t size;
  std::atomic<packet_block*> twin;  // null: not made yet; this block: it stays as it is

  char* payload() { return reinterpret_cast<char*>(this + 1) + header_room; }

  static packet_block* make(std::size_t capacity) {
    auto const size = sizeof(packet_block) + header_room + capacity;
    auto const small = size <= block_cache::block_size;
    auto* const memory = small ? block_cache::take() : ::operator new(size);
    return ::new (memory) packet_block{{1}, 0, false, true, small, 0, {nullptr}};
  }

  void drop() noexcept { small ? block_cache::give(this) : ::operator delete(this); }
};

}  // namespace detail

/// One encoded Engine.IO packet that any number of connections, on any thread, may hold. Copying shares.
class shared_packet {
public:
  shared_packet() noexcept = default;
  shared_packet(shared_packet const& other) noexcept : block_(other.block_) {
    if (block_) block_->owners.fetch_add(1, std::memory_order_relaxed);
  }
  shared_packet(shared_packet&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  shared_packet& operator=(shared_packet other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~shared_packet() {
    // The last owner needs no read-modify-write: nobody else can gain a share any more.
    if (block_ && (block_->owners.load(std::memory_order_acquire) == 1 ||
                   block_->owners.fetch_sub(1, std::memory_order_acq_rel) == 1))
      free_block();
  }

  explicit operator bool() const noexcept { return block_ != nullptr; }

  /// Whether it is a binary message; then the payload is the bytes themselves.
  bool binary() const { return block_->binary; }

  /// The packet without a frame: `42["a"]`, or the bytes of a binary message.
  std::string_view payload() const { return {block_->payload(), block_->size}; }

  /// The packet as a WebSocket frame; the same as `payload()` for raw bytes.
  std::string_view frame() const {
    return {block_->payload() - block_->header_size, block_->header_size + block_->size};
  }

  /// Says whether the packet may be compressed (F-144); by default a message may. Only for the one owner of a
  /// packet that has not been shared yet.
  void compress(bool allowed) {
    assert(block_->owners.load(std::memory_order_relaxed) == 1);
    block_->compressible = allowed;
  }

  /// Whether it may be compressed; raw bytes never may.
  bool compressible() const { return block_->compressible && block_->header_size != 0; }

  /// The form in which the packet goes to those who take it compressed, kept with it: made by the first call
  /// on any thread, with `make`, which returns null if the packet is to stay as it is.
  template <class Make> shared_packet twin(Make make) const {
    auto* kept = block_->twin.load(std::memory_order_acquire);
    if (!kept) {
      shared_packet made = make();
      auto* const mine = made ? made.block_ : block_;
      if (block_->twin.compare_exchange_strong(kept, mine, std::memory_order_acq_rel)) {
        kept = mine;
        made.block_ = nullptr;  // the packet owns it now
      }
    }
    kept->owners.fetch_add(1, std::memory_order_relaxed);
    return shared_packet(kept);
  }

private:
  friend class packet_builder;
  explicit shared_packet(detail::packet_block* block) noexcept : block_(block) {}

  void free_block() noexcept {
    if (auto* const twin = block_->twin.load(std::memory_order_relaxed); twin && twin != block_)
      shared_packet{twin};
    block_->drop();
  }

  detail::packet_block* block_ = nullptr;
};

/// Builds a packet in the memory that it will keep. Has the interface of the outputs that writers append to.
class packet_builder {
public:
  /// `capacity` is a guess of the payload's size in bytes; the memory grows as needed.
  explicit packet_builder(std::size_t capacity = 128)
      : block_(detail::packet_block::make(capacity)), at_(block_->payload()), end_(at_ + capacity) {}
  packet_builder(packet_builder const&) = delete;
  packet_builder& operator=(packet_builder const&) = delete;
  ~packet_builder() {
    if (block_) block_->drop();
  }

  void append(char const* data, std::size_t size) {
    if (size == 0) return;
    reserve(size);
    std::memcpy(at_, data, size);
    at_ += size;
  }
  void append(std::string_view text) { append(text.data(), text.size()); }
  void push_back(char c) {
    reserve(1);
    *at_++ = c;
  }

  /// The packet as a text message. The builder is used up.
  shared_packet text() && { return framed(false); }
  /// The packet as a binary message. The builder is used up.
  shared_packet binary() && { return framed(true); }
  /// The packet as a message whose bytes are compressed already (RFC 7692, 6.1). The builder is used up.
  shared_packet compressed(bool binary) && {
    auto made = framed(binary);
    made.block_->payload()[-made.block_->header_size] |= 0x40;  // RSV1
    made.compress(false);
    return made;
  }
  /// The bytes as they are, without a frame. The builder is used up.
  shared_packet raw() && {
    block_->size = size();
    return shared_packet(std::exchange(block_, nullptr));
  }

private:
  std::size_t size() const { return static_cast<std::size_t>(at_ - block_->payload()); }

  void reserve(std::size_t more) {
    if (static_cast<std::size_t>(end_ - at_) < more) [[unlikely]]
      grow(more);
  }

  void grow(std::size_t more) {
    auto const used = size();
    auto const capacity = 2 * static_cast<std::size_t>(end_ - block_->payload()) + more;
    auto* const larger = detail::packet_block::make(capacity);
    std::memcpy(larger->payload(), block_->payload(), used);
    std::exchange(block_, larger)->drop();
    at_ = block_->payload() + used;
    end_ = block_->payload() + capacity;
  }

  shared_packet framed(bool binary) {
    block_->header_size = protocol::put_websocket_header(block_->payload(), binary, size());
    block_->binary = binary;
    return std::move(*this).raw();
  }

  detail::packet_block* block_;
  char* at_;   // the end of what is written
  char* end_;  // of the memory
};

/// A text packet from its text, type character included.
inline shared_packet text_packet(std::string_view text) {
  packet_builder builder(text.size());
  builder.append(text);
  return std::move(builder).text();
}

/// A text message from its text.
inline shared_packet text_message(std::string_view text) {
  packet_builder builder(1 + text.size());
  builder.push_back('4');
  builder.append(text);
  return std::move(builder).text();
}

/// A binary message from its bytes.
inline shared_packet binary_message(std::span<std::byte const> bytes) {
  packet_builder builder(bytes.size());
  builder.append(reinterpret_cast<char const*>(bytes.data()), bytes.size());
  return std::move(builder).binary();
}

}  // namespace socketiopp::engine
