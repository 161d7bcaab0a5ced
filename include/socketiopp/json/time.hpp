// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ratio>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <socketiopp/meta/error.hpp>
#include <socketiopp/reflect/fields.hpp>
#include <socketiopp/reflect/named_members.hpp>

/// Time points as payloads: the text that JavaScript's `Date` writes and reads, `2026-11-23T22:06:22.123Z`.
/// A header to include where they are wanted, as `<chrono>` would cost every other file 60 ms.
///
/// Durations are no payloads: JSON has no form for them, and a bare number does not say its unit. Send a
/// number in a member whose name says it.
namespace socketiopp::json::detail {

/// A moment within the years 0000 to 9999.
struct moment {
  std::int64_t day = 0;         ///< since 1970-01-01
  std::int64_t nanosecond = 0;  ///< of that day
};

inline constexpr std::int64_t second = 1'000'000'000;
inline constexpr std::int64_t minute = 60 * second;
inline constexpr std::int64_t whole_day = 24 * 60 * minute;

constexpr std::int64_t day_of(std::chrono::year_month_day date) {
  return std::chrono::sys_days(date).time_since_epoch().count();
}

inline constexpr std::int64_t first_day =
    day_of({std::chrono::year(0), std::chrono::month(1), std::chrono::day(1)});
inline constexpr std::int64_t last_day =
    day_of({std::chrono::year(9999), std::chrono::month(12), std::chrono::day(31)});

constexpr bool can_be_said(moment at) { return at.day >= first_day && at.day <= last_day; }

/// Appends `value` with at least so many digits.
inline void append_number(std::string& to, std::int64_t value, std::size_t digits) {
  std::string const text = std::to_string(value);
  to.append(digits > text.size() ? digits - text.size() : 0, '0') += text;
}

/// As `Date.prototype.toISOString` writes it, with more digits only where there is more to say.
inline std::string time_text(moment at) {
  std::chrono::year_month_day const date{std::chrono::sys_days(std::chrono::days(at.day))};
  std::string text;
  append_number(text, static_cast<int>(date.year()), 4);
  append_number(text += '-', static_cast<unsigned>(date.month()), 2);
  append_number(text += '-', static_cast<unsigned>(date.day()), 2);
  append_number(text += 'T', at.nanosecond / (60 * minute), 2);
  append_number(text += ':', at.nanosecond / minute % 60, 2);
  append_number(text += ':', at.nanosecond / second % 60, 2);
  append_number(text += '.', at.nanosecond % second, 9);
  std::size_t const most = text.find_last_not_of('0') + 1;
  std::size_t const least = text.find('.') + 4;
  text.resize(most > least ? most : least);
  return text += 'Z';
}

/// Takes the parts of a time from the front of its text.
struct time_reader {
  std::string_view rest;
  bool good = true;

  bool next_is(char c) {
    bool const is = rest.starts_with(c);
    if (is) rest.remove_prefix(1);
    return is;
  }

  void expect(char c) { good = next_is(c) && good; }

  bool next_is_digit() const { return !rest.empty() && rest[0] >= '0' && rest[0] <= '9'; }

  std::int64_t digit() {
    good = good && next_is_digit();
    if (!good) return 0;
    std::int64_t const value = rest[0] - '0';
    rest.remove_prefix(1);
    return value;
  }

  std::int64_t digits(int count) {
    std::int64_t value = 0;
    for (; count > 0; --count) value = value * 10 + digit();
    return value;
  }

