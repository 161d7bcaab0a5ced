// SPDX-License-Identifier: MIT
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>
#include <system_error>

#include <rapidjson/encodings.h>
#include <rapidjson/reader.h>

#include <socketiopp/json/codec.hpp>
#include <socketiopp/json/nodes.hpp>
#include <socketiopp/json/plain_text.hpp>
#include <socketiopp/json/rapidjson_document.hpp>
#include <socketiopp/meta/utf8.hpp>

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

/// RapidJSON calls it in place of its own, which copies the stream to and fro for each token: 10 % of what an
/// acknowledged event costs.
inline void SkipWhitespace(text_in_place& text) {
  while (*text.source == ' ' || *text.source == '\n' || *text.source == '\r' || *text.source == '\t')
    ++text.source;
}

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
    if (run == 0) run = meta::utf8_sequence(rest);
    text.copy(run);
    return run != 0;
  }
};

/// Gathers what RapidJSON's reader finds.
struct rapidjson_handler : ::rapidjson::BaseReaderHandler<strict_utf8, rapidjson_handler> {
  using size_type = ::rapidjson::SizeType;

  json::nodes& nodes;

  explicit rapidjson_handler(json::nodes& into) : nodes(into) {}

  bool Null() { return nodes.add(kind::null), true; }
  bool Bool(bool value) { return nodes.add(kind::boolean).boolean = value, true; }
  bool String(char const* text, size_type size, bool) {
    return nodes.add(kind::string, size).text = text, true;
  }
  bool StartObject() { return nodes.begin(); }
  bool StartArray() { return nodes.begin(); }
  bool EndObject(size_type) { return nodes.end(kind::object), true; }
  bool EndArray(size_type) { return nodes.end(kind::array), true; }

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
      nodes.add(kind::integer).integer = integer;
    } else if (all(natural)) {
      nodes.add(kind::natural).natural = natural;
    } else {
      // What is too large RapidJSON has refused; what is out of range here is too small, and zero.
      nodes.add(kind::real).real = all(real) ? real : (*text == '-' ? -0.0 : 0.0);
    }
    return true;
  }
};

}  // namespace detail

inline bool rapidjson::document::parse(char* text, std::size_t size) {
  nodes_.clear();
  if (size > std::numeric_limits<std::uint32_t>::max()) return false;
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
  // Recursive, which is the faster of its two ways: the handler bounds the depth.
  detail::rapidjson_handler handler(nodes_);
  ::rapidjson::GenericReader<detail::strict_utf8, detail::strict_utf8> reader;
  bool good = !reader.Parse<flags>(stream, handler).IsError();
  // A NUL inside the text looks like its end.
  good = good && !stream.lone_surrogate && stream.Tell() == size;
  if (!good) nodes_.clear();
  return good;
}

static_assert(codec<rapidjson>);

}  // namespace socketiopp::json

/// Lets RapidJSON keep the stream's two pointers in registers.
template <> struct rapidjson::StreamTraits<socketiopp::json::detail::text_in_place> {
  enum { copyOptimization = 1 };
};
