// SPDX-License-Identifier: MIT
// From the name of an event to its handler, in a contract of 100 events.
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <benchmark/benchmark.h>

#include <socketiopp/contract/event.hpp>
#include <socketiopp/contract/events.hpp>
#include <socketiopp/contract/index.hpp>
#include <socketiopp/meta/fixed_string.hpp>

namespace {

using namespace socketiopp;

constexpr std::size_t events_listed = 100;

// "event-00" to "event-99": all of one length, which is the worst for finding them.
template <std::size_t I> consteval auto name() {
  char const text[] = {
      'e', 'v', 'e', 'n', 't', '-', static_cast<char>('0' + I / 10), static_cast<char>('0' + I % 10), 0};
  return meta::fixed_string(text);
}

template <std::size_t... I> auto list(std::index_sequence<I...>) -> events<event<name<I>(), void()>...>;
using listed = decltype(list(std::make_index_sequence<events_listed>()));

template <std::size_t... I> auto names(std::index_sequence<I...>) {
  return std::array<std::string, sizeof...(I)>{std::string(name<I>().view())...};
}
std::array<std::string, events_listed> const asked = names(std::make_index_sequence<events_listed>());

void find_event(benchmark::State& state) {
  std::size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(detail::event_index<listed>::find(asked[i]));
    i = (i + 37) % events_listed;
  }
}
BENCHMARK(find_event);

void find_in_hash_map(benchmark::State& state) {
  std::unordered_map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < events_listed; ++i) places.emplace(asked[i], i);
  std::size_t i = 0;
  for (auto _ : state) {
    std::string_view const wanted = asked[i];
    benchmark::DoNotOptimize(places.find(std::string(wanted)));  // as programs do that get a view
    i = (i + 37) % events_listed;
  }
}
BENCHMARK(find_in_hash_map);

}  // namespace
