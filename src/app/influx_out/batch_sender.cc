// SPDX-License-Identifier: Apache-2.0
#include "app/influx_out/batch_sender.h"

#include <algorithm>
#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <fmt/core.h>

#include "app/commands/http_client.h"
#include "app/influx_out/credentials.h"
#include "weir/base/escape.h"
#include "weir/http/gunzip.h"
#include "weir/http/gzip_packer.h"
#include "weir/net/coroutine_errors.h"

namespace weir::app {

namespace {

namespace asio = net::asio;
using influxwrite::Answer;
using influxwrite::Backoff;
using influxwrite::Batch;
using influxwrite::DroppedBatches;

// At a stop there is little time, and no later attempt.
constexpr Backoff::Time kPauseAtStop{200};

// The lines of a batch, in two halves. The second has none where there is but one line.
std::pair<std::string, std::string> halves(const Batch& batch) {
  std::string lines;
  http::Gunzip unpacked(batch.body);
  while (unpacked.next(lines, BatchLimits::kBytesMax) == http::Gunzip::State::More) {
  }
  const auto middle = lines.find('\n', lines.size() / 2);
  const auto cut = middle == lines.size() - 1 ? lines.rfind('\n', lines.size() - 2) : middle;
  if (cut == std::string::npos) return std::make_pair(std::move(lines), std::string());
  return {lines.substr(0, cut + 1), lines.substr(cut + 1)};
}

Batch packed(std::string_view lines, base::TimePoint made) {
  http::GzipPacker packer;
  packer.add(lines);
  const auto points = static_cast<std::uint64_t>(std::ranges::count(lines, '\n'));
  return {packer.take(), points, made};
}

}  // namespace

BatchSender::BatchSender(asio::io_context& context, const InfluxWriteOptions& options,
                         InfluxWriteCounts& counts, BatchLimits& limits, std::uint64_t seed,
                         const base::Log& log)
    : context_(context),
      options_(options),
      counts_(counts),
      limits_(limits),
      log_(log),
      poster_(context, *options.url, {options.ca_path, false}),
      queue_(options.queue_bytes_max),
      backoff_(seed),
      pause_timer_(context),
      stop_timer_(context),
      last_authorization_(influx_authorization(options)) {
  // What is wrong with the authorities is said at the start.
  if (options.url->is_tls) {
    const tls::ClientSession trusting({options.ca_path, false}, options.url->host);
  }
}

void BatchSender::push(Batch batch) {
  const DroppedBatches dropped = queue_.push(std::move(batch));
  counts_.batches.queue_full += dropped.batches;
  counts_.points.queue_full += dropped.points;
  note_queue();
  begin_run();
}

void BatchSender::begin_run() {
  if (is_running_ || queue_.empty()) return;
  is_running_ = true;
  asio::co_spawn(context_, run(), [this](const std::exception_ptr& error) {
    net::log_session_end(log_, "InfluxDB writer", error);
    is_running_ = false;
    // One that came while the last was settled.
    if (!error && !has_given_up_) begin_run();
    if (!is_running_ && on_end_) end();
  });
}

asio::awaitable<void> BatchSender::run() {
  while (true) {
    drop_aged();
    if (queue_.empty()) co_return;
    const auto wait = co_await write_front();
    note_queue();
    if (!wait) continue;
    has_given_up_ = deadline_ && base::Clock::now() + *wait >= *deadline_;
    if (has_given_up_) co_return;
    pause_timer_.expires_after(*wait);
    const auto waited = co_await pause_timer_.async_wait();
    // Cancelled at a stop, which has the rest sent.
    static_cast<void>(waited);
  }
}

asio::awaitable<std::optional<Backoff::Time>> BatchSender::write_front() {
  const Batch& batch = queue_.begin_front();
  counts_.sent_bytes += batch.body.size();
  HttpPost request = request_of(batch);
  auto exchange = poster_.post(std::move(request));
  const HttpReply reply = co_await std::move(exchange);
  if (!reply.fault.empty()) {
    ++counts_.answers.none;
    counts_.is_up = false;
    warn("Cannot write to InfluxDB, will try again", reply.fault);
    queue_.end_front();
    co_return pause(std::nullopt);
  }
  Answer answer =
      influxwrite::read_answer(reply.status, reply.retry_after, reply.body, base::unix_now());
  if (answer.message.empty()) answer.message = fmt::format("status {}", reply.status);
  count(answer.verdict);
  const bool is_to_be_made = answer.verdict == Verdict::NoDatabase && options_.creates_database;
  if (is_to_be_made && !std::exchange(has_made_database_, true)) {
    const bool is_made = co_await make_database();
    if (is_made) co_return std::nullopt;
  }
  co_return settle(answer);
}

asio::awaitable<bool> BatchSender::make_database() {
  const std::string quoted = [this] {
    std::string name;
    for (const char c : options_.url->database) {
      if (c == '"' || c == '\\') name += '\\';
      name += c;
    }
    return name;
  }();
  const std::string body = "q=" + escape_query_value(fmt::format("CREATE DATABASE \"{}\"", quoted));
  HttpPost request;
  request.target = options_.url->query_path;
  request.content_type = "application/x-www-form-urlencoded";
  request.authorization = authorization();
  request.body = body;
  auto exchange = poster_.post(std::move(request));
  const HttpReply reply = co_await std::move(exchange);
  const bool is_made = reply.fault.empty() && reply.status == 200;
  if (is_made) {
    log_.info("Made the database at InfluxDB", {{"database", options_.url->database}});
  } else {
    const auto answer = influxwrite::read_answer(reply.status, "", reply.body, base::unix_now());
    warn("Cannot make the database at InfluxDB",
         reply.fault.empty() ? answer.message : reply.fault);
  }
  co_return is_made;
}

HttpPost BatchSender::request_of(const Batch& batch) {
  HttpPost request;
  request.target = options_.url->target;
  request.content_type = "text/plain; charset=utf-8";
  request.is_gzip = true;
  request.authorization = authorization();
  request.body = batch.body;
  return request;
}

// What was read before holds while a file is being replaced.
std::string BatchSender::authorization() {
  try {
    last_authorization_ = influx_authorization(options_);
  } catch (const CredentialError& error) {
    warn("Cannot read the credentials for InfluxDB, using those from before", error.what());
  }
  return last_authorization_;
}

std::optional<Backoff::Time> BatchSender::settle(const Answer& answer) {
  counts_.is_up = answer.verdict == Verdict::Written || answer.verdict == Verdict::Partial;
  if (answer.verdict == Verdict::NotNow) {
    warn("InfluxDB cannot take a write now, will try again", answer.message);
    queue_.end_front();
    return pause(answer.retry_after);
  }
  backoff_.reset();
  if (answer.verdict == Verdict::TooLarge) {
    split_front();
  } else {
    settle_front(answer);
  }
  return std::nullopt;
}

void BatchSender::settle_front(const Answer& answer) {
  const Batch batch = queue_.take_front();
  has_made_database_ = false;
  if (answer.verdict == Verdict::Written || answer.verdict == Verdict::Partial) {
    const std::uint64_t dropped = std::min(answer.dropped, batch.points);
    ++counts_.batches.written;
    counts_.points.written += batch.points - dropped;
    counts_.points.refused += dropped;
    counts_.last_success_seconds =
        std::chrono::duration<double>(base::unix_now().time_since_epoch()).count();
  } else {
    ++counts_.batches.refused;
    counts_.points.refused += batch.points;
  }
  if (answer.verdict != Verdict::Written) {
    warn("InfluxDB refuses points of a write", answer.message);
  } else if (std::exchange(has_warned_, false)) {
    log_.info("Writing to InfluxDB again");
  }
}

// Nothing of it was written, so its points are not there twice.
void BatchSender::split_front() {
  const Batch batch = queue_.take_front();
  auto [first, second] = halves(batch);
  limits_.bytes_max = std::clamp(first.size(), BatchLimits::kBytesMin, limits_.bytes_max);
  if (second.empty()) {
    ++counts_.batches.refused;
    counts_.points.refused += batch.points;
    warn("InfluxDB refuses a point as too large", "status 413");
    return;
  }
  ++counts_.batches_split;
  queue_.put_back(packed(first, batch.made), packed(second, batch.made));
}

Backoff::Time BatchSender::pause(std::optional<std::chrono::seconds> asked_for) {
  const Backoff::Time wait = backoff_.next(asked_for);
  return deadline_ && !asked_for ? kPauseAtStop : wait;
}

void BatchSender::count(Verdict verdict) {
  switch (verdict) {
    case Verdict::Written: ++counts_.answers.written; break;
    case Verdict::Partial: ++counts_.answers.partial; break;
    case Verdict::Refused: ++counts_.answers.refused; break;
    case Verdict::NoDatabase: ++counts_.answers.no_database; break;
    case Verdict::TooLarge: ++counts_.answers.too_large; break;
    case Verdict::NotNow: ++counts_.answers.not_now; break;
  }
}

void BatchSender::drop_aged() {
  // An age beyond the life of the machine would be no time.
  const auto age =
      std::min<std::chrono::nanoseconds>(options_.age_max, base::Clock::now().time_since_epoch());
  const DroppedBatches dropped = queue_.drop_before(
      base::Clock::now() - std::chrono::duration_cast<base::Clock::duration>(age));
  if (dropped.batches == 0) return;
  counts_.batches.queue_age += dropped.batches;
  counts_.points.queue_age += dropped.points;
  note_queue();
}

void BatchSender::warn(std::string_view message, const std::string& error) {
  has_warned_ = true;
  if (!warnings_.pass(base::Clock::now())) return;
  log_.warn(message, {{"url", options_.url->text}, {"error", error}});
}

void BatchSender::note_queue() {
  counts_.queue_batches = queue_.size();
  counts_.queue_bytes = queue_.bytes();
  counts_.queue_points = queue_.points();
}

void BatchSender::stop(base::TimePoint deadline, std::function<void()> on_end) {
  deadline_ = deadline;
  on_end_ = std::move(on_end);
  if (!is_running_) {
    begin_run();
  } else {
    pause_timer_.cancel();
  }
  if (!is_running_) return end();
  stop_timer_.expires_at(deadline);
  stop_timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) poster_.break_off();
  });
}

// Once: the caller may go on to the end of the process.
void BatchSender::end() {
  stop_timer_.cancel();
  const DroppedBatches dropped = queue_.drop_all();
  counts_.batches.given_up += dropped.batches;
  counts_.points.given_up += dropped.points;
  note_queue();
  if (dropped.batches > 0) {
    log_.warn("Stopped before all was written to InfluxDB",
              {{"points", std::to_string(dropped.points)}});
  }
  std::exchange(on_end_, {})();
}

}  // namespace weir::app
