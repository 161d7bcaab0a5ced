// SPDX-License-Identifier: MIT
#pragma once

/// Nobody watches.
namespace socketiopp::observer {

/// The observer of `sio::server`: it hears of nothing, and costs nothing.
struct none {};

}  // namespace socketiopp::observer
