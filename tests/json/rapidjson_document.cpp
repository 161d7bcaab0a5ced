// SPDX-License-Identifier: MIT
#include <string>
#include <type_traits>

#include <socketiopp/json/codec.hpp>
#include <socketiopp/json/rapidjson_document.hpp>

namespace {

namespace json = socketiopp::json;

// What a file with handlers needs is there without RapidJSON.
static_assert(json::view<json::rapidjson::view> && json::writer<json::rapidjson::writer<std::string>>);
static_assert(std::is_default_constructible_v<json::rapidjson::document>);

}  // namespace
