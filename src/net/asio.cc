// SPDX-License-Identifier: Apache-2.0
// What of Asio is no template, compiled once for every file that uses it: meson.build defines
// BOOST_ASIO_SEPARATE_COMPILATION, which takes a quarter off the time of each of these.
#include <boost/asio/impl/src.hpp>