  /// Digits behind the point, in nanoseconds; finer ones must be 0.
  std::int64_t fraction(bool& too_fine) {
    std::int64_t value = 0;
    std::int64_t unit = second / 10;
    do {
      std::int64_t const next = digit();
      value += next * unit;
      too_fine = too_fine || (unit == 0 && next != 0);
      unit /= 10;
    } while (good && next_is_digit());
    return value;
  }
};

/// The moment that a text says, or why it says none.
inline std::optional<std::string> read_time(std::string_view text, moment& at) {
  namespace chrono = std::chrono;
  time_reader from{text};
  auto const year = static_cast<int>(from.digits(4));
  from.expect('-');
  auto const month = static_cast<unsigned>(from.digits(2));
  from.expect('-');
  auto const day = static_cast<unsigned>(from.digits(2));
  from.expect('T');
  std::int64_t const hour = from.digits(2);
  from.expect(':');
  std::int64_t const minutes = from.digits(2);
  from.expect(':');
  std::int64_t const seconds = from.digits(2);
  bool too_fine = false;
  std::int64_t const fraction = from.next_is('.') ? from.fraction(too_fine) : 0;

  std::int64_t offset = 0;
  bool possible = true;
  if (!from.next_is('Z')) {
    bool const west = from.next_is('-');
    if (!west) from.expect('+');
    std::int64_t const hours = from.digits(2);
    from.expect(':');
    std::int64_t const more = from.digits(2);
    possible = hours < 24 && more < 60;
    offset = (hours * 60 + more) * (west ? -minute : minute);
  }
  if (!from.good || !from.rest.empty()) return "a time like 2026-11-23T22:06:22.123Z is wanted";
  if (too_fine) return "the time is finer than nanoseconds";

  chrono::year_month_day const date{chrono::year(year), chrono::month(month), chrono::day(day)};
  possible = possible && date.ok() && hour < 24 && minutes < 60 && seconds < 60;
  if (!possible) return "there is no such time";
  std::int64_t const since = (hour * 60 + minutes) * minute + seconds * second + fraction - offset;
  std::int64_t const over = since < 0 ? -1 : since / whole_day;
  at = {day_of(date) + over, since - over * whole_day};
  if (!can_be_said(at)) return "the time is not within the years 0000 to 9999";
  return std::nullopt;
}

/// Whether a time point in this unit is said exactly: whole nanoseconds, of which a day is a multiple.
template <class Duration>
concept exact_duration = std::signed_integral<typename Duration::rep> &&
                             std::ratio_divide<typename Duration::period, std::nano>::den == 1 &&
                         std::ratio_divide<std::chrono::days::period, typename Duration::period>::den == 1;

}  // namespace socketiopp::json::detail

namespace socketiopp {

/// A time point in a unit from nanoseconds to days travels as ISO 8601 text in UTC. Offsets are understood.
/// What the unit cannot hold exactly, or lies outside of the years 0000 to 9999, is refused.
template <json::detail::exact_duration Duration>
struct fields<std::chrono::time_point<std::chrono::system_clock, Duration>> {
  using as = std::string;
  using time_point = std::chrono::time_point<std::chrono::system_clock, Duration>;

  static std::string to(time_point const& from) {
    auto const count = static_cast<std::int64_t>(from.time_since_epoch().count());
    std::int64_t const past = count % units_a_day < 0 ? 1 : 0;
    json::detail::moment const at{count / units_a_day - past,
                                  (count % units_a_day + past * units_a_day) * unit};
    if (!json::detail::can_be_said(at)) throw std::system_error(errc::not_representable);
    return json::detail::time_text(at);
  }

  static std::optional<std::string> from(std::string const& text, time_point& into) {
    json::detail::moment at;
    if (auto reason = json::detail::read_time(text, at)) return reason;
    if (at.nanosecond % unit != 0) return "the time is finer than its type";
    // Counted from the nearer end of the day, so that the earliest time does not overflow on the way.
    std::int64_t const far = at.day < 0 ? 1 : 0;
    std::int64_t count = 0;
    if (__builtin_mul_overflow(at.day + far, units_a_day, &count) ||
        __builtin_add_overflow(count, at.nanosecond / unit - far * units_a_day, &count) ||
        !std::in_range<typename Duration::rep>(count))
      return "the time is outside of what its type can hold";
    into = time_point(Duration(static_cast<typename Duration::rep>(count)));
    return std::nullopt;
  }

private:
  static constexpr std::int64_t unit = std::ratio_divide<typename Duration::period, std::nano>::num;
  static constexpr std::int64_t units_a_day = json::detail::whole_day / unit;
};

}  // namespace socketiopp
