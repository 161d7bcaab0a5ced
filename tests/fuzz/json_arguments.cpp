// SPDX-License-Identifier: MIT
// Any JSON, read as every kind of payload: what fits comes back from its text, and reads the same out of a
// dynamic value.
// Input: a byte for how many attachments there are, the JSON text.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "input.hpp"
#include "payloads.hpp"
#include <socketiopp/json/arguments.hpp>
#include <socketiopp/json/binary.hpp>
#include <socketiopp/json/fits.hpp>
#include <socketiopp/json/placeholder.hpp>
#include <socketiopp/json/rapidjson.hpp>
#include <socketiopp/json/read.hpp>
#include <socketiopp/json/value.hpp>
#include <socketiopp/json/write.hpp>
#include <socketiopp/reflect/fields.hpp>

namespace payloads {

using namespace socketiopp;

/// Any value; see `same`.
struct any {
  json::value held;
  bool operator==(any const& other) const { return same(held, other.held); }
};

struct tree {
  std::string name;
  std::vector<tree> children;
  std::optional<any> note;
  bool operator==(tree const&) const = default;
};

struct renamed {
  int count = 0;
  bool operator==(renamed const&) const = default;
};

/// Travels as a text without spaces.
struct word {
  std::string text;
  bool operator==(word const&) const = default;
};

struct everything {
  bool yes = false;
  std::int64_t whole = 0;
  std::optional<std::uint64_t> natural;
  double real = 0;
  color paint = color::none;
  std::tuple<int, std::string> pair;
  std::array<std::optional<bool>, 2> two;
  std::map<std::string, choice> named;
  std::map<std::int16_t, std::vector<double>> numbered;
  std::set<std::string> names;
  binary bytes;
  payloads::any any;
  bool operator==(everything const&) const = default;
};

}  // namespace payloads

template <> struct socketiopp::fields<payloads::renamed> {
  static constexpr std::tuple members{socketiopp::field{"the count", &payloads::renamed::count}};
};

template <> struct socketiopp::fields<payloads::any> {
  using as = json::value;
  static json::value to(payloads::any const& from) { return from.held; }
  static bool from(json::value const& value, payloads::any& into) {
    into.held = value;
    return true;
  }
};

template <> struct socketiopp::fields<payloads::word> {
  using as = std::string;
  static std::string to(payloads::word const& from) { return from.text; }
  static bool from(std::string const& text, payloads::word& into) {
    into.text = text;
    return text.find(' ') == text.npos;
  }
};

namespace {

using namespace socketiopp;
using codec = json::rapidjson;
using attachments = std::span<std::span<std::byte const> const>;

template <class T> bool same(T const& a, T const& b) { return a == b; }
bool same(json::value const& a, json::value const& b) { return payloads::same(a, b); }
template <class T> bool same(std::unique_ptr<T> const& a, std::unique_ptr<T> const& b) {
  return a && b ? *a == *b : !a == !b;
}

/// A value as it travels.
struct sent {
  std::string text;
  std::vector<std::vector<std::byte>> bytes;

  bool operator==(sent const&) const = default;
};

template <class T> sent write(T const& from) {
  sent made;
  json::write_context context;
  codec::writer<std::string> out(made.text);
  json::write(out, from, context);
  for (auto const each : context.attachments) made.bytes.emplace_back(each.begin(), each.end());
  return made;
}

/// Whether it comes back.
template <class T> void check_written(T const& value) {
  auto const first = write(value);
  std::vector<std::span<std::byte const>> const views(first.bytes.begin(), first.bytes.end());
  fuzz::block const text(first.text, 1);
  codec::document document;
  fuzz::require(document.parse(text.span().data(), text.span().size()), "what is written is JSON");
  T again{};
  json::read_context context{.attachments = views};
  fuzz::require(json::read(document.root(), again, context), "what is written is a payload of its type");
  fuzz::require(same(again, value) && write(again) == first, "a payload comes back");
}

template <class T> void check(codec::view from, json::value const& dynamic, attachments given) {
  T typed{};
  json::read_context context{.attachments = given};
  auto const reads = json::read(from, typed, context);
  fuzz::require(reads != !context.fault.reason.empty(), "there is a reason where a payload does not fit");
  fuzz::require(!reads || json::fits<T>(from), "what can be read looks like its type");
  if (reads) check_written(typed);

  // With attachments the dynamic value holds bytes where the document has placeholders.
  T twin{};
  json::read_context of_dynamic;
  auto const reads_dynamic = json::read(dynamic.view(), twin, of_dynamic);
  fuzz::require(reads == reads_dynamic || !given.empty(), "documents and dynamic values fit the same");
  if (given.empty()) fuzz::require(context.fault == of_dynamic.fault, "they misfit for the same reason");
  if (reads && reads_dynamic) fuzz::require(same(typed, twin), "they read the same");
}

template <class... T> void check_all(codec::view from, json::value const& dynamic, attachments given) {
  (check<T>(from, dynamic, given), ...);
}

void check_value(codec::view from, attachments given) {
  json::value dynamic;
  json::read_context context{.attachments = given};
  if (!json::read(from, dynamic, context)) {
    fuzz::require(!json::placeholders_fit(from, given.size()),
                  "any JSON is a value, but for its placeholders");
    return;
  }
  check_all<bool, std::int8_t, std::uint32_t, std::int64_t, std::uint64_t, float, double, std::string,
            std::nullptr_t, payloads::color, payloads::point, payloads::tree, payloads::renamed,
            payloads::word, payloads::choice, payloads::everything, binary, json::value,
            std::optional<std::optional<int>>, std::unique_ptr<payloads::point>, std::vector<bool>,
            std::deque<payloads::choice>, std::set<int>, std::array<int, 2>, std::pair<std::string, binary>,
            std::map<std::uint8_t, payloads::word>, std::map<std::string, std::optional<int>>,
            std::vector<std::variant<std::vector<int>, std::map<std::string, payloads::point>>>>(
      from, dynamic, given);
}

void check_arguments(codec::view from, attachments given) {
  std::tuple<std::string, std::optional<payloads::point>, std::optional<json::value>> typed;
  json::read_context context{.attachments = given};
  auto const reads = json::read_arguments(from, 1, typed, context);
  fuzz::require(reads || context.fault.path.starts_with('['), "the fault of an argument says which");
  arguments all;
  json::read_context of_all{.attachments = given};
  if (!json::read_arguments(from, 1, all, of_all)) return;
  fuzz::require(all.size() == (from.size() > 0 ? from.size() - 1 : 0), "all arguments are read");
  if (reads)
    fuzz::require(all.get<std::string>(0) == std::get<0>(typed), "arguments are the same either way");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  static constexpr std::array bytes{std::byte{1}, std::byte{2}};
  static constexpr std::array<std::span<std::byte const>, 2> both{bytes, std::span(bytes).first(0)};
  fuzz::input in(data, size);
  auto const given = attachments(both).first(in.byte() % 3);
  fuzz::block const text(in.rest(), 1);
  codec::document document;
  if (!document.parse(text.span().data(), text.span().size())) return 0;
  check_value(document.root(), given);
  if (document.root().kind() == json::kind::array) check_arguments(document.root(), given);
  return 0;
}
