// SPDX-License-Identifier: Apache-2.0
#include "app/influx/write_handler.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/post.hpp>

#include "weir/base/ascii.h"
#include "weir/base/clock.h"
#include "weir/http/gunzip.h"
#include "weir/http/query.h"

namespace weir::app {

// A write that waits or is under way. It may outlast its connection.
struct WriteHandler::Job {
  InfluxApi api = InfluxApi::V1;
  influx::Precision precision = influx::Precision::Nanoseconds;
  std::string body;
  http::Respond respond;
  std::optional<http::Gunzip> gunzip;  // while there is something to unpack of the body
  std::string unpacked;
  std::string_view rest;  // of the lines
  WriteReport report;
};

WriteHandler::WriteHandler(boost::asio::io_context& context, const InfluxOptions& options,
                           PointIntake& intake, InfluxCounts& counts)
    : context_(context), options_(options), intake_(intake), counts_(counts) {}
WriteHandler::~WriteHandler() = default;

http::Response WriteHandler::write(const http::Request& request, InfluxApi api) {
  if (request.method == "OPTIONS") return influx_done();
  if (request.method != "POST") {
    counts_.writes.bad_request.add();
    return influx_post_only();
  }
  const auto precision = influx_precision(api, request.query);
  if (!precision) {
    return refuse(api, "invalid precision; valid precision units are ns, us, ms, and s");
  }
  if (api == InfluxApi::V1 && http::query_values(request.query, "db").empty()) {
    return refuse(api, "database is required");
  }
  auto job = std::make_unique<Job>();
  job->api = api;
  job->precision = *precision;
  job->body = request.body;
  if (base::equals_ignoring_case(request.header("Content-Encoding"), "gzip")) {
    job->gunzip.emplace(job->body);
  } else {
    job->rest = job->body;
  }
  return later(std::move(job));
}

http::Response WriteHandler::refuse(InfluxApi api, std::string_view message) {
  counts_.writes.bad_request.add();
  return influx_error(api, 400, message);
}

// The job waits in a function that may be copied.
http::Response WriteHandler::later(std::unique_ptr<Job> job) {
  auto kept = std::make_shared<std::unique_ptr<Job>>(std::move(job));
  return http::deferred_response([this, kept](http::Respond respond) {
    (*kept)->respond = std::move(respond);
    jobs_.push_back(std::move(*kept));
    post_turn();
  });
}

void WriteHandler::give_up() {
  counts_.writes.given_up.add(jobs_.size());
  jobs_.clear();
}

void WriteHandler::post_turn() {
  if (std::exchange(is_posted_, true)) return;
  boost::asio::post(context_, [this] { take_turn(); });
}

void WriteHandler::take_turn() {
  is_posted_ = false;
  if (jobs_.empty()) return;
  if (advance(*jobs_.front())) jobs_.pop_front();
  if (!jobs_.empty()) post_turn();
}

bool WriteHandler::advance(Job& job) {
  if (job.gunzip) return unpack(job);
  const std::size_t before = job.rest.size();
  intake_.take(job.rest, kTurnBytes, job.precision, base::Clock::now(), {}, &job.report);
  counts_.http_bytes.add(before - job.rest.size());
  if (!job.rest.empty()) return false;
  finish(job);
  return true;
}

bool WriteHandler::unpack(Job& job) {
  const auto state = job.gunzip->next(job.unpacked, kTurnBytes);
  if (job.unpacked.size() > options_.unpacked_bytes_max) {
    counts_.writes.too_large.add();
    job.respond(influx_error(job.api, 413, "Request Entity Too Large"));
    return true;
  }
  if (state == http::Gunzip::State::Bad) {
    job.respond(refuse(job.api, job.unpacked.empty() ? "gzip: invalid header" : "unexpected EOF"));
    return true;
  }
  if (state == http::Gunzip::State::Done) {
    job.gunzip.reset();
    job.body = {};
    job.rest = job.unpacked;
  }
  return false;
}

void WriteHandler::finish(Job& job) {
  const WriteReport& report = job.report;
  if (report.refused() == 0) {
    counts_.writes.taken.add();
    return job.respond(influx_done());
  }
  (report.taken() > 0 ? counts_.writes.partial : counts_.writes.rejected).add();
  job.respond(influx_error(job.api, 400, report.text()));
}

}  // namespace weir::app
