// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include <socketiopp/json/codec.hpp>

/// Where an attachment belongs in a payload: `{"_placeholder":true,"num":0}` stands for the first (W-174,
/// W-177).
namespace socketiopp::json {

/// Whether a value stands for an attachment. It is no plain object even when its number is wrong.
template <view View> bool is_placeholder(View from) {
  if (from.kind() != kind::object) return false;
  std::optional<View> const mark = from.find("_placeholder");
  return mark && mark->kind() == kind::boolean && mark->boolean();
}

/// The number of the attachment that a placeholder stands for, if it is one of `count` attachments.
template <view View> std::optional<std::size_t> placeholder_number(View from, std::size_t count) {
  std::optional<View> const number = from.find("num");
  if (!number || number->kind() != kind::integer) return std::nullopt;
  if (number->integer() < 0 || std::cmp_greater_equal(number->integer(), count)) return std::nullopt;
  return static_cast<std::size_t>(number->integer());
}

namespace detail {

template <view View> bool placeholders_fit(View from, std::size_t count, std::size_t& left) {
  bool fit = true;
  if (from.kind() == kind::array) {
    for (std::size_t i = 0; fit && i < from.size(); ++i) fit = placeholders_fit(from[i], count, left);
  } else if (from.kind() == kind::object) {
    if (is_placeholder(from)) fit = left-- > 0 && placeholder_number(from, count);
    // Inside of a placeholder too: who asks for an aggregate gets its members.
    from.for_each(
        [&](std::string_view, View member) { return fit = fit && placeholders_fit(member, count, left); });
  }
  return fit;
}

}  // namespace detail

/// Whether every placeholder anywhere in `from` stands for one of `count` attachments. A packet where it is
/// not so breaks the protocol (W-177), whatever its event does with the payload. So does one with more than
/// twice as many placeholders as attachments: repeated they may be (W-178), but each is read as a copy, and a
/// short packet must not fill the memory.
template <view View> bool placeholders_fit(View from, std::size_t count) {
  std::size_t left = 2 * count;
  return detail::placeholders_fit(from, count, left);
}

}  // namespace socketiopp::json
