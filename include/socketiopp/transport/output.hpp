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
    std::array<std::string_view, 64> pieces;
    while (first_ < packets_.size()) {
      auto const count = std::min(pieces.size(), packets_.size() - first_);
      for (std::size_t i = 0; i < count; ++i) pieces[i] = packets_[first_ + i].frame();
      pieces[0].remove_prefix(sent_);
      auto const taken = to.write_some(std::span(pieces).first(count), error);
      if (error) break;
      advance(taken);
    }
    if (first_ == packets_.size()) clear();
  }

private:
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
