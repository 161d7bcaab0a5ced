// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <socketiopp/json/binary.hpp>
#include <socketiopp/json/codec.hpp>
#include <socketiopp/json/kind.hpp>

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

  value() noexcept {}
  value(std::nullptr_t) noexcept {}
  value(std::same_as<bool> auto is) noexcept : kind_(kind::boolean), boolean_(is) {}
  value(detail::number auto number) noexcept
      : kind_(std::in_range<std::int64_t>(number) ? kind::integer : kind::natural),
        natural_(static_cast<std::uint64_t>(number)) {
    if (kind_ == kind::integer) integer_ = static_cast<std::int64_t>(number);
  }
  value(std::floating_point auto number) noexcept : kind_(kind::real), real_(static_cast<double>(number)) {}
  value(std::string text) noexcept : kind_(kind::string), string_(std::move(text)) {}
  value(std::string_view text) : kind_(kind::string), string_(text) {}
  value(char const* text) : kind_(kind::string), string_(text) {}
  value(array elements) noexcept : kind_(kind::array), array_(std::move(elements)) {}
  value(object members) noexcept : kind_(kind::object), object_(std::move(members)) {}
  value(socketiopp::binary data) noexcept : kind_(kind::binary), binary_(std::move(data)) {}

  value(value const& other) : kind_(other.kind_) { copy(other); }
  value(value&& other) noexcept : kind_(other.kind_) { take(other); }
  value& operator=(value const& other) { return *this = value(other); }
  value& operator=(value&& other) noexcept {
    if (this == &other) return *this;
    destroy();
    kind_ = other.kind_;
    take(other);
    return *this;
  }
  ~value() { destroy(); }

  json::kind kind() const { return kind_; }
  bool is_null() const { return kind_ == kind::null; }

  /// What it holds, by kind; the neutral value of the type when it is of another kind.
  bool boolean() const { return kind_ == kind::boolean && boolean_; }
  std::int64_t integer() const { return kind_ == kind::integer ? integer_ : 0; }
  std::uint64_t natural() const { return kind_ == kind::natural ? natural_ : 0; }
  std::string_view string() const { return kind_ == kind::string ? string_ : std::string_view(); }
  array const& elements() const {
    static array const none;
    return kind_ == kind::array ? array_ : none;
  }
  object const& members() const {
    static object const none;
    return kind_ == kind::object ? object_ : none;
  }
  socketiopp::binary const& binary() const {
    static socketiopp::binary const none;
    return kind_ == kind::binary ? binary_ : none;
  }

  /// Any of the three kinds of numbers, rounded if need be.
  double real() const {
    switch (kind_) {
      case kind::integer: return static_cast<double>(integer_);
      case kind::natural: return static_cast<double>(natural_);
      case kind::real: return real_;
      default: return 0;
    }
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

  bool operator==(value const& other) const {
    if (kind_ != other.kind_) return false;
    switch (kind_) {
      case kind::null: return true;
      case kind::boolean: return boolean_ == other.boolean_;
      case kind::integer: return integer_ == other.integer_;
      case kind::natural: return natural_ == other.natural_;
      case kind::real: return real_ == other.real_;
      case kind::string: return string_ == other.string_;
      case kind::array: return array_ == other.array_;
      case kind::object: return object_ == other.object_;
      case kind::binary: return binary_ == other.binary_;
    }
    return false;
  }

private:
  /// Constructs what the other has, whose kind this one has taken over.
  void copy(value const& other) {
    switch (kind_) {
      case kind::string: ::new (&string_) std::string(other.string_); break;
      case kind::array: ::new (&array_) array(other.array_); break;
      case kind::object: ::new (&object_) object(other.object_); break;
      case kind::binary: ::new (&binary_) socketiopp::binary(other.binary_); break;
      default: copy_scalar(other);
    }
  }
  void take(value& other) noexcept {
    switch (kind_) {
      case kind::string: ::new (&string_) std::string(std::move(other.string_)); break;
      case kind::array: ::new (&array_) array(std::move(other.array_)); break;
      case kind::object: ::new (&object_) object(std::move(other.object_)); break;
      case kind::binary: ::new (&binary_) socketiopp::binary(std::move(other.binary_)); break;
      default: copy_scalar(other);
    }
  }
  void copy_scalar(value const& other) noexcept {
    switch (kind_) {
      case kind::boolean: boolean_ = other.boolean_; break;
      case kind::integer: integer_ = other.integer_; break;
      case kind::natural: natural_ = other.natural_; break;
      case kind::real: real_ = other.real_; break;
      default: break;
    }
  }
  void destroy() noexcept {
    switch (kind_) {
      case kind::string: return string_.~basic_string();
      case kind::array: return array_.~array();
      case kind::object: return object_.~object();
      case kind::binary: return binary_.~binary();
      default: return;
    }
  }

  static value const& absent() {
    static value const null;
    return null;
  }

  // No std::variant: each of its operations costs a compiler a table of functions in every file, while what a
  // value holds is known by its kind.
  json::kind kind_ = kind::null;
  union {
    bool boolean_;
    std::int64_t integer_ = 0;
    std::uint64_t natural_;
    double real_;
    std::string string_;
    array array_;
    object object_;
    socketiopp::binary binary_;
  };
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
