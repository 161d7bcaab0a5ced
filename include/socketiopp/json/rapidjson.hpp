// SPDX-License-Identifier: MIT
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <string_view>
#include <system_error>
#include <vector>

#include <rapidjson/encodings.h>
#include <rapidjson/reader.h>

#include <socketiopp/json/codec.hpp>
#include <socketiopp/json/plain_text.hpp>
#include <socketiopp/json/text_writer.hpp>

/// RapidJSON as the library's JSON: its reader parses in place, into nodes that are reused message after
/// message.
namespace socketiopp::json {

namespace detail {

/// The text as RapidJSON's stream: strings are unescaped where they stand.
struct text_in_place {
  using Ch = char;

  char const* begin;
  char const* end;
  char* source = nullptr;
  char* target = nullptr;
  bool lone_surrogate = false;

  char Peek() const { return *source; }
  char Take() { return *source++; }
  std::size_t Tell() const { return static_cast<std::size_t>(source - begin); }
  char* PutBegin() { return target = source; }
  void Put(char c) { *target++ = c; }
  std::size_t PutEnd(char* from) { return static_cast<std::size_t>(target - from); }

  void copy(std::size_t size) {
    if (source != target) std::memmove(target, source, size);
    source += size;
    target += size;
  }
};

/// UTF-8 as RapidJSON's encoding, stricter and faster than its own: it lets an escaped lone low surrogate
/// pass, and looks at one byte at a time.
struct strict_utf8 : ::rapidjson::UTF8<char> {
  using ::rapidjson::UTF8<char>::Encode;  // RapidJSON instantiates what parsing in place does not call

  static void Encode(text_in_place& out, unsigned codepoint) {
    if (codepoint >= 0xD800 && codepoint <= 0xDFFF) out.lone_surrogate = true;
    ::rapidjson::UTF8<char>::Encode(out, codepoint);
  }

  // RapidJSON asks for one character; all that need no second look are taken at once.
  template <class Out> static bool Validate(text_in_place& text, Out&) {
    std::string_view const rest(text.source, static_cast<std::size_t>(text.end - text.source));
    std::size_t run = plain_prefix(rest);
    if (run == 0) run = utf8_sequence(rest);
    text.copy(run);
    return run != 0;
  }
};

/// A value of a parsed text. What an array or object holds stands together, from `first` on.
struct rapidjson_node {
  json::kind kind = json::kind::null;
  std::uint32_t size = 0;
  union {
    bool boolean;
    std::int64_t integer;
    std::uint64_t natural;
    double real;
    char const* text;
    std::size_t first = 0;
  };
};

/// Gathers what RapidJSON's reader finds.
struct rapidjson_builder : ::rapidjson::BaseReaderHandler<strict_utf8, rapidjson_builder> {
  using size_type = ::rapidjson::SizeType;

  std::vector<rapidjson_node> nodes;
  std::vector<rapidjson_node> open;  // the children of what has not ended yet
  unsigned depth = 0;
  unsigned max_depth = 0;

  bool Null() { return add(kind::null), true; }
  bool Bool(bool value) { return add(kind::boolean).boolean = value, true; }
  bool String(char const* text, size_type size, bool) { return add(kind::string, size).text = text, true; }
  bool StartObject() { return ++depth <= max_depth; }
  bool StartArray() { return ++depth <= max_depth; }
  bool EndObject(size_type count) { return close(kind::object, count, std::size_t{count} * 2); }
  bool EndArray(size_type count) { return close(kind::array, count, count); }

  // RapidJSON has checked the grammar. Its own conversion allocates and is not exact for 64-bit numbers with
  // a fraction.
  bool RawNumber(char const* text, size_type size, bool) {
    char const* const end = text + size;
    auto const all = [&](auto& number) {
      auto const [stop, error] = std::from_chars(text, end, number);
      return stop == end && error == std::errc{};
    };
    std::int64_t integer = 0;
    std::uint64_t natural = 0;
    double real = 0;
    if (bool const minus_zero = *text == '-' && size == 2 && text[1] == '0'; !minus_zero && all(integer)) {
      add(kind::integer).integer = integer;
    } else if (all(natural)) {
      add(kind::natural).natural = natural;
    } else {
      // What is too large RapidJSON has refused; what is out of range here is too small, and zero.
      add(kind::real).real = all(real) ? real : (*text == '-' ? -0.0 : 0.0);
    }
    return true;
  }

  rapidjson_node& add(json::kind its_kind, std::uint32_t size = 0) {
    rapidjson_node& node = open.emplace_back();
    node.kind = its_kind;
    node.size = size;
    return node;
  }

