// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/system/result.hpp>

namespace weir::base {

// A value, or an expected failure described by `E`. Never allocates for an enum error.
template <class T, class E>
using Result = boost::system::result<T, E>;

}  // namespace weir::base
