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

#include <socketiopp/json/kind.hpp>

/// What the library asks of a JSON library: documents to read from, and a writer. Everything that knows about
/// payload types stands above this, so that a codec is small.
namespace socketiopp::json {

/// How deeply arrays and objects may be nested in what arrives. Payloads of applications stay below ten;
/// reading them recurses once a level, so the bound is also what protects the stack.
inline constexpr unsigned max_depth = 64;

/// A handle to a value inside a document, as cheap to copy as a pointer. What an accessor gives is meaningful
/// only for the kind in its name, but `real()` is for all three kinds of numbers.
///
/// `find` finds the last of several members of one name, as JavaScript does; `for_each` visits all members in
/// their order, until the function returns false.
///
/// Where the kind can be `kind::binary` there is a `binary()` too, which gives a
/// `std::span<std::byte const>` or a `socketiopp::binary const&`; reading copies it.
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
/// text is exactly one JSON value in UTF-8, nested no deeper than `max_depth`, without lone surrogates in
/// escapes and without numbers that no `double` reaches (`1e400`). `-0` is a real, as it has a sign.
/// `retained()` is how many bytes of memory are kept for the next message.
template <class Document>
concept document = std::default_initializable<Document> && std::movable<Document> &&
    requires(Document d, Document const c, char* text, std::size_t size) {
  { d.parse(text, size) } -> std::same_as<bool>;
  { c.root() } -> view;
  { c.retained() } -> std::same_as<std::size_t>;
};

/// Writes value by value at the end of some `Out` that has `append(char const*, std::size_t)` and
/// `push_back(char)`. Commas and colons are the writer's affair. An array or object is begun with the number
/// of elements or members that will follow: text has no use for it, binary formats begin with it. A NaN, an
/// infinity or a string that is not UTF-8 throws `std::system_error` with `errc::not_representable`.
///
/// A writer that also has `binary(std::span<std::byte const>)` gets binary data in its place; others get a
/// placeholder there, and the data becomes an attachment.
template <class Writer>
concept writer = requires(Writer w, bool b, std::int64_t i, std::uint64_t n, double d, std::string_view s,
                          std::size_t size) {
  w.null();
  w.boolean(b);
  w.integer(i);
  w.natural(n);
  w.real(d);
  w.string(s);
  w.begin_array(size);
  w.end_array();
  w.begin_object(size);
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
