// SPDX-License-Identifier: Apache-2.0
#include "suggest/words.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace weir::suggest {

namespace {

using Word = std::string_view;
using Pair = std::pair<Word, Word>;

constexpr auto kMeasures = std::to_array<Word>({
    "ago",       "age",      "bytes",       "capacity", "connections",  "count",
    "counter",   "delay",    "depth",       "duration", "durations",    "errors",
    "events",    "exit",     "failures",    "hits",     "interval",     "lag",
    "latency",   "length",   "limit",       "messages", "milliseconds", "misses",
    "ms",        "percent",  "queries",     "rate",     "ratio",        "requests",
    "restarts",  "retries",  "rq",          "seconds",  "size",         "slots",
    "successes", "tasks",    "temperature", "threads",  "throughput",   "time",
    "timeout",   "timeouts", "total",       "uptime",   "usage",        "utilization",
    "heartbeat",
});

constexpr auto kStatistics = std::to_array<Word>({
    "avg",  "average", "count",  "last", "lower", "max",   "mean",  "median",
    "min",  "p50",     "p75",    "p90",  "p95",   "p98",   "p99",   "p999",
    "rate", "std",     "stddev", "sum",  "total", "upper", "value",
});

// In the singular.
constexpr auto kThings = std::to_array<Pair>({
    {"backend", "backend"},
    {"bucket", "bucket"},
    {"channel", "channel"},
    {"client", "client"},
    {"cluster", "cluster"},
    {"collection", "collection"},
    {"consumer", "consumer"},
    {"container", "container"},
    {"core", "core"},
    {"cpu", "cpu"},
    {"customer", "customer"},
    {"dag", "dag_id"},
    {"database", "database"},
    {"db", "db"},
    {"device", "device"},
    {"disk", "disk"},
    {"endpoint", "endpoint"},
    {"exchange", "exchange"},
    {"frontend", "frontend"},
    {"handler", "handler"},
    {"host", "host"},
    {"interface", "interface"},
    {"job", "job_name"},
    {"listener", "listener"},
    {"namespace", "namespace"},
    {"node", "node"},
    {"operator", "operator"},
    {"page", "page"},
    {"partition", "partition"},
    {"pipeline", "pipeline"},
    {"pod", "pod"},
    {"pool", "pool"},
    {"port", "port"},
    {"queue", "queue"},
    {"region", "region"},
    {"route", "route"},
    {"server", "server"},
    {"service", "service"},
    {"shard", "shard"},
    {"stream", "stream"},
    {"subscription", "subscription"},
    {"table", "table"},
    {"task", "task"},
    {"tenant", "tenant"},
    {"thread", "thread"},
    {"topic", "topic"},
    {"upstream", "upstream"},
    {"vhost", "vhost"},
    {"worker", "worker"},
    {"zone", "zone"},
});

constexpr auto kDimensions = std::to_array<Pair>({
    {"by_host", "host"},
    {"code", "code"},
    {"codes", "code"},
    {"level", "level"},
    {"method", "method"},
    {"methods", "method"},
    {"reason", "reason"},
    {"response_code", "code"},
    {"status", "status"},
    {"statuses", "status"},
    {"status_code", "status"},
    {"verb", "method"},
});

constexpr auto kChoices = std::to_array<Pair>({
    // States of one thing.
    {"active", "state"},       {"adopted", "state"},      {"available", "state"},
    {"blocked", "state"},      {"busy", "state"},         {"cleared", "state"},
    {"closed", "state"},       {"completed", "state"},    {"deferred", "state"},
    {"executable", "state"},   {"failed", "state"},       {"finished", "state"},
    {"free", "state"},         {"idle", "state"},         {"open", "state"},
    {"paused", "state"},       {"pending", "state"},      {"queued", "state"},
    {"removed", "state"},      {"reserved", "state"},     {"running", "state"},
    {"scheduled", "state"},    {"skipped", "state"},      {"sleeping", "state"},
    {"started", "state"},      {"starving", "state"},     {"stopped", "state"},
    {"success", "state"},      {"succeeded", "state"},    {"used", "state"},
    {"waiting", "state"},      {"cached", "state"},       {"buffered", "state"},
    {"failure", "result"},     {"failures", "result"},    {"successes", "result"},
    {"begin", "event"},        {"end", "event"},          {"start", "event"},
    {"stop", "event"},         {"in", "direction"},       {"out", "direction"},
    {"rx", "direction"},       {"tx", "direction"},       {"read", "direction"},
    {"write", "direction"},    {"received", "direction"}, {"sent", "direction"},
    {"incoming", "direction"}, {"outgoing", "direction"}, {"critical", "level"},
    {"debug", "level"},        {"error", "level"},        {"exception", "level"},
    {"fatal", "level"},        {"info", "level"},         {"trace", "level"},
    {"warn", "level"},         {"warning", "level"},      {"cpu", "resource"},
    {"mem", "resource"},       {"memory", "resource"},
});

Word last_word(Word segment) {
  const auto blank = segment.find_last_of("_-");
  return blank == Word::npos ? segment : segment.substr(blank + 1);
}

Word value_of(std::span<const Pair> pairs, Word key) {
  const auto* const found = std::ranges::find(pairs, key, &Pair::first).base();
  return found == pairs.data() + pairs.size() ? Word() : found->second;
}

}  // namespace

bool is_measure(Word segment) {
  return std::ranges::find(kMeasures, last_word(segment)) != kMeasures.end();
}

bool is_statistic(Word segment) {
  return std::ranges::find(kStatistics, segment) != kStatistics.end();
}

Word thing_label(Word segment) {
  const auto found = value_of(kThings, segment);
  if (!found.empty() || !segment.ends_with('s')) return found;
  return value_of(kThings, segment.substr(0, segment.size() - 1));
}

Word dimension_label(Word segment) {
  if (const auto found = value_of(kDimensions, segment); !found.empty()) return found;
  return segment.starts_with("by_") ? segment.substr(3) : Word();
}

Word choice_label(Word segment) { return value_of(kChoices, segment); }

bool ends_domain(Word segment) {
  constexpr auto kEnds =
      std::to_array<Word>({"com", "corp", "de", "example", "home", "internal", "io", "lan", "local",
                           "localdomain", "net", "org", "uk"});
  return std::ranges::find(kEnds, segment) != kEnds.end();
}

}  // namespace weir::suggest
