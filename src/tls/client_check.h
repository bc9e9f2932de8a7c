// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

struct x509_st;
struct x509_store_ctx_st;

namespace weir::tls {

// The subject alternative names of a certificate: DNS names, e-mail addresses, IP addresses as
// text, and URIs.
[[nodiscard]] std::vector<std::string> alternative_names(const x509_st& certificate);

// OpenSSL's hook for the check of a client's certificate: 1 when it will do. `settings` is the
// tls::Settings that say what will.
int check_client(x509_store_ctx_st* chain, void* settings);

}  // namespace weir::tls
