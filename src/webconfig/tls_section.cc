// SPDX-License-Identifier: Apache-2.0
#include "webconfig/tls_section.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "weir/rulefile/fields.h"
#include "weir/rulefile/key_table.h"

namespace weir::webconfig {

namespace {

using rulefile::Diagnostics;
using rulefile::Key;
using rulefile::Position;
using rulefile::YamlNode;

// The section, and which of its keys mean that TLS is wanted.
struct Draft {
  TlsSection section;
  PemSource certificate_text;
  PemSource key_text;
  PemSource client_ca_text;
  std::string client_auth;
  Position client_auth_position;
};

struct NamedAuth {
  std::string_view name;
  tls::ClientAuth auth;
};
constexpr auto kClientAuths = std::to_array<NamedAuth>({
    {"NoClientCert", tls::ClientAuth::None},
    {"RequestClientCert", tls::ClientAuth::Request},
    {"RequireAnyClientCert", tls::ClientAuth::RequireAny},
    // An older name of the one before.
    {"RequireClientCert", tls::ClientAuth::RequireAny},
    {"VerifyClientCertIfGiven", tls::ClientAuth::VerifyIfGiven},
    {"RequireAndVerifyClientCert", tls::ClientAuth::RequireAndVerify},
});

template <PemSource Draft::*kField>
void read_pem_text(const YamlNode& value, Draft& draft, Diagnostics& diagnostics) {
  const auto text = rulefile::read_text(value, diagnostics);
  if (text) draft.*kField = {{}, std::string(*text), value.position};
}

template <PemSource TlsSection::*kField>
void read_path(const YamlNode& value, Draft& draft, Diagnostics& diagnostics) {
  const auto text = rulefile::read_text(value, diagnostics);
  if (text) draft.section.*kField = {std::string(*text), {}, value.position};
}

void read_client_auth(const YamlNode& value, Draft& draft, Diagnostics& diagnostics) {
  const auto text = rulefile::read_text(value, diagnostics);
  if (!text) return;
  draft.client_auth = *text;
  draft.client_auth_position = value.position;
  if (text->empty()) return;
  const auto* const found = std::ranges::find(kClientAuths, *text, &NamedAuth::name);
  if (found != kClientAuths.end()) {
    draft.section.settings.client_auth = found->auth;
    return;
  }
  diagnostics.error(value.position,
                    fmt::format("unknown client_auth_type \"{}\"", rulefile::printable(*text)),
                    "write NoClientCert, RequestClientCert, RequireAnyClientCert, "
                    "VerifyClientCertIfGiven or RequireAndVerifyClientCert");
}

std::optional<tls::Version> read_version(const YamlNode& value, Draft& draft,
                                         Diagnostics& diagnostics) {
  const auto text = rulefile::read_text(value, diagnostics);
  if (!text) return std::nullopt;
  draft.section.versions = value.position;
  if (*text == "TLS12") return tls::Version::Tls12;
  if (*text == "TLS13") return tls::Version::Tls13;
  if (*text == "TLS10" || *text == "TLS11") {
    diagnostics.error(value.position, fmt::format("{} is not safe and not served", *text),
                      "write TLS12 or TLS13");
  } else {
    diagnostics.error(value.position,
                      fmt::format("unknown TLS version \"{}\"", rulefile::printable(*text)),
                      "write TLS12 or TLS13");
  }
  return std::nullopt;
}

void read_min_version(const YamlNode& value, Draft& draft, Diagnostics& diagnostics) {
  auto& version = draft.section.settings.min_version;
  version = read_version(value, draft, diagnostics).value_or(version);
}

void read_max_version(const YamlNode& value, Draft& draft, Diagnostics& diagnostics) {
  auto& version = draft.section.settings.max_version;
  version = read_version(value, draft, diagnostics).value_or(version);
}

std::vector<std::string> read_texts(const YamlNode& list, std::string_view where,
                                    Diagnostics& diagnostics) {
  std::vector<std::string> texts;
  if (!rulefile::is_list(list, where, diagnostics)) return texts;
  for (const auto& item : list.entries) {
    const auto text = rulefile::read_text(*item.value, diagnostics);
    texts.emplace_back(text.value_or(""));
  }
  return texts;
}

// What a list of names may hold.
struct Vocabulary {
  std::string_view where;
  std::string_view one;
  bool (*is_known)(std::string_view name);
  std::vector<std::string_view> (*names)();
};

std::vector<std::string> read_names(const YamlNode& list, const Vocabulary& vocabulary,
                                    Diagnostics& diagnostics) {
  auto names = read_texts(list, vocabulary.where, diagnostics);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (vocabulary.is_known(names[i])) continue;
    diagnostics.error(
        list.entries[i].value->position,
        fmt::format("unknown {} \"{}\"", vocabulary.one, rulefile::printable(names[i])),
        fmt::format("there are {}", fmt::join(vocabulary.names(), ", ")));
  }
  return names;
}

void read_cipher_suites(const YamlNode& value, Draft& draft, Diagnostics& diagnostics) {
  draft.section.ciphers = value.position;
  draft.section.settings.cipher_suites = read_names(
      value, {"cipher_suites", "cipher suite", tls::is_cipher_suite, tls::cipher_suite_names},
      diagnostics);
}

void read_curves(const YamlNode& value, Draft& draft, Diagnostics& diagnostics) {
  draft.section.curves = value.position;
  draft.section.settings.curves = read_names(
      value, {"curve_preferences", "curve", tls::is_curve, tls::curve_names}, diagnostics);
}

void read_allowed_sans(const YamlNode& value, Draft& draft, Diagnostics& diagnostics) {
  if (value.kind == rulefile::NodeKind::Null) return;
  draft.section.settings.client_allowed_sans =
      read_texts(value, "client_allowed_sans", diagnostics);
}

void read_server_preference(const YamlNode& value, Draft& draft, Diagnostics& diagnostics) {
  auto& preference = draft.section.settings.prefers_server_ciphers;
  preference = rulefile::read_bool(value, diagnostics).value_or(preference);
}

constexpr std::array<Key<Draft>, 13> kKeys{{
    {"cert_file", read_path<&TlsSection::certificate>},
    {"key_file", read_path<&TlsSection::key>},
    {"client_ca_file", read_path<&TlsSection::client_ca>},
    {"cert", read_pem_text<&Draft::certificate_text>},
    {"key", read_pem_text<&Draft::key_text>},
    {"client_ca", read_pem_text<&Draft::client_ca_text>},
    {"client_auth_type", read_client_auth},
    {"client_allowed_sans", read_allowed_sans},
    {"min_version", read_min_version},
    {"max_version", read_max_version},
    {"cipher_suites", read_cipher_suites},
    {"prefer_server_cipher_suites", read_server_preference},
    {"curve_preferences", read_curves},
}};

// A file goes before a text.
void choose_sources(Draft& draft) {
  TlsSection& section = draft.section;
  if (section.certificate.path.empty()) section.certificate = draft.certificate_text;
  if (section.key.path.empty()) section.key = draft.key_text;
  if (section.client_ca.path.empty()) section.client_ca = draft.client_ca_text;
}

void check_whole(const Draft& draft, Position position, Diagnostics& diagnostics) {
  const TlsSection& section = draft.section;
  if (!section.certificate.is_given()) {
    diagnostics.error(position, "there is no certificate", "set cert_file, or cert");
  }
  if (!section.key.is_given()) {
    diagnostics.error(position, "there is no key", "set key_file, or key");
  }
  if (section.client_ca.is_given() && section.settings.client_auth == tls::ClientAuth::None) {
    diagnostics.error(section.client_ca.position, "a client CA is given, but clients are not asked",
                      "set client_auth_type: RequireAndVerifyClientCert");
  }
  if (section.settings.min_version > section.settings.max_version) {
    diagnostics.error(section.versions, "min_version is above max_version", "swap them");
  }
}

}  // namespace

std::optional<TlsSection> read_tls_section(const YamlNode& map, Diagnostics& diagnostics) {
  Draft draft;
  const auto errors_before = diagnostics.error_count();
  rulefile::read_map<Draft>(map, "tls_server_config", kKeys, draft, diagnostics);
  choose_sources(draft);
  const TlsSection& section = draft.section;
  const bool is_wanted = section.certificate.is_given() || section.key.is_given() ||
                         section.client_ca.is_given() || !draft.client_auth.empty();
  if (!is_wanted) return std::nullopt;
  if (diagnostics.error_count() == errors_before) check_whole(draft, map.position, diagnostics);
  return std::move(draft.section);
}

}  // namespace weir::webconfig
