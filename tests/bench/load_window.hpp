// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <cstdio>
#include <initializer_list>
#include <utility>

#include "histogram.hpp"
#include "load_options.hpp"
#include "process.hpp"

/// The time in which a load is measured, what is counted in it, and the report.
namespace bench {

/// After the warm-up it opens, and closes when the seconds have passed; then what is under way is waited for.
class load_window {
public:
  explicit load_window(load_options const& wanted)
      : wanted_(wanted), server_time_(wanted.pid), opens_(now() + in_nanoseconds(wanted.warm_up)) {}

  bool closed() const { return closed_; }

  /// To be called at least once in each turn of the loop.
  void pass(std::uint64_t time) {
    if (closed_ || time < opens_) return;
    if (!open_)
      open(time);
    else if (time >= opens_ + in_nanoseconds(wanted_.seconds))
      close(time);
  }

  /// What has its end otherwise than by time opens and closes it itself.
  void open(std::uint64_t time) {
    open_ = true;
    opens_ = time;
    server_before_ = server_time_();
    own_before_ = own_processor_time();
  }
  void close(std::uint64_t time) {
    server_used_ = server_time_() - server_before_;
    own_used_ = own_processor_time() - own_before_;
    lasted_ = static_cast<double>(time - opens_) / 1e9;
    open_ = false;
    closed_ = true;
  }

  /// A message has arrived that was sent at that time.
  void count(std::uint64_t sent, std::uint64_t arrived) {
    last_ = arrived;
    if (!open_) return;
    ++messages_;
    times_.add(arrived > sent ? arrived - sent : 0);
  }

  /// Fails when nothing has arrived for long.
  void expect_progress(std::uint64_t time) {
    if (last_ == 0) last_ = time;
    if (time > last_ + in_nanoseconds(10))
      throw failure("nothing has come for 10 seconds: an answer is missing");
  }

  /// One line of JSON, with what else was measured as its last fields.
  void report(std::initializer_list<std::pair<char const*, double>> more = {}) const {
    if (messages_ == 0 && more.size() == 0)
      throw failure("no message arrived in the time of the measurement");
    auto const each = [&](std::uint64_t used) {
      return messages_ == 0 ? 0 : static_cast<double>(used) / 1000 / static_cast<double>(messages_);
    };
    std::printf(
        R"({"kind":"%s","connections":%zu,"in_flight":%zu,"payload":%zu,"seconds":%.3f,"messages":%llu,)"
        R"("messages_per_second":%.1f,"latency_us":{"p50":%.1f,"p99":%.1f,"p999":%.1f},)"
        R"("server_cpu_us_per_message":%.4f,"own_cpu_us_per_message":%.4f)",
        wanted_.kind.c_str(), wanted_.connections, wanted_.in_flight, wanted_.payload, lasted_,
        static_cast<unsigned long long>(messages_),
        lasted_ > 0 ? static_cast<double>(messages_) / lasted_ : 0.0, times_.quantile(0.5),
        times_.quantile(0.99), times_.quantile(0.999), each(server_used_), each(own_used_));
    for (auto const& [name, value] : more) std::printf(R"(,"%s":%.1f)", name, value);
    std::puts("}");
  }

private:
  static std::uint64_t in_nanoseconds(double seconds) { return static_cast<std::uint64_t>(seconds * 1e9); }

  load_options const& wanted_;
  processor_time server_time_;
  std::uint64_t opens_, last_ = 0;
  std::uint64_t server_before_ = 0, server_used_ = 0, own_before_ = 0, own_used_ = 0, messages_ = 0;
  double lasted_ = 0;
  bool open_ = false, closed_ = false;
  histogram times_;
};

}  // namespace bench
