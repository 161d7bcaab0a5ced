// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include <socketiopp/protocol/query.hpp>

/// JSONP polling of Engine.IO v3 (W-194, F-053): payloads as scripts in one direction, as the fields of forms
/// in the other.
namespace socketiopp::protocol {

namespace detail {

// Appends what stands for `text` within the quotes of a JavaScript string: the escapes of JSON, and for what
// JSON leaves alone and a script must not hold: line separators, and the start of an HTML tag.
inline void escape_javascript(std::string_view text, std::string& out) {
  constexpr std::string_view hex = "0123456789abcdef";
  constexpr std::string_view line_separator = "\xe2\x80\xa8", paragraph_separator = "\xe2\x80\xa9";
  while (!text.empty()) {
    auto const byte = static_cast<unsigned char>(text.front());
    std::size_t taken = 1;
    if (byte == '"' || byte == '\\') {
      out.push_back('\\');
      out.push_back(text.front());
    } else if (byte < 0x20 || byte == '<') {
      out.append("\\u00");
      out.push_back(hex[byte >> 4]);
      out.push_back(hex[byte & 15]);
    } else if (text.starts_with(line_separator) || text.starts_with(paragraph_separator)) {
      out.append(text.starts_with(line_separator) ? "\\u2028" : "\\u2029");
      taken = line_separator.size();
    } else {
      out.push_back(text.front());
    }
    text.remove_prefix(taken);
  }
}

// Undoes what clients do to line ends, which forms would make `\r\n`: `\n` stands for one, and `\\n` for
// `\n`.
inline std::string restore_line_ends(std::string_view text) {
  std::string restored;
  restored.reserve(text.size());
  while (!text.empty()) {
    auto const escaped = text.starts_with("\\\\n");
    auto const line_end = text.starts_with("\\n");
    if (escaped)
      restored.append("\\n");
    else
      restored.push_back(line_end ? '\n' : text.front());
    text.remove_prefix(escaped ? 3 : line_end ? 2 : 1);
  }
  return restored;
}

}  // namespace detail

/// The script that hands `payload`, which is UTF-8, to the callback of the number `index`: what the client's
/// query has as `j`, of which only the digits are used.
inline std::string jsonp_script(std::string_view index, std::string_view payload) {
  std::string script = "___eio[";
  script.reserve(payload.size() + payload.size() / 8 + 32);
  std::copy_if(index.begin(), index.end(), std::back_inserter(script),
               [](char character) { return character >= '0' && character <= '9'; });
  script.append("](\"");
  detail::escape_javascript(payload, script);
  script.append("\");");
  return script;
}

/// The payload in the body of a form: its field `d`. Nothing if there is none.
inline std::optional<std::string> jsonp_payload(std::string_view form) {
  auto const field = query_value(form, "d");
  if (!field) return std::nullopt;
  return detail::restore_line_ends(*field);
}

}  // namespace socketiopp::protocol
