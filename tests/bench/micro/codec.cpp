// SPDX-License-Identifier: MIT
// Packets and their data: what the text parser costs, and reading a typed value against walking a document.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>
#include <rapidjson/document.h>

#include <socketiopp/json/rapidjson.hpp>
#include <socketiopp/json/read.hpp>
#include <socketiopp/parser/text.hpp>
#include <socketiopp/parser/values.hpp>

namespace {

using namespace socketiopp;
using format = parser::text::format<json::rapidjson>;

struct note {
  std::string message;
};
struct order {
  std::int64_t id;
  std::string customer;
  double price;
  std::vector<std::string> items;
};

std::string const note_packet = R"(212["messageAndAck",{"message":"0123456789abcdef0123456789abcdef"}])";
std::string const note_data = R"({"message":"0123456789abcdef0123456789abcdef"})";
std::string const order_data =
    R"({"id":123456789,"customer":"somebody","price":12.5,"items":["one","two","three"]})";

void encode_event(benchmark::State& state) {
  note const sent{std::string(32, 'x')};
  for (auto _ : state)
    benchmark::DoNotOptimize(parser::encode_event<format>("/", std::nullopt, "response", sent));
}
BENCHMARK(encode_event);

void encode_ack(benchmark::State& state) {
  note const sent{std::string(32, 'x')};
  for (auto _ : state) benchmark::DoNotOptimize(parser::encode_ack<format>("/", 12, sent));
}
BENCHMARK(encode_ack);

// A packet is parsed where it lies, so each needs bytes of its own.
void decode_packet(benchmark::State& state) {
  format::decoder decoder;
  format::document memory;
  std::string bytes;
  for (auto _ : state) {
    bytes = note_packet;
    auto const fault = decoder.on_text({bytes.data(), bytes.size()}, memory, 10,
                                       [](auto const& packet) { benchmark::DoNotOptimize(packet.id); });
    if (fault) state.SkipWithError("it is no packet");
  }
}
BENCHMARK(decode_packet);

template <class T> void decode_typed(benchmark::State& state, std::string const& data) {
  json::rapidjson::document memory;
  std::string bytes;
  for (auto _ : state) {
    bytes = data;
    T made{};
    json::read_context context{};
    if (!memory.parse(bytes.data(), bytes.size()) || !json::read(memory.root(), made, context))
      state.SkipWithError("not read");
    benchmark::DoNotOptimize(made);
  }
}
void decode_note(benchmark::State& state) { decode_typed<note>(state, note_data); }
void decode_order(benchmark::State& state) { decode_typed<order>(state, order_data); }
BENCHMARK(decode_note);
BENCHMARK(decode_order);

void walk_document_note(benchmark::State& state) {
  for (auto _ : state) {
    rapidjson::Document document;
    document.Parse(note_data.data(), note_data.size());
    note made;
    auto const& message = document["message"];
    made.message.assign(message.GetString(), message.GetStringLength());
    benchmark::DoNotOptimize(made);
  }
}
BENCHMARK(walk_document_note);

void walk_document_order(benchmark::State& state) {
  for (auto _ : state) {
    rapidjson::Document document;
    document.Parse(order_data.data(), order_data.size());
    order made{
        document["id"].GetInt64(), document["customer"].GetString(), document["price"].GetDouble(), {}};
    for (auto const& item : document["items"].GetArray()) made.items.emplace_back(item.GetString());
    benchmark::DoNotOptimize(made);
  }
}
BENCHMARK(walk_document_order);

}  // namespace
