// SPDX-License-Identifier: MIT
// Any MessagePack, read as payloads: what is read comes back from what is written of it, and but for binary
// data it means the same as JSON text.
// Input: the message.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

#include "input.hpp"
#include "payloads.hpp"
#include <socketiopp/json/binary.hpp>
#include <socketiopp/json/codec.hpp>
#include <socketiopp/json/fits.hpp>
#include <socketiopp/json/msgpack.hpp>
#include <socketiopp/json/rapidjson.hpp>
#include <socketiopp/json/read.hpp>
#include <socketiopp/json/value.hpp>
#include <socketiopp/json/write.hpp>

namespace payloads {

using namespace socketiopp;

struct tree {
  std::string name;
  std::vector<tree> children;
  std::optional<binary> data;
  bool operator==(tree const&) const = default;
};

struct everything {
  bool yes = false;
  std::int64_t whole = 0;
  std::optional<std::uint64_t> natural;
  double real = 0;
  color paint = color::none;
  std::tuple<int, std::string> pair;
  std::map<std::string, choice> named;
  binary bytes;
  json::value any;
  bool operator==(everything const&) const = default;
};

}  // namespace payloads

namespace {

using namespace socketiopp;
using codec = json::msgpack;

template <class T> std::string write(T const& from) {
  std::string made;
  json::write_context context;
  codec::writer<std::string> out(made);
  json::write(out, from, context);
  fuzz::require(context.attachments.empty(), "binary data is written in its place");
  return made;
}

template <class T> void check_written(T const& value) {
  fuzz::block const message(write(value));
  codec::document document;
  fuzz::require(document.parse(message.view().data(), message.view().size()),
                "what is written is MessagePack");
  T again{};
  json::read_context context;
  fuzz::require(json::read(document.root(), again, context), "what is written is a payload of its type");
  fuzz::require(again == value && write(again) == message.view(), "a payload comes back");
}

template <class T> void check(codec::view from, json::value const& dynamic) {
  T typed{};
  json::read_context context;
  bool const reads = json::read(from, typed, context);
  fuzz::require(reads != !context.fault.reason.empty(), "there is a reason where a payload does not fit");
  fuzz::require(!reads || json::fits<T>(from), "what can be read looks like its type");
  if (reads) check_written(typed);

  T twin{};
  json::read_context of_dynamic;
  bool const reads_dynamic = json::read(dynamic.view(), twin, of_dynamic);
  fuzz::require(reads == reads_dynamic && context.fault == of_dynamic.fault,
                "messages and dynamic values fit the same");
  fuzz::require(!reads || typed == twin, "they read the same");
}

template <class... T> void check_all(codec::view from, json::value const& dynamic) {
  (check<T>(from, dynamic), ...);
}

void check_against_text(json::value const& value) {
  std::string text;
  json::write_context written;
  json::rapidjson::writer<std::string> out(text);
  json::write(out, value, written);
  if (!written.attachments.empty()) return;  // a placeholder may be nested too deeply
  fuzz::block const block(text, 1);
  json::rapidjson::document document;
  fuzz::require(document.parse(block.span().data(), block.span().size()), "any value can be said in JSON");
  json::value again;
  json::read_context context;
  fuzz::require(json::read(document.root(), again, context) && payloads::same(again, value),
                "it means the same there");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  fuzz::block const message(std::string_view(reinterpret_cast<char const*>(data), size));
  codec::document document;
  if (!document.parse(message.view().data(), size)) return 0;
  json::value value;
  json::read_context context;
  fuzz::require(json::read(document.root(), value, context), "any MessagePack is a value");
  check_against_text(value);
  check_all<bool, std::int8_t, std::int64_t, std::uint64_t, float, double, std::string, payloads::color,
            payloads::point, payloads::tree, payloads::choice, payloads::everything, binary, json::value,
            std::optional<int>, std::vector<payloads::choice>, std::array<int, 2>,
            std::map<std::string, std::optional<int>>>(document.root(), value);
  return 0;
}
