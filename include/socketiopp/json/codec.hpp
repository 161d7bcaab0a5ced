// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

/// What the library asks of a JSON library: documents to read from, and a writer. Everything that knows about
/// payload types stands above this, so that a codec is small.
namespace socketiopp::json {

/// What a JSON value is. Numbers are told apart by what holds them exactly.
enum class kind {
  null,
  boolean,
  integer,  ///< fits `std::int64_t`
  natural,  ///< too large for that, fits `std::uint64_t`
  real,     ///< any other number
  string,
  array,
  object,
  binary,  ///< never in JSON text; a `json::value` holds it, and binary formats do
};

/// A handle to a value inside a document, as cheap to copy as a pointer. What an accessor gives is meaningful
/// only for the kind in its name, but `real()` is for all three kinds of numbers.
///
/// `find` finds the last of several members of one name, as JavaScript does; `for_each` visits all members in
/// their order, until the function returns false.
template <class View>
concept view = std::is_trivially_copyable_v<View> &&
    requires(View const v, std::size_t i, std::string_view name, bool (*visit)(std::string_view, View)) {
  { v.kind() } -> std::same_as<kind>;
  { v.boolean() } -> std::same_as<bool>;
  { v.integer() } -> std::same_as<std::int64_t>;
  { v.natural() } -> std::same_as<std::uint64_t>;
  { v.real() } -> std::same_as<double>;
  { v.string() } -> std::same_as<std::string_view>;
  { v.size() } -> std::same_as<std::size_t>;
  { v[i] } -> std::same_as<View>;
  { v.find(name) } -> std::same_as<std::optional<View>>;
  v.for_each(visit);
};

/// Parsed JSON text. A document is reused for one message after the other; its views live until the next
/// `parse`.
///
/// `parse(text, size)` may overwrite the text, and `text[size]` while it runs. It returns false unless the
/// text is exactly one JSON value in UTF-8 that is not nested too deeply; text from an enemy must not exhaust
/// the stack. `retained()` is how many bytes of memory are kept for the next message.
template <class Document>
concept document = std::default_initializable<Document> && std::movable<Document> &&
    requires(Document d, Document const c, char* text, std::size_t size) {
  { d.parse(text, size) } -> std::same_as<bool>;
  { c.root() } -> view;
  { c.retained() } -> std::same_as<std::size_t>;
};

/// Writes JSON text, value by value, at the end of some `Out` that has `append(char const*, std::size_t)` and
/// `push_back(char)`. Commas and colons are the writer's affair. A NaN, an infinity or a string that is not
/// UTF-8 throws `std::system_error` with `errc::not_representable`.
template <class Writer>
concept writer = requires(Writer w, bool b, std::int64_t i, std::uint64_t n, double d, std::string_view s) {
  w.null();
  w.boolean(b);
  w.integer(i);
  w.natural(n);
  w.real(d);
  w.string(s);
  w.begin_array();
  w.end_array();
  w.begin_object();
  w.key(s);
  w.end_object();
};

/// A JSON library: `J::document`, `J::view` and `J::writer<Out>`, which is constructed from an `Out&`.
template <class J>
concept codec = document<typename J::document> && view<typename J::view> &&
    std::same_as<decltype(std::declval<typename J::document const>().root()), typename J::view> &&
    writer<typename J::template writer<std::string>> &&
    std::constructible_from<typename J::template writer<std::string>, std::string&>;

}  // namespace socketiopp::json
