// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include <socketiopp/json/codec.hpp>

/// Binary data on its way out: in its place where the format can say it, else as an attachment.
namespace socketiopp::json {

/// What writing leaves beside the text.
struct write_context {
  /// The binary data that placeholders stand for, by their numbers: depth first, in the order of the
  /// arguments (W-183). They refer to the values that were written, and to `converted`. None where the writer
  /// puts binary data in its place.
  std::vector<std::span<std::byte const>> attachments;
  /// What `fields<T>::to` made, as far as it can hold binary data: attachments outlive the writing.
  std::vector<std::shared_ptr<void const>> converted;
};

namespace detail {

template <writer Writer>
void write_binary(Writer& to, std::span<std::byte const> from, write_context& context) {
  if constexpr (requires { to.binary(from); }) {
    to.binary(from);
  } else {
    to.begin_object(2);
    to.key("_placeholder");
    to.boolean(true);
    to.key("num");
    to.natural(context.attachments.size());
    to.end_object();
    context.attachments.push_back(from);
  }
}

}  // namespace detail

}  // namespace socketiopp::json
