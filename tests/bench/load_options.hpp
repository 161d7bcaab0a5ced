// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include <sys/types.h>

/// What a load is to be, from the command line.
namespace bench {

/// Something is wrong, with the server or with the command: what is said when the program ends.
struct failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct load_options {
  pid_t pid = 0;
  std::uint16_t port = 0;
  std::string kind;
  std::size_t connections = 100;
  std::size_t in_flight = 1;  // for each connection or room; for visits, altogether
  std::size_t payload = 32;   // bytes of the string in a message
  std::size_t room_size = 10;
  std::size_t others = 0;         // connections that send nothing
  std::size_t rooms_each = 0;     // that one of these, or a visitor, is in
  std::size_t rooms = 1'000'000;  // that come and go
  double warm_up = 2, seconds = 8;
  double rate = 0;  // messages in a second, altogether
};

constexpr std::string_view load_usage =
    "bench_load --pid SERVER_PID --port N --kind "
    "ack|echo|broadcast|rooms|idle|connect|polling|upgrade|offered|rooms_churn\n"
    "  [--connections N] [--in-flight K] [--payload BYTES] [--room-size N] [--rate PER_SECOND]\n"
    "  [--others N] [--rooms-each N] [--rooms N] [--warm-up SECONDS] [--seconds SECONDS]\n";

inline load_options read_options(int count, char** words) {
  load_options o;
  auto const number = [](std::string const& name, std::string const& word, double least, double most) {
    std::size_t end = 0;
    double value = -1;
    try {
      value = std::stod(word, &end);
    } catch (std::logic_error const&) {}
    if (end != word.size() || !(value >= least && value <= most))
      throw failure(name + " must be a number from " + std::to_string(std::llround(least)) + " to " +
                    std::to_string(std::llround(most)));
    return value;
  };
  for (int i = 1; i < count; i += 2) {
    std::string const name = words[i];
    if (i + 1 == count) throw failure(name + " needs a value");
    std::string const word = words[i + 1];
    auto const whole = [&](double least, double most) {
      return static_cast<std::size_t>(number(name, word, least, most));
    };
    if (name == "--pid")
      o.pid = static_cast<pid_t>(whole(1, 1e9));
    else if (name == "--port")
      o.port = static_cast<std::uint16_t>(whole(1, 65535));
    else if (name == "--kind")
      o.kind = word;
    else if (name == "--connections")
      o.connections = whole(1, 1e6);
    else if (name == "--in-flight")
      o.in_flight = whole(1, 1e5);
    else if (name == "--payload")
      o.payload = whole(16, 900'000);  // a message's number and its sender's are 16 digits
    else if (name == "--room-size")
      o.room_size = whole(1, 1e6);
    else if (name == "--others")
      o.others = whole(0, 1e6);
    else if (name == "--rooms-each")
      o.rooms_each = whole(0, 1e6);
    else if (name == "--rooms")
      o.rooms = whole(1, 5e7);  // their names have eight digits
    else if (name == "--rate")
      o.rate = number(name, word, 1, 1e8);
    else if (name == "--warm-up")
      o.warm_up = number(name, word, 0, 600);
    else if (name == "--seconds")
      o.seconds = number(name, word, 0.01, 600);
    else
      throw failure("there is no option " + name);
  }
  if (o.pid == 0 || o.port == 0) throw failure("--pid and --port are needed");
  if (o.kind == "offered" && o.rate == 0) throw failure("offered needs --rate");
  if (o.kind == "rooms_churn" && o.rooms_each == 0) throw failure("rooms_churn needs --rooms-each");
  if (o.others > 0 && o.kind != "ack" && o.kind != "echo" && o.kind != "offered")
    throw failure("--others is for ack, echo and offered");
  return o;
}

}  // namespace bench
