# SPDX-License-Identifier: Apache-2.0
"""Web configuration files for the verdicts of weir and of exporter-toolkit: the toolkit's own error cases, in our files, and others."""

import certificates

PAIR = "tls_server_config:\n  cert_file: server.pem\n  key_file: server.key\n"
HASH = certificates.HASHES[2]
CIPHERS = [f"TLS_ECDHE_{key}_WITH_{rest}" for rest in ("AES_128_GCM_SHA256", "AES_256_GCM_SHA384", "CHACHA20_POLY1305_SHA256", "AES_128_CBC_SHA",
                                                       "AES_256_CBC_SHA") for key in ("ECDSA", "RSA")]
CIPHERS += ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"]


def pair(*lines, rest=""):
    return PAIR + "".join(f"  {line}\n" for line in lines) + rest


# What is asked, the file, whether it is taken by both.
SAME = [
    ("an empty file", "", True),
    ("no structure", "aaaa\nbbbb\ncccc\n", False),
    ("an unknown key", "tls_server_config:\n  cert_filse: server.pem\n", False),
    ("an unknown section", "tls: {}\n", False),
    ("a key twice", PAIR + "  key_file: server.key\n", False),
    ("cert_file empty", 'tls_server_config:\n  cert_file: ""\n  key_file: server.key\n', False),
    ("cert empty", 'tls_server_config:\n  cert: ""\n  key_file: server.key\n', False),
    ("key_file empty", 'tls_server_config:\n  cert_file: server.pem\n  key_file: ""\n', False),
    ("key empty", 'tls_server_config:\n  cert_file: server.pem\n  key: ""\n', False),
    ("both files empty", 'tls_server_config:\n  cert_file: ""\n  key_file: ""\n  client_auth_type: x\n', False),
    ("cert_file missing", "tls_server_config:\n  cert_file: somefile\n  key_file: server.key\n", False),
    ("key_file missing", "tls_server_config:\n  cert_file: server.pem\n  key_file: somefile\n", False),
    ("both files missing", "tls_server_config:\n  cert_file: somefile\n  key_file: somefile\n", False),
    ("the key of another certificate", "tls_server_config:\n  cert_file: server.pem\n  key_file: client.key\n", False),
    ("a client CA without a policy", pair("client_ca_file: /dev/null"), False),
    ("a client CA that is missing", pair("client_ca_file: somefile"), False),
    ("a policy without a client CA", pair("client_auth_type: RequireAndVerifyClientCert"), True),
    ("an unknown policy", pair("client_auth_type: Sometimes"), False),
    ("a password that is no hash", pair(rest="basic_auth_users:\n  john: doe\n"), False),
    ("an invented cipher", pair("cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA2048]"), False),
    ("an insecure cipher", pair("cipher_suites: [TLS_RSA_WITH_RC4_128_SHA]"), False),
    ("an invented curve", pair("curve_preferences: [CurveP257]"), False),
    ("an invented version", pair("min_version: TLS111"), False),
    ("a header that cannot be set", "http_server_config:\n  headers:\n    Content-Type: foo\n", False),
    ("X-Frame-Options of no such value", "http_server_config:\n  headers:\n    X-Frame-Options: foo\n", False),
    ("X-Content-Type-Options of no such value", "http_server_config:\n  headers:\n    X-Content-Type-Options: sniff\n", False),
    ("certificate and key", PAIR, True),
    *((policy, pair(f"client_auth_type: {policy}"), True)
      for policy in ("NoClientCert", "RequestClientCert", "RequireAnyClientCert", "RequireClientCert", "VerifyClientCertIfGiven")),
    ("allowed names", pair("client_auth_type: RequireAndVerifyClientCert", "client_ca_file: ca.pem", "client_allowed_sans: [one, two]"), True),
    ("all ciphers", pair(f"cipher_suites: [{', '.join(CIPHERS)}]"), True),
    ("all curves", pair("curve_preferences: [CurveP256, CurveP384, CurveP521, X25519]"), True),
    ("ciphers of HTTP/1.1 alone", pair("cipher_suites: [TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384]", "max_version: TLS12",
                                       rest="http_server_config:\n  http2: false\n"), True),
    ("only a version", "tls_server_config:\n  min_version: TLS13\n", True),
    ("headers", "http_server_config:\n  headers:\n    X-Frame-Options: deny\n    X-XSS-Protection: 1\n    X-Content-Type-Options: nosniff\n", True),
    ("users", f"basic_auth_users:\n  alice: {HASH}\n", True),
    ("users and TLS", pair(rest=f"basic_auth_users:\n  alice: {HASH}\n"), True),
    ("a rate limit", 'rate_limit:\n  interval: "1s"\n  burst: 0\n', True),
    ("no rate limit", "rate_limit:\n  interval: 0\n  burst: 0\n", True),
    ("yes for a boolean", pair("prefer_server_cipher_suites: yes"), True),
    ("a word for a boolean", pair("prefer_server_cipher_suites: maybe"), False),
    ("a list of users", "basic_auth_users: [alice]\n", False),
]

# The same where they differ (difference W42): exporter-toolkit takes these.
STRICTER = [
    ("TLS 1.0", pair("min_version: TLS10")),
    ("TLS 1.1 at most", pair("max_version: TLS11")),
    ("a client CA without a certificate", pair("client_auth_type: RequireAndVerifyClientCert", "client_ca_file: server.key")),
    ("versions the wrong way round", pair("min_version: TLS13", "max_version: TLS12")),
]
