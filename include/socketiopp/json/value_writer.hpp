// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <socketiopp/json/binary.hpp>
#include <socketiopp/json/codec.hpp>
#include <socketiopp/json/kind.hpp>
#include <socketiopp/json/value.hpp>
#include <socketiopp/json/write.hpp>
#include <socketiopp/meta/error.hpp>
#include <socketiopp/meta/utf8.hpp>

/// From typed values to dynamic ones.
namespace socketiopp::json {

/// Writes into a `value`, binary data in its place; see the concept `writer`.
class value_writer {
public:
  /// The value is there when what was begun has ended; `out` must outlive the writer.
  explicit value_writer(value& out) : out_(out) {}

  void null() { put(nullptr); }
  void boolean(bool is) { put(is); }
  void integer(std::int64_t number) { put(number); }
  void natural(std::uint64_t number) { put(number); }
  void real(double number) {
    if (!detail::is_finite(number)) refuse();
    put(number);
  }
  void string(std::string_view text) { put(checked(text)); }
  void binary(std::span<std::byte const> data) { put(socketiopp::binary(data)); }

  void begin_array(std::size_t size) { open_.emplace_back().elements.reserve(size); }
  void end_array() { put(std::move(take().elements)); }

  void begin_object(std::size_t size) { open_.emplace_back().members.reserve(size); }
  void key(std::string_view name) { open_.back().members.emplace_back(checked(name), nullptr); }
  void end_object() { put(std::move(take().members)); }

private:
  // An array or object that has not ended: one of the two stays empty.
  struct unfinished {
    value::array elements;
    value::object members;
  };

  [[noreturn]] static void refuse() { throw std::system_error(errc::not_representable); }

  static std::string_view checked(std::string_view text) {
    if (!meta::is_utf8(text)) refuse();
    return text;
  }

  unfinished take() {
    unfinished last = std::move(open_.back());
    open_.pop_back();
    return last;
  }

  void put(value made) {
    if (open_.empty())
      out_ = std::move(made);
    else if (auto& members = open_.back().members; !members.empty())
      members.back().second = std::move(made);  // a member's key has been written
    else
      open_.back().elements.push_back(std::move(made));
  }

  value& out_;
  std::vector<unfinished> open_;
};

static_assert(writer<value_writer>);

/// The payload as a dynamic value, with binary data inside. Throws `std::system_error` with
/// `errc::not_representable` for what JSON cannot say.
template <writable T> value to_value(T const& from) {
  value made;
  value_writer to(made);
  write_context context;
  write(to, from, context);
  return made;
}

}  // namespace socketiopp::json
