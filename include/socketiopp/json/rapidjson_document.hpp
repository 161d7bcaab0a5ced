// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include <socketiopp/json/nodes.hpp>
#include <socketiopp/json/text_writer.hpp>

/// RapidJSON as the library's JSON, for those who do not read text.
namespace socketiopp::json {

/// The codec over RapidJSON.
struct rapidjson {
  using view = node_view;
  class document;

  /// RapidJSON's writer puts one byte at a time and writes `1.0` for 1, so text is written by the library's
  /// own.
  template <class Out> using writer = text_writer<Out>;
};

/// A parsed text and the memory for it. Strings stay where they stand in the text.
class rapidjson::document {
public:
  /// Defined in json/rapidjson.hpp, which only those that read text include.
  inline bool parse(char* text, std::size_t size);

  /// The whole value; null when nothing was parsed.
  view root() const { return nodes_.root(); }

  std::size_t retained() const { return nodes_.retained(); }

private:
  json::nodes nodes_;
};

}  // namespace socketiopp::json
