// SPDX-License-Identifier: MIT
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/json/msgpack.hpp>
#include <socketiopp/json/read.hpp>
#include <socketiopp/json/value.hpp>
#include <socketiopp/json/write.hpp>

// Bytes that are said to be notepack's are what notepack.io 2.2.0 made of the JavaScript next to them, which
// is what socket.io-msgpack-parser 3.0.2 uses.
namespace {

using namespace std::literals;
namespace sio = socketiopp;
namespace json = sio::json;
using json::kind;

struct user {
  std::string name;
  std::optional<int> age;
  bool operator==(user const&) const = default;
};

struct picture {
  sio::binary data;
  std::string name;
  std::vector<sio::binary> more;
  bool operator==(picture const&) const = default;
};

enum class color { red, green };

struct everything {
  user owner;
  std::vector<std::optional<user>> others;
  std::map<int, std::string> names;
  std::set<std::string> tags;
  std::variant<std::monostate, int, std::string> some;
  std::tuple<bool, double, float> reals;
  std::array<std::int64_t, 2> limits;
  std::uint64_t most;
  color paint;
  picture image;
  json::value any;
  bool operator==(everything const&) const = default;
};

struct list {
  int label = 0;
  std::unique_ptr<list> next;
};

std::string bytes(std::string_view hex) {
  std::string made;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    made += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return made;
}

struct parsed {
  // Of just that size, so that a sanitizer sees who reads behind it.
  std::vector<char> message;
  json::msgpack::document held;
  bool good;

