// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

/// What came of a question to many.
namespace socketiopp {

/// The acknowledgements of those who gave one, in the order in which they came, and why the others gave none.
/// What a client answers is kept whole: several values are a tuple (F-158).
template <class R> struct responses {
  struct answer {
    std::string id;  ///< of the socket
    R value;
  };
  struct failure {
    std::string id;
    std::error_code error;  ///< as in `socket::emit_with_ack`
  };

  std::vector<answer> answers;
  std::vector<failure> missing;

  /// Adds what one socket answered, or why it did not.
  void add(std::string_view id, std::error_code error, R value) {
    if (error)
      missing.push_back({std::string(id), error});
    else
      answers.push_back({std::string(id), std::move(value)});
  }
};

}  // namespace socketiopp
