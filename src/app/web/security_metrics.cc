// SPDX-License-Identifier: Apache-2.0
#include "app/web/security_metrics.h"

#include <array>
#include <cstddef>
#include <string_view>

#include "app/web/server_samples.h"

namespace weir::app {

namespace {

using telemetry::kCounter;
using telemetry::Labels;
using telemetry::Samples;
using SecurityMetric = telemetry::Metric<SecurityMetricsSource>;

bool has_tcp_tls(const Workers& workers) {
  if (workers.empty()) return false;
  const auto& listeners = workers.front()->listeners().tcp;
  return !listeners.empty() && listeners.front()->has_tls();
}

// Calls `visit(listener, sum)` for each kind of listener that speaks TLS; `sum(read)` adds up what
// `read(stats)` gives of each.
template <typename Visit>
void visit_tls(const SecurityMetricsSource& source, const Visit& visit) {
  if (source.http != nullptr) {
    visit(std::string_view("http"), [&source](const auto& read) { return read(*source.http); });
  }
  if (!has_tcp_tls(source.workers)) return;
  visit(std::string_view("tcp"), [&source](const auto& read) {
    double sum = 0;
    for (const auto& worker : source.workers) {
      for (const auto& listener : worker->listeners().tcp)
        sum += read(listener->stats().handshakes);
    }
    return sum;
  });
}

struct Failures {
  void operator()(Samples<2>& samples, const SecurityMetricsSource& source) const {
    visit_tls(source, [&samples](std::string_view listener, const auto& sum) {
      for (std::size_t i = 0; i < tls::kHandshakeFailures.size(); ++i) {
        const auto failed = sum([i](const tls::HandshakeStats& stats) {
          return static_cast<double>(stats.failed.at(i).value());
        });
        samples.add(failed, listener, tls::kHandshakeFailures.at(i));
      }
    });
  }
};

constexpr std::array kSecurityTable = {
    SecurityMetric{
        "weir_http_requests_denied_total", kCounter,
        "HTTP requests that --web.config.file kept from their page, by reason: no user or a "
        "wrong password (unauthorized), too many passwords to check (busy), the rate limit "
        "(rate), a file that cannot be used (config).",
        Labels{"reason"},
        [](Samples<1>& samples, const SecurityMetricsSource& source) {
          add_denied(samples, source.denied);
        }},
    SecurityMetric{
        "weir_tls_handshake_failures_total", kCounter,
        "TLS handshakes that failed, by listener and reason: the client's certificate, files of "
        "ours that cannot be used (config), no TLS at all (plain), the time (timeout), other.",
        Labels{"listener", "reason"}, Failures()},
    SecurityMetric{"weir_tls_handshakes_total", kCounter, "TLS handshakes done, by listener.",
                   Labels{"listener"},
                   [](Samples<1>& samples, const SecurityMetricsSource& source) {
                     visit_tls(source, [&samples](std::string_view listener, const auto& sum) {
                       samples.add(sum([](const tls::HandshakeStats& stats) {
                                     return static_cast<double>(stats.done.value());
                                   }),
                                   listener);
                     });
                   }},
};

}  // namespace

constinit const telemetry::Collector<SecurityMetricsSource> kSecurityMetrics{kSecurityTable};

}  // namespace weir::app
