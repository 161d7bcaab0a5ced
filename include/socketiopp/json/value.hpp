// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <socketiopp/json/binary.hpp>
#include <socketiopp/json/codec.hpp>
#include <socketiopp/json/shape.hpp>

/// JSON whose type nobody knows beforehand.
namespace socketiopp::json {

class value_view;

/// Any JSON value, or binary data.
///
///     json::value v = json::value::object{{"name", "anna"}, {"ages", json::array(7, 9)}};
///     v["ages"][1].integer();  // 9
///     v["nobody"].is_null();   // true
class value {
public:
  using array = std::vector<value>;
  /// Members in the order in which they came; of several with one name the last counts.
  using object = std::vector<std::pair<std::string, value>>;

  value() = default;
  value(std::nullptr_t) {}
  value(std::same_as<bool> auto is) : held_(is) {}
  value(detail::number auto number) : held_(held(number)) {}
  value(std::floating_point auto number) : held_(static_cast<double>(number)) {}
  value(std::string text) : held_(std::move(text)) {}
  value(std::string_view text) : held_(std::string(text)) {}
  value(char const* text) : held_(std::string(text)) {}
  value(array elements) : held_(std::move(elements)) {}
  value(object members) : held_(std::move(members)) {}
  value(socketiopp::binary data) : held_(std::move(data)) {}

  json::kind kind() const { return kinds[held_.index()]; }
  bool is_null() const { return kind() == kind::null; }

  /// What it holds, by kind; the neutral value of the type when it is of another kind.
  bool boolean() const { return get<bool>(); }
  std::int64_t integer() const { return get<std::int64_t>(); }
  std::uint64_t natural() const { return get<std::uint64_t>(); }
  std::string_view string() const { return refer<std::string>(); }
  array const& elements() const { return refer<array>(); }
  object const& members() const { return refer<object>(); }
  socketiopp::binary const& binary() const { return refer<socketiopp::binary>(); }

  /// Any of the three kinds of numbers, rounded if need be.
  double real() const {
    if (kind() == kind::integer) return static_cast<double>(integer());
    if (kind() == kind::natural) return static_cast<double>(natural());
    return get<double>();
  }

  /// The number of elements or members, 0 for everything else.
  std::size_t size() const { return elements().size() + members().size(); }

  /// The element at `i`; null when there is none.
  value const& operator[](std::size_t i) const { return i < elements().size() ? elements()[i] : absent(); }

  /// The member called `name`; null when there is none.
  value const& operator[](std::string_view name) const {
    value const* const found = find(name);
    return found ? *found : absent();
  }

  /// The last member called `name`, or a null pointer.
  value const* find(std::string_view name) const {
    for (std::size_t i = members().size(); i-- > 0;) {
      if (members()[i].first == name) return &members()[i].second;
    }
    return nullptr;
  }

  /// The value as what `read` reads from; it lives as long as the value.
  value_view view() const;

  bool operator==(value const&) const = default;

private:
  using variant = std::variant<std::nullptr_t, bool, std::int64_t, std::uint64_t, double, std::string, array,
                               object, socketiopp::binary>;
  static constexpr json::kind kinds[] = {kind::null,    kind::boolean, kind::integer,
                                         kind::natural, kind::real,    kind::string,
                                         kind::array,   kind::object,  kind::binary};

  static variant held(detail::number auto number) {
    if (std::in_range<std::int64_t>(number)) return static_cast<std::int64_t>(number);
    return static_cast<std::uint64_t>(number);
  }

  template <class T> T get() const {
    T const* const found = std::get_if<T>(&held_);
    return found ? *found : T{};
  }

  template <class T> T const& refer() const {
    static T const none;
    T const* const found = std::get_if<T>(&held_);
    return found ? *found : none;
  }

  static value const& absent() {
    static value const null;
    return null;
  }

  variant held_;
};

/// An array of these values. Braces after `value::array` do the same, but around a single array
/// compilers do not agree on what they mean.
template <class... Element>
  requires(std::constructible_from<value, Element>&&...)
value array(Element&&... element) {
  value::array elements;
  elements.reserve(sizeof...(element));
  (elements.emplace_back(std::forward<Element>(element)), ...);
  return elements;
}

/// A handle to a `value`, as the views of documents are.
class value_view {
public:
  explicit value_view(value const& seen) : value_(&seen) {}

  json::kind kind() const { return value_->kind(); }
  bool boolean() const { return value_->boolean(); }
  std::int64_t integer() const { return value_->integer(); }
  std::uint64_t natural() const { return value_->natural(); }
  double real() const { return value_->real(); }
  std::string_view string() const { return value_->string(); }
  std::size_t size() const { return value_->size(); }
  value_view operator[](std::size_t i) const { return value_view(value_->elements()[i]); }
  socketiopp::binary const& binary() const { return value_->binary(); }

  std::optional<value_view> find(std::string_view name) const {
    value const* const found = value_->find(name);
    if (!found) return std::nullopt;
    return value_view(*found);
  }

  template <class F> void for_each(F&& f) const {
    for (auto const& [name, member] : value_->members()) {
      if (!f(std::string_view(name), value_view(member))) return;
    }
  }

private:
  value const* value_;
};

inline value_view value::view() const { return value_view(*this); }

static_assert(json::view<value_view>);

}  // namespace socketiopp::json
