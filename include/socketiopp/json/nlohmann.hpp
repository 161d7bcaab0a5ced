// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include <socketiopp/json/codec.hpp>
#include <socketiopp/json/nodes.hpp>
#include <socketiopp/json/text_writer.hpp>

/// JSON for Modern C++ as the library's JSON, for programs that have it anyway. What it takes and refuses is
/// the same as over RapidJSON.
namespace socketiopp::json {

namespace detail {

/// Gathers what the parser finds. Strings are put at the front of the text, over what has been read: none is
/// longer than what it was read from.
struct nlohmann_handler {
  json::nodes& nodes;
  char* place;

  bool null() { return nodes.add(kind::null), true; }
  bool boolean(bool value) { return nodes.add(kind::boolean).boolean = value, true; }

  // The parser calls this for numbers with a sign, so that zero is -0.
  bool number_integer(std::int64_t value) {
    if (value == 0) return number_float(-0.0, {});
    return nodes.add(kind::integer).integer = value, true;
  }

  bool number_unsigned(std::uint64_t value) {
    if (!std::in_range<std::int64_t>(value)) return nodes.add(kind::natural).natural = value, true;
    return nodes.add(kind::integer).integer = static_cast<std::int64_t>(value), true;
  }

  bool number_float(double value, std::string const&) { return nodes.add(kind::real).real = value, true; }

  bool string(std::string const& value) {
    nodes.add(kind::string, static_cast<std::uint32_t>(value.size())).text = place;
    std::memcpy(place, value.data(), value.size());
    place += value.size();
    return true;
  }

  bool key(std::string const& name) { return string(name); }
  bool start_object(std::size_t) { return nodes.begin(); }
  bool start_array(std::size_t) { return nodes.begin(); }
  bool end_object() { return nodes.end(kind::object), true; }
  bool end_array() { return nodes.end(kind::array), true; }

  // Of its binary formats, which are not parsed here.
  bool binary(::nlohmann::json::binary_t const&) { return false; }

  bool parse_error(std::size_t, std::string const&, ::nlohmann::json::exception const&) { return false; }
};

}  // namespace detail

/// The codec over JSON for Modern C++.
struct nlohmann {
  using view = node_view;
  class document;

  /// Its own `dump` writes `1.0` for 1 and wants a document first, so text is written by the library's own.
  template <class Out> using writer = text_writer<Out>;
};

/// A parsed text and the memory for it. Strings stand in the text.
class nlohmann::document {
public:
  bool parse(char* text, std::size_t size) {
    nodes_.clear();
    if (size > std::numeric_limits<std::uint32_t>::max()) return false;
    // The parser skips a byte order mark and takes a NUL for the end; neither can stand in JSON.
    bool const odd = size > 0 && (*text == '\xEF' || std::memchr(text, '\0', size));
    detail::nlohmann_handler handler{nodes_, text};
    bool const good = !odd && ::nlohmann::json::sax_parse(text, text + size, &handler);
    if (!good) nodes_.clear();
    return good;
  }

  /// The whole value; null when nothing was parsed.
  view root() const { return nodes_.root(); }

  std::size_t retained() const { return nodes_.retained(); }

private:
  json::nodes nodes_;
};

static_assert(codec<nlohmann>);

}  // namespace socketiopp::json
