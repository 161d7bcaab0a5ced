// SPDX-License-Identifier: MIT
#pragma once

/// The version of this library, by the rules of semantic versioning.
namespace socketiopp {

inline constexpr int version_major = 0;
inline constexpr int version_minor = 1;
inline constexpr int version_patch = 0;

}  // namespace socketiopp
