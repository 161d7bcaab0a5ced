// SPDX-License-Identifier: MIT
#include "everything.hpp"

void const* identity_in_other();

// Links when no header defines a function twice, and succeeds when what must be one object is one.
int main() { return identity_in_other() == &socketiopp::error_category() ? 0 : 1; }
