// SPDX-License-Identifier: MIT
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <doctest/doctest.h>

#include <socketiopp/json/codec.hpp>

namespace {

namespace json = socketiopp::json;

// A codec written from the documentation alone: its documents know nothing but null.
struct null_codec {
  struct view {
    json::kind kind() const { return json::kind::null; }
    bool boolean() const { return false; }
    std::int64_t integer() const { return 0; }
    std::uint64_t natural() const { return 0; }
    double real() const { return 0; }
    std::string_view string() const { return {}; }
    std::size_t size() const { return 0; }
    view operator[](std::size_t) const { return {}; }
    std::optional<view> find(std::string_view) const { return {}; }
    template <class F> void for_each(F&&) const {}
  };

  struct document {
    bool parse(char const* text, std::size_t size) { return std::string_view(text, size) == "null"; }
    view root() const { return {}; }
    std::size_t retained() const { return 0; }
  };

  template <class Out> struct writer {
    explicit writer(Out& out) : to(out) {}
    void null() { to.append("null", 4); }
    void boolean(bool) { null(); }
    void integer(std::int64_t) { null(); }
    void natural(std::uint64_t) { null(); }
    void real(double) { null(); }
    void string(std::string_view) { null(); }
    void begin_array() {}
    void end_array() { null(); }
    void begin_object() {}
    void key(std::string_view) {}
    void end_object() { null(); }
    Out& to;
  };
};

struct without_writer : null_codec {
  template <class Out> struct writer {};
};

static_assert(json::codec<null_codec>);
static_assert(!json::codec<without_writer>);
static_assert(!json::codec<int>);
static_assert(!json::view<null_codec::document> && !json::document<null_codec::view>);

TEST_CASE("codec: a codec can be written from the documentation alone") {
  null_codec::document document;
  CHECK(document.parse("null", 4));
  CHECK(document.root().kind() == json::kind::null);
}

}  // namespace
