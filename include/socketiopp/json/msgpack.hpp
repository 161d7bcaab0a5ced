// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <forward_list>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

// msgpack-cxx takes the byte order from Boost unless it is told not to; later includes decide for themselves.
#pragma push_macro("MSGPACK_NO_BOOST")
#undef MSGPACK_NO_BOOST
#define MSGPACK_NO_BOOST
#include <msgpack/null_visitor.hpp>
#include <msgpack/pack.hpp>
#include <msgpack/unpack.hpp>
#pragma pop_macro("MSGPACK_NO_BOOST")

#include <socketiopp/json/codec.hpp>
#include <socketiopp/json/kind.hpp>
#include <socketiopp/json/nodes.hpp>
#include <socketiopp/json/time.hpp>
#include <socketiopp/meta/error.hpp>
#include <socketiopp/meta/utf8.hpp>

/// Values as MessagePack, over msgpack-cxx. What a client sends means what it would mean as JSON text, but
/// binary data stands in its place.
namespace socketiopp::json {

namespace detail {

inline std::uint64_t big_endian(std::string_view bytes) noexcept {
  std::uint64_t number = 0;
  for (char const byte : bytes) number = number << 8 | static_cast<unsigned char>(byte);
  return number;
}

// How often a unit fits, rounded down, and what is left.
constexpr std::pair<std::int64_t, std::int64_t> divide(std::int64_t number, std::int64_t unit) {
  std::int64_t const rest = number % unit;
  if (rest < 0) return {number / unit - 1, rest + unit};
  return {number / unit, rest};
}

/// Gathers what msgpack-cxx's parser finds. It allocates for what is there, never for what a header promises.
struct msgpack_visitor : ::msgpack::null_visitor {
  json::nodes& nodes;
  std::forward_list<std::string>& dates;
  bool wants_name = false;
  std::optional<std::string_view> name = {};  // of the member whose value comes next

  msgpack_visitor(json::nodes& its_nodes, std::forward_list<std::string>& its_dates)
      : nodes(its_nodes), dates(its_dates) {}

  bool visit_nil() { return begin_value() && (nodes.add(kind::null), true); }
  bool visit_boolean(bool value) { return begin_value() && (nodes.add(kind::boolean).boolean = value, true); }
  bool visit_float32(float value) { return visit_float64(value); }
  bool start_map_key() { return wants_name = true; }
  bool start_array(std::uint32_t) { return begin_value() && nodes.begin(); }
  bool start_map(std::uint32_t) { return begin_value() && nodes.begin(); }
  bool end_array() { return nodes.end(kind::array), true; }
  bool end_map() { return nodes.end(kind::object), true; }

  bool visit_positive_integer(std::uint64_t value) {
    if (std::in_range<std::int64_t>(value)) return visit_negative_integer(static_cast<std::int64_t>(value));
    return begin_value() && (nodes.add(kind::natural).natural = value, true);
  }

  // In a signed encoding, rather.
  bool visit_negative_integer(std::int64_t value) {
    return begin_value() && (nodes.add(kind::integer).integer = value, true);
  }

  // `JSON.stringify` makes null of a NaN and of infinities.
  bool visit_float64(double value) {
    if (!detail::is_finite(value)) return visit_nil();
    return begin_value() && (nodes.add(kind::real).real = value, true);
  }

  bool visit_str(char const* text, std::uint32_t size) {
    std::string_view const all(text, size);
    if (!meta::is_utf8(all)) return false;
    if (!std::exchange(wants_name, false)) return begin_value() && add(kind::string, all);
    name = all;
    return true;
  }

  bool visit_bin(char const* data, std::uint32_t size) {
    return begin_value() && add(kind::binary, {data, size});
  }

  // notepack's: undefined is fixext 1, a date is fixext 8, and an ArrayBuffer is ext 8, 16 or 32 of any size,
  // all of type 0. The byte before the type tells: it is 0xD4 or 0xD7, or the lowest byte of the size.
  bool visit_ext(char const* type, std::uint32_t size_and_type) {
    std::string_view const data(type + 1, size_and_type - 1);
    if (*type == '\xFF') return timestamp(data);
    if (*type != 0) return false;
    if (type[-1] == static_cast<char>(data.size())) return visit_bin(data.data(), size_and_type - 1);
    if (data.size() == 1) return undefined();
    if (data.size() != 8) return false;
    auto const [seconds, milliseconds] = divide(static_cast<std::int64_t>(big_endian(data)), 1000);
    return date(seconds, static_cast<std::uint64_t>(milliseconds) * 1'000'000);
  }

  // `JSON.stringify` makes null of undefined, but leaves such a member out.
  bool undefined() {
    if (!name) return visit_nil();
    name.reset();
    return true;
  }

  // MessagePack's own type: seconds, and nanoseconds before them. Of 12 bytes, the number is the last eight.
  bool timestamp(std::string_view data) {
    std::uint64_t const number = big_endian(data);
    switch (data.size()) {
      case 4: return date(static_cast<std::int64_t>(number), 0);
      case 8: return date(static_cast<std::int64_t>(number % (std::uint64_t{1} << 34)), number >> 34);
      case 12: return date(static_cast<std::int64_t>(number), big_endian(data.substr(0, 4)));
      default: return false;
    }
  }