  explicit parsed(std::string_view source)
      : message(source.begin(), source.end()), good(held.parse(message.data(), message.size())) {}
  json::msgpack::view root() const { return held.root(); }
};

bool accepts(std::string_view message) { return parsed(message).good; }

// As a value that does not refer to the message.
json::value read(std::string_view message) {
  parsed const p(message);
  REQUIRE(p.good);
  json::value made;
  json::read_context context;
  REQUIRE(json::read(p.root(), made, context));
  return made;
}

template <class T> std::string written(T const& from) {
  std::string made;
  json::msgpack::writer<std::string> to(made);
  json::write_context context;
  json::write(to, from, context);
  CHECK(context.attachments.empty());
  return made;
}

template <class T> T sent_and_read(T const& from) {
  parsed const p(written(from));
  REQUIRE(p.good);
  T made{};
  json::read_context context;
  CHECK(json::read(p.root(), made, context));
  CHECK(context.fault.reason == "");
  return made;
}

json::value object(json::value::object members) { return members; }

TEST_CASE("msgpack: every kind of value that notepack writes") {
  // {z: null, b: [true, false], s: 'é€😀', a: [], o: {}, r: 0.5}
  parsed const p(bytes("86a17ac0a16292c3c2a173a9c3a9e282acf09f9880a16190a16f80a172cb3fe0000000000000"));
  REQUIRE(p.good);
  auto const root = p.root();
  REQUIRE(root.kind() == kind::object);
  REQUIRE(root.size() == 6);
  CHECK(root.find("z")->kind() == kind::null);
  CHECK((*root.find("b"))[0].boolean());
  CHECK((*root.find("b"))[1].kind() == kind::boolean);
  CHECK_FALSE((*root.find("b"))[1].boolean());
  CHECK(root.find("s")->string() == "é€😀");
  CHECK(root.find("a")->kind() == kind::array);
  CHECK(root.find("a")->size() == 0);
  CHECK(root.find("o")->kind() == kind::object);
  CHECK(root.find("r")->real() == 0.5);
  CHECK_FALSE(root.find("q"));
  std::string names;
  root.for_each([&](std::string_view name, json::msgpack::view) { return (names += name) != "zbs"; });
  CHECK(names == "zbs");
}

TEST_CASE("msgpack: the last of several members of one name is found, all are visited") {
  parsed const p(
      "\x83\xa1"
      "a\x01\xa1"
      "b\x02\xa1"
      "a\x03"sv);
  REQUIRE(p.good);
  CHECK(p.root().size() == 3);
  CHECK(p.root().find("a")->integer() == 3);
}

TEST_CASE("msgpack: integers of notepack, read and written the same") {
  json::value const naturals = json::value::array{
      0, 1, 127, 128, 255, 256, 65'535, 65'536, 4'294'967'295, 4'294'967'296, 9'007'199'254'740'991};
  json::value const negatives = json::value::array{
      -1, -32, -33, -128, -129, -32'768, -32'769, -2'147'483'648, -2'147'483'649, -9'007'199'254'740'991};
  std::string const natural_bytes =
      bytes("9b00017fcc80ccffcd0100cdffffce00010000ceffffffffcf0000000100000000cf001fffffffffffff");
  std::string const negative_bytes =
      bytes("9affe0d0dfd080d1ff7fd18000d2ffff7fffd280000000d3ffffffff7fffffffd3ffe0000000000001");
  CHECK(written(naturals) == natural_bytes);
  CHECK(read(natural_bytes) == naturals);
  CHECK(written(negatives) == negative_bytes);
  CHECK(read(negative_bytes) == negatives);
}

TEST_CASE("msgpack: integers have the kind that holds them, whatever their encoding") {
  auto const integer = [](std::string_view hex) {
    parsed const p(bytes(hex));
    REQUIRE(p.good);
    REQUIRE(p.root().kind() == kind::integer);
    return p.root().integer();
  };
  CHECK(integer("cf7fffffffffffffff") == INT64_MAX);
  CHECK(integer("d38000000000000000") == INT64_MIN);
  CHECK(integer("d30000000000000007") == 7);
  CHECK(integer("d07f") == 127);
  CHECK(integer("cf0000000000000000") == 0);
  parsed const p(bytes("cf8000000000000000"));
  REQUIRE(p.good);
  CHECK(p.root().kind() == kind::natural);
  CHECK(p.root().natural() == std::uint64_t{1} << 63);
  CHECK(p.root().real() == 9223372036854775808.0);
  CHECK(sent_and_read(UINT64_MAX) == UINT64_MAX);
  CHECK(sent_and_read(INT64_MIN) == INT64_MIN);
  CHECK(written(std::uint64_t{7}) == "\x07");
}

TEST_CASE("msgpack: reals stay reals, and whole ones are read as integers too") {
  json::value const reals = json::value::array{0.5, -0.1, 1e-7};
  std::string const notepack = bytes("93cb3fe0000000000000cbbfb999999999999acb3e7ad7f29abcaf48");
  CHECK(written(reals) == notepack);
  CHECK(read(notepack) == reals);
  CHECK(read(bytes("ca3fc00000")) == json::value(1.5));  // float 32

  for (double const real :
       {0.0, -0.0, 2.0, -3.0, 18446744073709551616.0, 1e300, 5e-324, 1.7976931348623157e308}) {
    CAPTURE(real);
    json::value const again = sent_and_read(json::value(real));
    CHECK(again.kind() == kind::real);
    CHECK(again.real() == real);
    CHECK(std::signbit(again.real()) == std::signbit(real));
  }
  CHECK(written(2.0) == bytes("cb4000000000000000"));
  parsed const whole(written(2.0));
  int number = 0;
  json::read_context context;
  CHECK(json::read(whole.root(), number, context));
  CHECK(number == 2);
}

TEST_CASE("msgpack: NaN and infinities are read as JSON.stringify writes them, as null") {
  // [NaN, Infinity, -Infinity]
  CHECK(read(bytes("93cb7ff8000000000000cb7ff0000000000000cbfff0000000000000")) ==
        json::value::array{nullptr, nullptr, nullptr});
  CHECK(read(bytes("ca7f800000")).is_null());
  CHECK(read(bytes("81a161cb7ff8000000000000")) == object({{"a", nullptr}}));
}

TEST_CASE("msgpack: strings and names are read at every length, and written in the shortest form") {
  // ['', 'a', 'é€😀', 'x'.repeat(31), 'x'.repeat(32)]
  json::value const strings = json::value::array{"", "a", "é€😀", std::string(31, 'x'), std::string(32, 'x')};
  std::string const notepack =
      bytes("95a0a161a9c3a9e282acf09f9880bf") + std::string(31, 'x') + bytes("d920") + std::string(32, 'x');
  CHECK(written(strings) == notepack);
  CHECK(read(notepack) == strings);
  for (std::size_t const size : {255U, 256U, 65'535U, 65'536U, 70'000U}) {
    std::map<std::string, std::string> const both{{std::string(size, 'k'), std::string(size, 'v')}};
    CHECK(sent_and_read(both) == both);
  }
  CHECK(written(std::string(255, 'x')).substr(0, 2) == bytes("d9ff"));
  CHECK(written(std::string(256, 'x')).substr(0, 3) == bytes("da0100"));
  CHECK(written(std::string(65'536, 'x')).substr(0, 5) == bytes("db00010000"));
  CHECK(sent_and_read("a\0b\x1f\"\\"s) == "a\0b\x1f\"\\"s);
}

TEST_CASE("msgpack: strings that are not UTF-8 are refused, read and written") {
  for (std::string_view const text : {"\xff"sv, "\xc3"sv, "\xed\xa0\x80"sv, "\xc0\x80"sv, "aaaaaaaa\x80"sv,
                                      "\xf4\x90\x80\x80"sv, "plain \"text\" and \xe2\x82"sv}) {
    CAPTURE(text);
    std::string const size(1, static_cast<char>(0xa0 + text.size()));
    CHECK_FALSE(accepts(size + std::string(text)));
    CHECK_FALSE(accepts("\x81" + size + std::string(text) + "\x01"));
    CHECK_THROWS_AS(written(text), std::system_error);
    CHECK_THROWS_AS(written(std::map<std::string, int>{{std::string(text), 1}}), std::system_error);
  }
  CHECK(accepts("\xa8plain\t\"\n"));
}

TEST_CASE("msgpack: lone surrogates, of which notepack makes other characters") {
  // ['\ud800', '\udc00', 'a\ud800b']
  CHECK(read(bytes("93a4f0908080a4f0908080a561f09081a2")) ==
        json::value::array{"\U00010000", "\U00010000", "a\U00010062"});
}

TEST_CASE("msgpack: objects and arrays are written as notepack does") {
  // {name: 'anna', age: 7, tags: ['a', []], more: {}}
  std::string const notepack = bytes("84a46e616d65a4616e6e61a361676507a47461677392a16190a46d6f726580");
  json::value const value = object({{"name", "anna"},
                                    {"age", 7},
                                    {"tags", json::value::array{"a", json::value::array{}}},
                                    {"more", json::value::object{}}});
  CHECK(written(value) == notepack);
  CHECK(read(notepack) == value);
  CHECK(written(std::vector<int>(15, 1))[0] == '\x9f');
  CHECK(written(std::vector<int>(16, 1)).substr(0, 3) == bytes("dc0010"));
  for (std::size_t const size : {15U, 16U, 65'535U, 65'536U}) {
    std::vector<int> const numbers(size, 3);
    CHECK(sent_and_read(numbers) == numbers);
  }
  std::map<int, bool> many;
  for (int i = 0; i < 70'000; ++i) many[i] = i % 2 == 0;
  CHECK(sent_and_read(many) == many);
}

TEST_CASE("msgpack: a packet of socket.io-msgpack-parser (F-221)") {
  // {type: 2, data: ['message', 'hi', {n: 1}], options: {compress: true}, id: 12, nsp: '/chat'}
  CHECK(read(bytes(
            "85a47479706502a46461746193a76d657373616765a2686981a16e01a76f7074696f6e7381a8636f6d7072657373c3"
            "a269640ca36e7370a52f63686174")) ==
        object({{"type", 2},
                {"data", json::value::array{"message", "hi", object({{"n", 1}})}},
                {"options", object({{"compress", true}})},
                {"id", 12},
                {"nsp", "/chat"}}));
}

TEST_CASE("msgpack: undefined is null in an array, and no member of an object") {
  CHECK(read(bytes("92d4000082a161d40000a16201")) ==
        json::value::array{nullptr, object({{"b", 1}})});  // [undefined, {a: undefined, b: 1}]
  CHECK(read(bytes("d40000")).is_null());                  // undefined
  // {type: 0, data: undefined, nsp: '/'}
  CHECK(read(bytes("83a47479706500a464617461d40000a36e7370a12f")) == object({{"type", 0}, {"nsp", "/"}}));
  CHECK(read(bytes("81a161d40000")) == json::value::object{});
  CHECK_FALSE(accepts(bytes("81d4000001")));  // as a name
}

TEST_CASE("msgpack: dates of notepack are the text that JSON.stringify makes of them") {
  // what new Date(text) is encoded as
  for (auto const& [hex, text] : {std::pair{"d7000000000000000000", "1970-01-01T00:00:00.000Z"},
                                  {"d700000001a20a7223ab", "2026-11-23T22:06:22.123Z"},
                                  {"d700ffffffffffffffff", "1969-12-31T23:59:59.999Z"},
                                  {"d7000000018df4bc5600", "2024-02-29T12:00:00.000Z"},
                                  {"d700ffffc77590fba000", "0000-01-01T00:00:00.000Z"},
                                  {"d7000000e677d21fdbff", "9999-12-31T23:59:59.999Z"}}) {
    CHECK(read(bytes(hex)) == json::value(text));
  }
  // Beyond these years the text has a sign and no type reads it. JavaScript's dates end at 8.64e15 ms.
  for (std::string_view const hex :
       {"d700ffffc77590fb9fff", "d7000000e677d21fdc00", "d700001eb208c2dc0000", "d700ffe14df73d240000",
        "d700001eb208c2dc0001", "d7007fffffffffffffff", "d7008000000000000000"}) {
    CAPTURE(hex);
    CHECK(read(bytes(hex)).is_null());
  }
  CHECK_FALSE(accepts(bytes("81d700000000000000000001")));  // as a name
}

TEST_CASE("msgpack: many dates in one message keep their texts, also when the document moves") {
  std::string message = bytes("81a16491") + bytes("9f");
  for (int i = 0; i < 15; ++i) {
    message += bytes("d700") + std::string(6, '\0') + static_cast<char>(i) + '\0';
  }
  parsed p(message);
  REQUIRE(p.good);
  json::msgpack::document const moved = std::move(p.held);
  auto const dates = (*moved.root().find("d"))[0];
  REQUIRE(dates.size() == 15);
  CHECK(dates[0].string() == "1970-01-01T00:00:00.000Z");
  CHECK(dates[14].string() == "1970-01-01T00:00:03.584Z");
}

TEST_CASE("msgpack: MessagePack's own timestamps are dates too") {
  CHECK(read(bytes("d6ff00000001")) == json::value("1970-01-01T00:00:01.000Z"));
  CHECK(read(bytes("d6ffffffffff")) == json::value("2106-02-07T06:28:15.000Z"));
  CHECK(read(bytes("d7ff") + bytes("ee6b27fc00000002")) == json::value("1970-01-01T00:00:02.999999999Z"));
  CHECK(read(bytes("d7ff") + bytes("00000003ffffffff")) == json::value("2514-05-30T01:53:03.000Z"));
  CHECK(read(bytes("c70cff") + bytes("3b9ac9ff") + bytes("ffffffffffffffff")) ==
        json::value("1969-12-31T23:59:59.999999999Z"));
  CHECK(read(bytes("c70cff000000007fffffffffffffff")).is_null());
  CHECK(read(bytes("c70cff000000008000000000000000")).is_null());
  CHECK_FALSE(accepts(bytes("c70cff3b9aca000000000000000000")));  // a thousand million nanoseconds
  CHECK_FALSE(accepts(bytes("d7ffee6b280000000002")));
  CHECK_FALSE(accepts(bytes("d4ff00")));
  CHECK_FALSE(accepts(bytes("c703ff000000")));
  CHECK_FALSE(accepts(bytes("c700ff")));
}

TEST_CASE("msgpack: binary data of notepack: a Buffer, and an ArrayBuffer of any size") {
  // [Buffer.from([1, 2, 3]), Buffer.alloc(0)]
  CHECK(read(bytes("92c403010203c400")) == json::value::array{sio::binary("\1\2\3"), sio::binary()});
  // [Uint8Array.of(1, 2, 3).buffer, Uint8Array.of(9), Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), new
  // ArrayBuffer(0)]
  CHECK(read(bytes("94c70300010203c7010009c708000102030405060708c70000")) ==
        json::value::array{sio::binary("\1\2\3"), sio::binary("\x9"), sio::binary("\1\2\3\4\5\6\7\x8"),
                           sio::binary()});
  for (std::size_t const size : {212U, 213U, 214U, 215U, 216U}) {  // whose bytes are those of the fixexts
    std::string const data(size, '\0');
    CHECK(read(bytes("c7") + static_cast<char>(size) + '\0' + data) == json::value(sio::binary(data)));
    CHECK(read(bytes("c801") + static_cast<char>(size) + '\0' + data + std::string(256, '\0')).kind() ==
          kind::binary);
  }
  CHECK(read(bytes("c9000000010007")) == json::value(sio::binary("\7")));

  parsed const p(bytes("c403010203"));
  REQUIRE(p.root().kind() == kind::binary);
  auto const seen = p.root().binary();
  CHECK(seen.size() == 3);
  CHECK(seen.data() == reinterpret_cast<std::byte const*>(p.message.data() + 2));
}

TEST_CASE("msgpack: binary data is written in its place") {
  CHECK(written(sio::binary("\1\2\3")) == bytes("c403010203"));
  CHECK(written(sio::binary()) == bytes("c400"));
  picture const image{sio::binary(std::string(300, 'p')), "p", {sio::binary("1"), sio::binary()}};
  CHECK(sent_and_read(image) == image);
  CHECK(written(image).substr(0, 9) == bytes("83a464617461c5012c"));
  std::vector<picture> const images{image, {}, image};
  CHECK(sent_and_read(images) == images);
  CHECK(sent_and_read(sio::binary(std::string(70'000, 'b'))) == sio::binary(std::string(70'000, 'b')));
}

TEST_CASE("msgpack: other extensions are refused") {
  for (std::string_view const hex :
       {"d40100", "d5000000", "d60000000000", "d80000000000000000000000000000000000", "d701ffffffffffffffff",
        "c7010500", "c70005", "d4fe00", "c800010100"}) {
    CAPTURE(hex);
    CHECK_FALSE(accepts(bytes(hex)));
  }
}

TEST_CASE("msgpack: the names of members are strings") {
  for (std::string_view const name : {"01", "ff", "c0", "c3", "cb3fe0000000000000", "c40161", "90", "80",
                                      "9161", "81a16101", "d40000", "c7010061"}) {
    CAPTURE(name);
    CHECK_FALSE(accepts("\x81" + bytes(name) + "\x01"));
    CHECK_FALSE(
        accepts("\x82\xa1"
                "a\x01" +
                bytes(name) + "\x01"));
  }
  CHECK(accepts(bytes("81a001")));
}

TEST_CASE("msgpack: what is not exactly one value is refused") {
  for (std::string_view const hex : {"", "c1", "91c1", "0000", "c0c0", "91", "9101c0", "81a161", "81", "a2",
                                     "d9", "da00", "db000000", "cc", "cb00", "8001", "c0c1"}) {
    CAPTURE(hex);
    CHECK_FALSE(accepts(bytes(hex)));
  }
  json::msgpack::document d;
  CHECK_FALSE(d.parse(nullptr, 0));
}

TEST_CASE("msgpack: a header that promises more than there is costs nothing") {
  for (std::string_view const hex :
       {"ddffffffff", "dfffffffff", "dbffffffff", "c6ffffffff", "c9ffffffff00", "dcffff", "deffff",
        "ddffffffffddffffffffddffffffff", "dfffffffffa161dfffffffffa161", "c9ffffffff", "ddffffffff01"}) {
    CAPTURE(hex);
    parsed const p(bytes(hex));
    CHECK_FALSE(p.good);
    CHECK(p.held.retained() < 1024);
    CHECK(p.root().kind() == kind::null);
  }
}

TEST_CASE("msgpack: nesting is bounded, and the stack is safe") {
  auto const arrays = [](std::size_t depth) { return std::string(depth - 1, '\x91') + '\x90'; };
  CHECK(accepts(arrays(json::max_depth)));
  CHECK_FALSE(accepts(arrays(json::max_depth + 1)));
  CHECK_FALSE(accepts(arrays(1'000'000)));
  CHECK_FALSE(accepts(std::string(1'000'000, '\x91')));
  std::string objects;
  for (int i = 0; i < 100'000; ++i) {
    objects += "\x81\xa1";
    objects += 'a';
  }
  CHECK_FALSE(accepts(objects));
  std::string many = bytes("dc03e8");
  for (int i = 0; i < 500; ++i) many += bytes("9080");
  CHECK(accepts(many));  // what is open counts, not what there is
}

TEST_CASE("msgpack: a document is used again, after good and bad messages") {
  json::msgpack::document d;
  std::string const good = bytes("82a16193010281a162c0a164d7000000000000000000");
  std::string const bad = bytes("81a16193010281a162c1");
  for (int i = 0; i < 3; ++i) {
    REQUIRE(d.parse(good.data(), good.size()));
    CHECK(d.root().find("a")->size() == 3);
    CHECK(d.root().find("d")->string() == "1970-01-01T00:00:00.000Z");
    CHECK_FALSE(d.parse(bad.data(), bad.size()));
    CHECK(d.root().kind() == kind::null);
  }
  std::size_t const usual = d.retained();
  std::string const big = bytes("dd000186a0") + std::string(100'000, '\0');
  REQUIRE(d.parse(big.data(), big.size()));
  CHECK(d.root().size() == 100'000);
  CHECK(d.retained() > 1'000'000);
  REQUIRE(d.parse(good.data(), good.size()));
  CHECK(d.retained() <= usual);
}

everything all_shapes() {
  return {{"anna \"\U0001F600\"", 7},
          {user{"b", {}}, std::nullopt},
          {{-1, "minus"}, {2, "two"}},
          {"x", "y"},
          "some",
          {true, 0.1, 1.5F},
          {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()},
          std::numeric_limits<std::uint64_t>::max(),
          color::green,
          {sio::binary("raw"), "p", {sio::binary("1"), sio::binary()}},
          object({{"a", json::value::array{1, nullptr, 1.5, 2.0}}, {"b", sio::binary("c")}, {"d", "e"}})};
}

TEST_CASE("msgpack: payloads of every shape read back as they were") {
  CHECK((sent_and_read(all_shapes()) == all_shapes()));
  list const chain = sent_and_read(list{1, std::make_unique<list>(list{2, nullptr})});
  REQUIRE(chain.next);
  CHECK(chain.next->label == 2);
  CHECK_FALSE(chain.next->next);
  using choice = std::variant<std::monostate, bool, int, double, std::string, sio::binary, user>;
  std::vector<choice> const choices{std::monostate(), true, 7, 0.5, "s", sio::binary("b"), user{"u", {}}};
  CHECK((sent_and_read(choices) == choices));
  CHECK(sent_and_read(std::vector<std::optional<int>>{1, {}}) == std::vector<std::optional<int>>{1, {}});
}

TEST_CASE("msgpack: an empty optional is no member, and the rest is counted") {
  CHECK(written(user{"a", {}}) == bytes("81a46e616d65a161"));
  CHECK(written(user{"a", 7}) == bytes("82a46e616d65a161a361676507"));
  CHECK(sent_and_read(user{"a", {}}) == user{"a", {}});
}

TEST_CASE("msgpack: what does not fit its type is a fault with its path") {
  parsed const p(bytes("81a46e616d65c40161"));
  user into;
  json::read_context context;
  CHECK_FALSE(json::read(p.root(), into, context));
  CHECK(context.fault.path == ".name");
  CHECK(context.fault.reason == "a string is wanted, found binary data");
}

TEST_CASE("msgpack: what JSON cannot say is not written either") {
  auto const refused = [](auto const& value) {
    try {
      written(value);
    } catch (std::system_error const& error) {
      return error.code() == sio::errc::not_representable;
    }
    return false;
  };
  CHECK(refused(std::numeric_limits<double>::infinity()));
  CHECK(refused(-std::numeric_limits<float>::infinity()));
  CHECK(refused(json::value{std::numeric_limits<double>::quiet_NaN()}));
  CHECK(refused("\xff"s));
}

TEST_CASE("msgpack: more than 32 bits can count is not written") {
  std::string made;
  json::msgpack::writer<std::string> to(made);
  if constexpr (sizeof(std::size_t) > 4) {
    auto const beyond = static_cast<std::size_t>(std::uint64_t{1} << 32);
    CHECK_THROWS_AS(to.begin_array(beyond), std::system_error);
    CHECK_THROWS_AS(to.begin_object(beyond), std::system_error);
  }
  CHECK(made.empty());
  to.begin_array(0xFFFFFFFF);
  CHECK(made == bytes("ddffffffff"));
}

TEST_CASE("msgpack: a message cut short is refused, wherever") {
  for (std::string const& whole :
       {written(all_shapes()), bytes("87a161d40000a162d700000001a20a7223aba163c70300010203a164d6ff00000001a16"
                                     "5c70cff0000000000000000000000"
                                     "00a166ca3fc00000a167c700") +
                                   bytes("00")}) {
    REQUIRE(accepts(whole));
    for (std::size_t i = 0; i < whole.size(); ++i) {
      CAPTURE(i);
      CHECK_FALSE(accepts(std::string_view(whole).substr(0, i)));
    }
    CHECK_FALSE(accepts(whole + '\xc0'));
  }
}

TEST_CASE("msgpack: a message with changed bytes is answered, and what is read can be written") {
  std::string const whole = written(std::tuple(all_shapes(), user{"n", 1})) +
                            bytes("d700000001a20a7223abd40000c70300010203d6ff00000001");
  std::string const packed = '\x95' + whole;
  REQUIRE(accepts(packed));
  std::mt19937 random(1);
  int good = 0;
  auto const check = [&](std::string const& changed) {
    parsed const p(changed);
    json::value value;
    json::read_context context;
    if (!p.good || !json::read(p.root(), value, context)) return;
    ++good;
    CHECK(sent_and_read(value) == value);
  };
  for (std::size_t i = 0; i < packed.size(); ++i) {
    for (int const byte :
         {0x00, 0x7f, 0x81, 0x91, 0xa1, 0xc1, 0xc4, 0xc7, 0xc9, 0xcb, 0xd4, 0xd7, 0xdb, 0xdd, 0xdf, 0xff}) {
      std::string changed = packed;
      changed[i] = static_cast<char>(byte);
      check(changed);
    }
  }
  for (int round = 0; round < 3000; ++round) {
    std::string changed = packed;
    for (int change = 0; change < 3; ++change)
      changed[random() % changed.size()] = static_cast<char>(random());
    check(changed);
  }
  CHECK(good > 0);
}

}  // namespace
