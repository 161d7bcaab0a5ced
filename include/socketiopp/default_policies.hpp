// SPDX-License-Identifier: MIT
#pragma once

#include <socketiopp/adapter/local.hpp>
#include <socketiopp/json/rapidjson_document.hpp>
#include <socketiopp/observer/none.hpp>
#include <socketiopp/parser/text.hpp>

/// What a server is made of where nothing else is said, without what only the file with the server needs.
namespace socketiopp {

namespace transport {
struct tcp;
}
namespace executor {
class loop;
}

/// The policies of `sio::server`. To change one, derive and name another:
/// `struct mine : sio::default_policies { using executor = sio::executor::caller; };`
struct default_policies {
  using transport = socketiopp::transport::tcp;  ///< where byte streams come from; see transport/concept.hpp
  using json = socketiopp::json::rapidjson;      ///< how values become text and back; see json/codec.hpp
  using executor =
      socketiopp::executor::loop;           ///< who runs handlers, and what time it is; executor/concept.hpp
  using parser = socketiopp::parser::text;  ///< how packets are framed; see parser/concept.hpp
  using adapter = socketiopp::adapter::local;   ///< how servers reach each other; see adapter/concept.hpp
  using observer = socketiopp::observer::none;  ///< who hears of what happens; see observer/concept.hpp
};

template <> inline constexpr bool parser::known_to_fit<parser::text, json::rapidjson> = true;

}  // namespace socketiopp
