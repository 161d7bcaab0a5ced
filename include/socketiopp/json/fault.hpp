// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <system_error>
#include <utility>

#include <socketiopp/meta/error.hpp>

/// Where and why a payload does not fit the type that was asked for.
namespace socketiopp {

/// One misfit in a payload.
struct fault {
  std::string path;    ///< from the arguments down, as in `[0].user.ages[3]`
  std::string reason;  ///< what was wanted and what was found, in one sentence

  bool operator==(fault const&) const = default;
};

/// Thrown where a payload is asked for as a type that it does not fit; its code is `errc::payload_mismatch`.
class payload_error : public std::system_error {
public:
  explicit payload_error(socketiopp::fault found)
      : std::system_error(errc::payload_mismatch, found.path + ": " + found.reason),
        fault_(std::move(found)) {}

  /// The misfit itself.
  socketiopp::fault const& fault() const noexcept { return fault_; }

private:
  socketiopp::fault fault_;
};

}  // namespace socketiopp
