// SPDX-License-Identifier: Apache-2.0
#include "app/body_queue.h"

#include <optional>
#include <string>
#include <utility>

#include <boost/asio/post.hpp>

#include "weir/base/ascii.h"
#include "weir/http/gunzip.h"

namespace weir::app {

// It may outlast its connection.
struct BodyQueue::Job {
  std::unique_ptr<BodyReader> reader;
  std::string body;
  http::Respond respond;
  std::optional<http::Gunzip> gunzip;  // while there is something to unpack of the body
  std::string unpacked;
  std::string_view rest;  // of the lines
};

BodyQueue::BodyQueue(boost::asio::io_context& context, std::size_t unpacked_bytes_max)
    : context_(context), unpacked_bytes_max_(unpacked_bytes_max) {}
BodyQueue::~BodyQueue() = default;

// The job waits in a function that may be copied.
http::Response BodyQueue::add(const http::Request& request, std::unique_ptr<BodyReader> reader) {
  auto job = std::make_unique<Job>();
  job->reader = std::move(reader);
  job->body = request.body;
  if (base::equals_ignoring_case(request.header("Content-Encoding"), "gzip")) {
    job->gunzip.emplace(job->body);
  } else {
    job->rest = job->body;
  }
  auto kept = std::make_shared<std::unique_ptr<Job>>(std::move(job));
  return http::deferred_response([this, kept](http::Respond respond) {
    (*kept)->respond = std::move(respond);
    jobs_.push_back(std::move(*kept));
    post_turn();
  });
}

std::size_t BodyQueue::give_up() {
  const std::size_t count = jobs_.size();
  jobs_.clear();
  return count;
}

void BodyQueue::post_turn() {
  if (std::exchange(is_posted_, true)) return;
  boost::asio::post(context_, [this] { take_turn(); });
}

void BodyQueue::take_turn() {
  is_posted_ = false;
  if (jobs_.empty()) return;
  if (advance(*jobs_.front())) jobs_.pop_front();
  if (!jobs_.empty()) post_turn();
}

bool BodyQueue::advance(Job& job) const {
  if (job.gunzip) return unpack(job);
  job.reader->take(job.rest, kTurnBytes);
  if (!job.rest.empty()) return false;
  job.respond(job.reader->answer(BodyReader::End::Read));
  return true;
}

bool BodyQueue::unpack(Job& job) const {
  const auto state = job.gunzip->next(job.unpacked, kTurnBytes);
  if (job.unpacked.size() > unpacked_bytes_max_) {
    job.respond(job.reader->answer(BodyReader::End::TooLong));
    return true;
  }
  if (state == http::Gunzip::State::Bad) {
    const bool has_begun = !job.unpacked.empty();
    job.respond(job.reader->answer(has_begun ? BodyReader::End::CutOff : BodyReader::End::NotGzip));
    return true;
  }
  if (state == http::Gunzip::State::Done) {
    job.gunzip.reset();
    job.body = {};
    job.rest = job.unpacked;
  }
  return false;
}

}  // namespace weir::app
