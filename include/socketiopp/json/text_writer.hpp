// SPDX-License-Identifier: MIT
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <system_error>

#include <socketiopp/json/kind.hpp>
#include <socketiopp/json/plain_text.hpp>
#include <socketiopp/meta/error.hpp>
#include <socketiopp/meta/utf8.hpp>

/// JSON text as JavaScript's `JSON.stringify` writes it. It needs no JSON library, so every codec can use it.
namespace socketiopp::json {

/// Appends JSON text to an `Out`; see the concept `writer`.
template <class Out> class text_writer {
public:
  /// Writes at the end of `out`, which must outlive the writer.
  explicit text_writer(Out& out) : out_(out) {}

  void null() { put("null"); }
  void boolean(bool value) { put(value ? "true" : "false"); }
  void integer(std::int64_t value) { put_number(value); }
  void natural(std::uint64_t value) { put_number(value); }

  /// Writes the shortest text that reads back as the same number. Throws for a NaN or an infinity.
  void real(double value) {
    if (!detail::is_finite(value)) refuse();
    // JavaScript's bounds of plain notation (ECMA-262, Number::toString).
    double const size = value < 0 ? -value : value;
    if (size == 0 || (size >= 1e-6 && size < 1e21)) return put_number(value, std::chars_format::fixed);
    char text[32];
    char const* const end = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific).ptr;
    // "1e-07" is "1e-7" in JavaScript.
    std::string_view const all(text, static_cast<std::size_t>(end - text));
    std::size_t const exponent = all.find('e') + 2;
    separate();
    append(all.substr(0, exponent));
    append(all.substr(exponent + (all[exponent] == '0' ? 1 : 0)));
  }

  /// Throws when `text` is not UTF-8; what was written by then is no JSON.
  void string(std::string_view text) {
    separate();
    quote(text);
  }

  void begin_array(std::size_t) { begin('['); }
  void end_array() { end(']'); }
  void begin_object(std::size_t) { begin('{'); }
  void end_object() { end('}'); }

  /// Writes the name of a member; its value comes next.
  void key(std::string_view name) {
    string(name);
    out_.push_back(':');
    follows_value_ = false;
  }

private:
  [[noreturn]] static void refuse() { throw std::system_error(errc::not_representable); }

  void append(std::string_view text) { out_.append(text.data(), text.size()); }

  void separate() {
    if (follows_value_) out_.push_back(',');
    follows_value_ = true;
  }

  void put(std::string_view token) {
    separate();
    append(token);
  }

  template <class... Value> void put_number(Value... value) {
    char text[32];
    char const* const end = std::to_chars(text, text + sizeof text, value...).ptr;
    put({text, static_cast<std::size_t>(end - text)});
  }

  void begin(char bracket) {
    separate();
    out_.push_back(bracket);
    follows_value_ = false;
  }

  void end(char bracket) {
    out_.push_back(bracket);
    follows_value_ = true;
  }

  void quote(std::string_view text) {
    out_.push_back('"');
    while (!text.empty()) {
      std::size_t run = plain_prefix(text);
      while (std::size_t const more = meta::utf8_sequence(text.substr(run))) run += more;
      append(text.substr(0, run));
      text.remove_prefix(run);
      if (run == 0) {
        escape(text.front());
        text.remove_prefix(1);
      }
    }
    out_.push_back('"');
  }

  void escape(char c) {
    constexpr std::string_view escaped = "\"\\\b\f\n\r\t";
    constexpr std::string_view letters = "\"\\bfnrt";
    constexpr std::string_view digits = "0123456789abcdef";
    if (std::size_t const i = escaped.find(c); i != escaped.npos) {
      char const pair[] = {'\\', letters[i]};
      return append({pair, sizeof pair});
    }
    auto const byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) refuse();
    char const unicode[] = {'\\', 'u', '0', '0', digits[byte >> 4], digits[byte & 15]};
    append({unicode, sizeof unicode});
  }

  Out& out_;
  bool follows_value_ = false;
};

}  // namespace socketiopp::json
