// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

#include "app/influx_out/write_options.h"

namespace weir::app {

// A file that cannot be read, or has what no header can have; `what()` has its name and nothing of
// what is in it.
class CredentialError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// What `Authorization` says at an InfluxDB: a user by `Basic`, or else a token; with version 2 the
// token comes first. "" where there is neither. Reads the files, so that a new password or token is
// used from the next request on. Throws CredentialError.
[[nodiscard]] std::string influx_authorization(const InfluxWriteOptions& options);

}  // namespace weir::app
