// SPDX-License-Identifier: MIT
#include <cstddef>
#include <cstdint>

#include <socketiopp/json/kind.hpp>

namespace {

using socketiopp::json::detail::character;
using socketiopp::json::detail::number;

static_assert(number<int> && number<std::uint64_t> && number<signed char>);
static_assert(!number<bool> && !number<char> && !number<char8_t> && !number<double> && !number<std::byte>);
static_assert(character<char> && character<wchar_t> && !character<unsigned char>);

}  // namespace