  bool date(std::int64_t seconds, std::uint64_t nanoseconds) {
    if (nanoseconds > 999'999'999) return false;
    auto const [day, clock] = divide(seconds, 86'400);
    moment const at{day, clock * second + static_cast<std::int64_t>(nanoseconds)};
    if (!can_be_said(at)) return visit_nil();
    return begin_value() && add(kind::string, dates.emplace_front(time_text(at)));
  }

  bool add(json::kind its_kind, std::string_view bytes) {
    nodes.add(its_kind, static_cast<std::uint32_t>(bytes.size())).text = bytes.data();
    return true;
  }

  // False where the value would be the name of a member.
  bool begin_value() {
    if (wants_name) return false;
    if (name) add(kind::string, *name);
    name.reset();
    return true;
  }
};

}  // namespace detail

/// MessagePack as the codec of a binary parser.
///
/// Dates, which `JSON.stringify` makes text of, are read as that text: those of JavaScript's notepack, which
/// the official clients have, and MessagePack's timestamps. Read as null are NaN, infinities, undefined and
/// dates outside of the years 0000 to 9999, but an undefined member is not there.
struct msgpack {
  class view;
  class document;
  template <class Out> class writer;
};

/// A value in a `msgpack::document`.
class msgpack::view : public node_view {
public:
  explicit view(node_view seen) : node_view(seen) {}

  /// The bytes, which stand in what was parsed.
  std::span<std::byte const> binary() const { return std::as_bytes(std::span(string())); }

  view operator[](std::size_t i) const { return view(node_view::operator[](i)); }

  std::optional<view> find(std::string_view name) const {
    auto const found = node_view::find(name);
    return found ? std::optional(view(*found)) : std::nullopt;
  }

  template <class F> void for_each(F&& f) const {
    node_view::for_each([&](std::string_view name, node_view member) { return f(name, view(member)); });
  }
};

/// A parsed message and the memory for it. Strings and binary data stand in the message, which must outlive
/// the views.
class msgpack::document {
public:
  /// Whether the bytes are exactly one value, nested no deeper than `max_depth`, whose strings are UTF-8. The
  /// names of members must be strings; of the extensions, only dates and what notepack writes are values.
  bool parse(char const* bytes, std::size_t size) {
    nodes_.clear();
    dates_.clear();
    bool const good = size <= std::numeric_limits<std::uint32_t>::max() && parse_nodes(bytes, size);
    if (!good) nodes_.clear();
    return good;
  }

  /// The whole value; null when nothing was parsed.
  view root() const { return view(nodes_.root()); }

  std::size_t retained() const { return nodes_.retained(); }

private:
  bool parse_nodes(char const* bytes, std::size_t size) {
    std::size_t end = 0;
    detail::msgpack_visitor visitor(nodes_, dates_);
    try {
      return ::msgpack::parse(bytes, size, end, visitor) && end == size;
    } catch (::msgpack::ext_size_overflow const&) {
      return false;  // thrown where `std::size_t` has 32 bits
    }
  }

  json::nodes nodes_;
  std::forward_list<std::string> dates_;  // as text
};

/// Appends MessagePack to an `Out`, in the shortest encodings; see the concept `writer`. A `double` stays
/// one, whole or not. Throws also for what is longer than MessagePack can say.
template <class Out> class msgpack::writer {
public:
  /// Writes at the end of `out`, which must outlive the writer.
  explicit writer(Out& out) : stream_{out} {}

  void null() { packer().pack_nil(); }
  void boolean(bool value) { value ? packer().pack_true() : packer().pack_false(); }
  void integer(std::int64_t value) { packer().pack_int64(value); }
  void natural(std::uint64_t value) { packer().pack_uint64(value); }

  // Not through the packer: from 4.0 on it makes integers of whole numbers, of -0 and, wrongly, of 2^64.
  void real(double value) {
    if (!detail::is_finite(value)) refuse();
    auto const bits = std::bit_cast<std::uint64_t>(value);
    std::array<char, 9> bytes{'\xCB'};
    for (unsigned i = 1; i < bytes.size(); ++i) bytes[i] = static_cast<char>(bits >> (64 - 8 * i));
    stream_.write(bytes.data(), bytes.size());
  }

  /// Throws when `text` is not UTF-8.
  void string(std::string_view text) {
    if (!meta::is_utf8(text)) refuse();
    packer().pack_str(count(text.size()));
    stream_.write(text.data(), text.size());
  }

  /// Writes binary data in its place.
  void binary(std::span<std::byte const> data) {
    packer().pack_bin(count(data.size()));
    stream_.write(reinterpret_cast<char const*>(data.data()), data.size());
  }

  void begin_array(std::size_t size) { packer().pack_array(count(size)); }
  void end_array() {}
  void begin_object(std::size_t size) { packer().pack_map(count(size)); }
  void end_object() {}

  /// Writes the name of a member; its value comes next.
  void key(std::string_view name) { string(name); }

private:
  struct stream {
    Out& out;
    void write(char const* bytes, std::size_t size) { out.append(bytes, size); }
  };

  [[noreturn]] static void refuse() { throw std::system_error(errc::not_representable); }

  static std::uint32_t count(std::size_t size) {
    if (size > std::numeric_limits<std::uint32_t>::max()) refuse();
    return static_cast<std::uint32_t>(size);
  }

  auto packer() { return ::msgpack::packer<stream>(stream_); }

  stream stream_;
};

static_assert(codec<msgpack>);

}  // namespace socketiopp::json
