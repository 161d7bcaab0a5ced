// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include <socketiopp/json/describe.hpp>
#include <socketiopp/json/fault.hpp>
#include <socketiopp/json/read.hpp>
#include <socketiopp/json/shape.hpp>
#include <socketiopp/json/value.hpp>

/// The arguments of an event that no contract names.
namespace socketiopp {

/// Owns the arguments as JSON values; each can be asked for as a typed value.
class arguments {
public:
  arguments() = default;
  explicit arguments(std::vector<json::value> values) : values_(std::move(values)) {}

  std::size_t size() const { return values_.size(); }
  bool empty() const { return values_.empty(); }

  /// The argument at `i`, counted from 0; null when there is none.
  json::value const& operator[](std::size_t i) const {
    static json::value const null;
    return i < size() ? values_[i] : null;
  }

  /// The argument at `i` as a `T`. Throws `payload_error` when it is no `T`, or is missing and `T` is not
  /// optional.
  template <json::payload T> T get(std::size_t i) const {
    T wanted{};
    json::read_context context;
    bool const good = i < size() ? json::read(values_[i].view(), wanted, context)
                                 : json::detail::read_missing(wanted, context);
    if (good) return wanted;
    json::detail::under(i, context);
    throw payload_error(std::move(context.fault));
  }

  std::vector<json::value>::const_iterator begin() const { return values_.begin(); }
  std::vector<json::value>::const_iterator end() const { return values_.end(); }

  bool operator==(arguments const&) const = default;

private:
  std::vector<json::value> values_;
};

}  // namespace socketiopp

namespace socketiopp::json {

/// Reads all elements of `from`, which is an array, from place `first` on.
template <view View>
bool read_arguments(View from, std::size_t first, arguments& into, read_context& context) {
  std::vector<value> values(from.size() > first ? from.size() - first : 0);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!read(from[first + i], values[i], context)) return detail::under(i, context);
  }
  into = arguments(std::move(values));
  return true;
}

}  // namespace socketiopp::json
