// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <stdexcept>
#include <string>

#include <sys/types.h>
#include <time.h>

/// What a process has used: processor time and memory.
namespace bench {

inline std::uint64_t nanoseconds(clockid_t clock) {
  timespec time{};
  if (::clock_gettime(clock, &time) != 0) throw std::runtime_error("the server's process is gone");
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(time.tv_nsec);
}

inline std::uint64_t now() { return nanoseconds(CLOCK_MONOTONIC); }

/// The processor time of another process, user and system, of all its threads, those that have ended too.
/// This clock is exact to the nanosecond, where utime + stime of /proc/PID/stat was up to 19 ms behind it;
/// the sum of task/*/schedstat agreed, but loses the threads that end.
class processor_time {
public:
  explicit processor_time(pid_t process) {
    if (::clock_getcpuclockid(process, &clock_) != 0)
      throw std::runtime_error("there is no process of that id");
  }
  std::uint64_t operator()() const { return nanoseconds(clock_); }

private:
  clockid_t clock_;
};

/// The processor time of this process.
inline std::uint64_t own_processor_time() { return nanoseconds(CLOCK_PROCESS_CPUTIME_ID); }

struct memory_use {
  double proportional, resident;  // bytes; of the first, what is shared is divided by who shares it
};

inline memory_use memory_of(pid_t process) {
  std::ifstream rollup("/proc/" + std::to_string(process) + "/smaps_rollup");
  memory_use use{};
  for (std::string line; std::getline(rollup, line);) {
    auto const kilobytes = [&] { return std::stod(line.substr(line.find(':') + 1)) * 1024; };
    if (line.starts_with("Pss:")) use.proportional = kilobytes();
    if (line.starts_with("Rss:")) use.resident = kilobytes();
  }
  if (use.resident == 0) throw std::runtime_error("the memory of the server's process cannot be read");
  return use;
}

}  // namespace bench
