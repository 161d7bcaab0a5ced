// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <socketiopp/http/grammar.hpp>
#include <socketiopp/http/header_list.hpp>
#include <socketiopp/http/response.hpp>
#include <socketiopp/transport/compression.hpp>

/// The compression of HTTP answers (RFC 9110, 8.4 and 12.5.3; W-046).
namespace socketiopp::transport {

/// How the body of an answer is compressed.
enum class content_coding : std::uint8_t { identity, deflate, gzip };

namespace detail {

/// A weight in thousandths, from what stands behind the semicolon: `q=0.5`. What is none counts as 0, so that
/// nothing is sent that a client may not read.
constexpr int quality(std::string_view text) {
  text = http::trim(text);
  if (!text.starts_with("q=") && !text.starts_with("Q=")) return 0;
  text.remove_prefix(2);
  if (text.empty() || text.size() > 5 || (text.size() > 1 && text[1] != '.')) return 0;
  int sum = 0;
  int place = 1000;
  for (char const c : text) {
    if (c == '.' && place == 100) continue;
    if (c < '0' || c > '9') return 0;
    sum += (c - '0') * place;
    place /= 10;
  }
  return sum <= 1000 ? sum : 0;
}

inline void vary_by_encoding(http::response& answer) {
  for (auto& [name, value] : answer.headers) {
    if (!http::same_name(name, "vary")) continue;
    auto const covers = [](std::string_view each) {
      return each == "*" || http::same_name(each, "accept-encoding");
    };
    if (!http::any_element(value, covers)) value += ", Accept-Encoding";
    return;
  }
  answer.headers.emplace_back("Vary", "Accept-Encoding");
}

}  // namespace detail

/// The coding that suits the sender of these headers best; gzip rather than deflate.
inline content_coding choose_coding(http::header_list const& asked) {
  std::optional<int> gzip;
  std::optional<int> deflate;
  int others = 0;
  for (auto const [name, value] : asked) {
    if (!http::same_name(name, "accept-encoding")) continue;
    http::any_element(value, [&](std::string_view element) {
      auto const semicolon = element.find(';');
      auto const coding = http::trim(element.substr(0, semicolon));
      auto const weight = semicolon == element.npos ? 1000 : detail::quality(element.substr(semicolon + 1));
      if (http::same_name(coding, "gzip")) gzip = weight;
      if (http::same_name(coding, "deflate")) deflate = weight;
      if (coding == "*") others = weight;
      return false;
    });
  }
  auto const best = gzip.value_or(others);
  if (best >= deflate.value_or(others)) return best > 0 ? content_coding::gzip : content_coding::identity;
  return content_coding::deflate;
}

/// Compresses the body of a whole answer, one of status 200, if it is long enough and gets shorter.
inline void encode_body(http::response& answer, content_coding chosen, compressor& with) {
  if (answer.body.size() < with.terms().threshold || answer.find("Content-Encoding")) return;
  detail::vary_by_encoding(answer);
  if (chosen == content_coding::identity) return;
  auto const gzip = chosen == content_coding::gzip;
  std::string encoded;
  if (!with.deflate(gzip ? wrapping::gzip : wrapping::zlib, answer.body, encoded)) return;
  answer.body = std::move(encoded);
  answer.set("Content-Encoding", gzip ? "gzip" : "deflate");
}

}  // namespace socketiopp::transport
