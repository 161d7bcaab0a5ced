// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The query of a URL, read as the WHATWG URL standard reads `application/x-www-form-urlencoded`
/// (section 5.1), except that the bytes are left as the escapes spell them: nothing here asks whether they
/// are UTF-8.
namespace socketiopp::protocol {

namespace detail {

// How much of the text stands for itself: nearly always all of it.
inline std::size_t plain_prefix(std::string_view text) {
  return std::min({text.find('%'), text.find('+'), text.size()});
}

}  // namespace detail

/// Replaces each `%` with two hexadecimal digits by the byte they spell; any other `%` stays as it is.
inline std::string percent_decode(std::string_view text, bool plus_is_space) {
  std::string decoded(text.substr(0, detail::plain_prefix(text)));
  text.remove_prefix(decoded.size());
  decoded.reserve(decoded.size() + text.size());
  while (!text.empty()) {
    unsigned char byte = 0;
    auto const digits = text.substr(1, 2);
    auto const end = digits.data() + digits.size();
    if (text.front() == '%' && digits.size() == 2 &&
        std::from_chars(digits.data(), end, byte, 16).ptr == end) {
      decoded.push_back(static_cast<char>(byte));
      text.remove_prefix(3);
    } else {
      decoded.push_back(text.front() == '+' && plus_is_space ? ' ' : text.front());
      text.remove_prefix(1);
    }
  }
  return decoded;
}

namespace detail {

// Calls `visit(name, value)` for each field, still escaped, until it returns false. Empty fields are none.
template <class Visit> void for_each_field(std::string_view query, Visit visit) {
  while (!query.empty()) {
    auto const field = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(field.size() + 1, query.size()));
    if (field.empty()) continue;
    auto const name = field.substr(0, field.find('='));
    auto const value = field.size() == name.size() ? std::string_view{} : field.substr(name.size() + 1);
    if (!visit(name, value)) return;
  }
}

}  // namespace detail

/// All fields of `query` (what follows the `?`), in order; a field without `=` has an empty value.
inline std::vector<std::pair<std::string, std::string>> parse_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> fields;
  detail::for_each_field(query, [&](std::string_view name, std::string_view value) {
    fields.emplace_back(percent_decode(name, true), percent_decode(value, true));
    return true;
  });
  return fields;
}

/// The value of the field called `name`, if there is one. Of several the first counts, as for
/// `URLSearchParams.get`; the Node server counts the last.
inline std::optional<std::string> query_value(std::string_view query, std::string_view name) {
  std::optional<std::string> found;
  detail::for_each_field(query, [&](std::string_view field, std::string_view value) {
    if (detail::plain_prefix(field) == field.size() ? field != name : percent_decode(field, true) != name)
      return true;
    found = percent_decode(value, true);
    return false;
  });
  return found;
}

}  // namespace socketiopp::protocol
