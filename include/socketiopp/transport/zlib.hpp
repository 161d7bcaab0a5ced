// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <zlib.h>

#include <socketiopp/transport/compression.hpp>

/// Compression by zlib, which programs that include this header must link.
namespace socketiopp::transport {

/// How much is compressed, and how hard.
struct zlib_options {
  /// What is shorter is not compressed; in bytes.
  std::size_t threshold = 1024;
  /// From 1, which is fast, to 9, which makes it small.
  int level = 6;
  /// How far back compressed data refer, as a power of two: 9 to 15. Clients that ask for less get their
  /// messages as they are.
  int window_bits = 15;
};

namespace detail {

template <int (*End)(z_stream*)> struct stream_end {
  void operator()(z_stream* stream) const {
    End(stream);
    delete stream;
  }
};

using deflate_stream = std::unique_ptr<z_stream, stream_end<deflateEnd>>;
using inflate_stream = std::unique_ptr<z_stream, stream_end<inflateEnd>>;

/// Has a stream for each wrapping that was needed, and one to inflate.
class zlib_compressor final : public compressor {
public:
  explicit zlib_compressor(zlib_options const& options)
      : compressor({options.threshold, options.window_bits}), options_(options) {}

  bool deflate(wrapping form, std::string_view in, std::string& out) override {
    if (in.size() > most_at_once) return false;
    auto& stream = deflater(form);
    set_input(stream, in);
    out.resize(in.size());  // what needs more gains nothing
    set_output(stream, out.data(), out.size());
    ::deflate(&stream, form == wrapping::message ? Z_SYNC_FLUSH : Z_FINISH);
    if (stream.avail_out == 0) return false;
    out.resize(out.size() - stream.avail_out - (form == wrapping::message ? tail.size() : 0));
    return true;
  }

  inflation inflate(std::string_view in, std::size_t most, std::string& out) override {
    if (in.size() > most_at_once) return inflation::too_large;
    auto& stream = inflater();
    set_input(stream, in);
    out.clear();
    bool between_blocks = false;
    for (;;) {
      std::array<char, 16 * 1024> piece;
      set_output(stream, piece.data(), piece.size());
      auto const result = ::inflate(&stream, Z_SYNC_FLUSH);
      if (result == Z_MEM_ERROR) throw std::bad_alloc();
      if (result == Z_DATA_ERROR) return inflation::corrupt;
      auto const made = piece.size() - stream.avail_out;
      if (made > most - out.size()) return inflation::too_large;
      out.append(piece.data(), made);
      auto const rest = in.substr(in.size() - stream.avail_in);
      if (result == Z_STREAM_END) return is_end(rest) ? inflation::done : inflation::corrupt;
      // A call that finds nothing to do does not say where it is.
      if (result == Z_OK) between_blocks = (stream.data_type & 0x80) != 0;
      if (stream.avail_out > 0) return between_blocks ? inflation::done : inflation::corrupt;
    }
  }

private:
  static constexpr int memory_level = 8;  // zlib's own; 5 and 9 make JSON no smaller and are no faster
  static constexpr auto most_at_once = std::numeric_limits<uInt>::max();
  static constexpr std::string_view after_last_block{"\0\0\0\xff\xff", 5};
  static constexpr auto tail = after_last_block.substr(1);  // of every empty block

  // What may be left when a block has said that it is the last (RFC 7692, 7.2.3.4): an empty block, or the
  // four bytes alone, or nothing, when they were part of the last block.
  static bool is_end(std::string_view rest) {
    return rest.empty() || rest == tail || rest == after_last_block;
  }

  static void set_input(z_stream& stream, std::string_view bytes) {
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // which it only reads
    stream.avail_in = static_cast<uInt>(bytes.size());
  }

  static void set_output(z_stream& stream, char* to, std::size_t size) {
    stream.next_out = reinterpret_cast<Bytef*>(to);
    stream.avail_out = static_cast<uInt>(size);
  }

  z_stream& deflater(wrapping form) {
    auto& stream = deflaters_[static_cast<std::size_t>(form)];
    if (stream) {
      deflateReset(stream.get());
      return *stream;
    }
    auto const zlib_bits = form == wrapping::zlib ? MAX_WBITS : MAX_WBITS + 16;  // and 16 for gzip
    auto const bits = form == wrapping::message ? -options_.window_bits : zlib_bits;
    deflate_stream made(new z_stream{});
    if (deflateInit2(made.get(), options_.level, Z_DEFLATED, bits, memory_level, Z_DEFAULT_STRATEGY) != Z_OK)
      throw std::bad_alloc();  // the arguments are good
    stream = std::move(made);
    return *stream;
  }

  z_stream& inflater() {
    if (inflater_) {
      inflateReset(inflater_.get());
      return *inflater_;
    }
    inflate_stream made(new z_stream{});
    if (inflateInit2(made.get(), -MAX_WBITS) != Z_OK) throw std::bad_alloc();
    inflater_ = std::move(made);
    return *inflater_;
  }

  zlib_options options_;
  std::array<deflate_stream, 3> deflaters_;
  inflate_stream inflater_;
};

}  // namespace detail

/// Compression with these options.
class zlib final : public compression {
public:
  /// Throws `std::system_error` naming the first option that is out of range.
  explicit zlib(zlib_options const& options) : options_(options) {
    auto const require = [](bool holds, char const* what) {
      if (!holds) throw std::system_error(std::make_error_code(std::errc::invalid_argument), what);
    };
    require(options.level >= 1 && options.level <= 9, "socketiopp: compression level must be from 1 to 9");
    require(options.window_bits >= 9 && options.window_bits <= 15,
            "socketiopp: compression window_bits must be from 9 to 15");
  }

  std::unique_ptr<compressor> make() const override {
    return std::make_unique<detail::zlib_compressor>(options_);
  }

private:
  zlib_options options_;
};

}  // namespace socketiopp::transport
