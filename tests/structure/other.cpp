// SPDX-License-Identifier: MIT
#include "everything.hpp"

void const* identity_in_other();

void const* identity_in_other() { return &socketiopp::error_category(); }