  bool close(json::kind its_kind, std::uint32_t size, std::size_t children) {
    std::size_t const first = nodes.size();
    auto const begin = open.end() - static_cast<std::ptrdiff_t>(children);
    nodes.insert(nodes.end(), begin, open.end());
    open.erase(begin, open.end());
    add(its_kind, size).first = first;
    --depth;
    return true;
  }
};

}  // namespace detail

/// The codec over RapidJSON.
struct rapidjson {
  class view;
  class document;

  /// RapidJSON's writer puts one byte at a time and writes `1.0` for 1, so text is written by the library's
  /// own.
  template <class Out> using writer = text_writer<Out>;

  /// How deeply arrays and objects may be nested. Payloads of applications stay below ten; reading
  /// them recurses once a level, so the bound is also what protects the stack.
  static constexpr unsigned max_depth = 64;
};

/// A value in a `rapidjson::document`.
class rapidjson::view {
public:
  json::kind kind() const { return node_->kind; }
  bool boolean() const { return node_->boolean; }
  std::int64_t integer() const { return node_->integer; }
  std::uint64_t natural() const { return node_->natural; }
  std::string_view string() const { return {node_->text, node_->size}; }
  std::size_t size() const { return node_->size; }

  double real() const {
    switch (kind()) {
      case kind::integer: return static_cast<double>(integer());
      case kind::natural: return static_cast<double>(natural());
      default: return node_->real;
    }
  }

  view operator[](std::size_t i) const { return {all_ + node_->first + i, all_}; }

  std::optional<view> find(std::string_view name) const {
    for (std::size_t i = size(); i-- > 0;) {
      if ((*this)[2 * i].string() == name) return (*this)[2 * i + 1];
    }
    return std::nullopt;
  }

  template <class F> void for_each(F&& f) const {
    for (std::size_t i = 0; i < size(); ++i) {
      if (!f((*this)[2 * i].string(), (*this)[2 * i + 1])) return;
    }
  }

private:
  friend class document;
  view(detail::rapidjson_node const* node, detail::rapidjson_node const* all) : node_(node), all_(all) {}

  detail::rapidjson_node const* node_;
  detail::rapidjson_node const* all_;
};

/// A parsed text and the memory for it.
class rapidjson::document {
public:
  bool parse(char* text, std::size_t size) {
    if (size > std::numeric_limits<std::uint32_t>::max()) return false;
    forget();
    // RapidJSON wants to see a NUL behind the text.
    struct ending {
      char& place;
      char const kept;
      ~ending() { place = kept; }
    } const restored{text[size], text[size]};
    text[size] = '\0';

    detail::text_in_place stream{text, text + size, text};
    constexpr unsigned flags = ::rapidjson::kParseInsituFlag | ::rapidjson::kParseValidateEncodingFlag |
                               ::rapidjson::kParseNumbersAsStringsFlag;
    // Recursive, which is the faster of its two ways: the builder bounds the depth.
    ::rapidjson::GenericReader<detail::strict_utf8, detail::strict_utf8> reader;
    bool const good = !reader.Parse<flags>(stream, builder_).IsError();
    // A NUL inside the text looks like its end.
    if (!good || stream.lone_surrogate || stream.Tell() != size) return false;
    root_ = builder_.open.front();
    return true;
  }

  /// The whole value; null when nothing was parsed.
  view root() const { return {&root_, builder_.nodes.data()}; }

  std::size_t retained() const {
    return (builder_.nodes.capacity() + builder_.open.capacity()) * sizeof(detail::rapidjson_node);
  }

private:
  // Memory for as many nodes is kept between messages: 64 KiB. What a larger message took is given back by
  // the next.
  static constexpr std::size_t kept_nodes = 4096;

  void forget() {
    for (auto* nodes : {&builder_.nodes, &builder_.open}) {
      if (nodes->capacity() > kept_nodes) std::vector<detail::rapidjson_node>().swap(*nodes);
      nodes->clear();
    }
    builder_.depth = 0;
    builder_.max_depth = max_depth;
    root_ = {};
  }

  detail::rapidjson_builder builder_;
  detail::rapidjson_node root_;
};

static_assert(codec<rapidjson>);

}  // namespace socketiopp::json

/// Lets RapidJSON keep the stream's two pointers in registers.
template <> struct rapidjson::StreamTraits<socketiopp::json::detail::text_in_place> {
  enum { copyOptimization = 1 };
};
