// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <socketiopp/transport/compression.hpp>

/// Makes two bytes of a run of a byte: its length, and the byte. Written from what `compressor` asks for.
struct toy_compressor final : socketiopp::transport::compressor {
  explicit toy_compressor(std::size_t threshold = 0) : compressor({threshold, 15}) {}

  bool deflate(socketiopp::transport::wrapping form, std::string_view in, std::string& out) override {
    last_form = form;
    ++times_deflated;
    out.clear();
    for (std::size_t i = 0, run = 0; i < in.size(); i += run) {
      run = 1;
      while (run < 127 && i + run < in.size() && in[i + run] == in[i]) ++run;
      out += static_cast<char>(run);
      out += in[i];
    }
    return out.size() < in.size();
  }

  socketiopp::transport::inflation inflate(std::string_view in, std::size_t most, std::string& out) override {
    using socketiopp::transport::inflation;
    out.clear();
    if (!in.ends_with(tail)) return inflation::corrupt;
    in.remove_suffix(tail.size());
    for (; in.size() >= 2; in.remove_prefix(2)) {
      out.append(static_cast<unsigned char>(in[0]), in[1]);
      if (out.size() > most) return inflation::too_large;
    }
    return in.empty() ? inflation::done : inflation::corrupt;
  }

  static constexpr std::string_view tail{"\x00\x00\xff\xff", 4};
  socketiopp::transport::wrapping last_form{};
  int times_deflated = 0;
};
