// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <socketiopp/engine/shared_packet.hpp>
#include <socketiopp/transport/concept.hpp>

/// What a connection still has to write.
namespace socketiopp::transport {

/// A queue of frames and other bytes that leaves in gather-writes, as much at a time as the stream takes.
class output {
public:
  bool empty() const { return packets_.empty(); }
  /// How many bytes have not left.
  std::size_t bytes() const { return bytes_; }

  void push(engine::shared_packet packet) {
    bytes_ += packet.frame().size();
    packets_.push_back(std::move(packet));
  }
  void push(std::string_view bytes) {
    engine::packet_builder builder(bytes.size());
    builder.append(bytes);
    push(std::move(builder).raw());
  }

  /// Takes all packets of the list, in order, and leaves it empty.
  void push_all(std::vector<engine::shared_packet>& list) {
    for (auto const& packet : list) bytes_ += packet.frame().size();
    if (packets_.empty()) return packets_.swap(list);
    for (auto& packet : list) packets_.push_back(std::move(packet));
    list.clear();
  }

  void clear() {
    packets_.clear();
    first_ = sent_ = bytes_ = 0;
  }

  /// Writes until everything has left, or the stream takes no more, or it fails; the error says which.
  template <stream Stream> void write_to(Stream& to, std::error_code& error) {
    while (first_ < packets_.size()) {
      auto const taken = packets_.size() - first_ == 1 ? write_one(to, error) : write_some(to, error);
      if (error) break;
      advance(taken);
    }
    if (first_ == packets_.size()) clear();
  }

private:
  std::string_view first() const { return packets_[first_].frame().substr(sent_); }

  template <class Stream> std::size_t write_one(Stream& to, std::error_code& error) const {
    auto const piece = first();
    return to.write_some({&piece, 1}, error);
  }

  /// Small packets are copied together, as each piece costs the system more than its bytes.
  template <class Stream> std::size_t write_some(Stream& to, std::error_code& error) const {
    std::array<char, 4096> together;
    std::size_t size = 0, next = first_, count = 0;
    for (auto piece = first(); size + piece.size() <= together.size(); piece = packets_[next].frame()) {
      size += piece.copy(together.data() + size, piece.size());
      if (++next == packets_.size()) break;
    }
    std::array<std::string_view, 64> pieces;
    if (size > 0) pieces[count++] = {together.data(), size};
    for (; next < packets_.size() && count < pieces.size(); ++next)
      pieces[count++] = next == first_ ? first() : packets_[next].frame();
    return to.write_some(std::span(pieces).first(count), error);
  }

  void advance(std::size_t taken) {
    bytes_ -= taken;
    sent_ += taken;
    while (first_ < packets_.size() && sent_ >= packets_[first_].frame().size()) {
      sent_ -= packets_[first_].frame().size();
      packets_[first_++] = {};
    }
  }

  std::vector<engine::shared_packet> packets_;
  std::size_t first_ = 0;  // the first that has not left whole
  std::size_t sent_ = 0;   // how much of it has left
  std::size_t bytes_ = 0;  // of all that has not left
};

}  // namespace socketiopp::transport
