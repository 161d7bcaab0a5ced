// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include <socketiopp/json/rapidjson.hpp>

#if __has_include(<nlohmann/json.hpp>)
#include <socketiopp/json/nlohmann.hpp>
#define SOCKETIOPP_TEST_CODECS socketiopp::json::rapidjson, socketiopp::json::nlohmann
#else
#define SOCKETIOPP_TEST_CODECS socketiopp::json::rapidjson
#endif

/// A test case that runs over every codec there is, as `Codec`.
#define CODEC_TEST_CASE(name) TEST_CASE_TEMPLATE(name, Codec, SOCKETIOPP_TEST_CODECS)

/// A text and what a codec makes of it.
template <class Codec> struct parsed {
  std::string text;
  typename Codec::document held;
  bool good;

  explicit parsed(std::string_view source) : text(source), good(held.parse(text.data(), text.size())) {}
  typename Codec::view root() const { return held.root(); }
};

template <class Codec> bool accepts(std::string_view text) { return parsed<Codec>(text).good; }
