// SPDX-License-Identifier: Apache-2.0
#include "weir/influxwrite/write_queue.h"

#include <cassert>
#include <utility>

namespace weir::influxwrite {

void WriteQueue::note(const Batch& batch) {
  bytes_ += batch.body.size();
  points_ += batch.points;
}

Batch WriteQueue::take(std::list<Batch>::iterator at) {
  Batch taken = std::move(*at);
  batches_.erase(at);
  bytes_ -= taken.body.size();
  points_ -= taken.points;
  return taken;
}

DroppedBatches WriteQueue::push(Batch batch) {
  DroppedBatches dropped;
  auto oldest = batches_.begin();
  if (is_front_under_way_) ++oldest;
  while (bytes_ + batch.body.size() > bytes_max_ && oldest != batches_.end()) {
    dropped.add(take(oldest++));
  }
  if (bytes_ + batch.body.size() > bytes_max_) {
    dropped.add(batch);
    return dropped;
  }
  note(batch);
  batches_.push_back(std::move(batch));
  return dropped;
}

void WriteQueue::put_back(Batch first, Batch second) {
  note(first);
  note(second);
  batches_.push_front(std::move(second));
  batches_.push_front(std::move(first));
}

const Batch& WriteQueue::begin_front() {
  assert(!batches_.empty());
  is_front_under_way_ = true;
  return batches_.front();
}

Batch WriteQueue::take_front() {
  assert(!batches_.empty());
  is_front_under_way_ = false;
  return take(batches_.begin());
}

DroppedBatches WriteQueue::drop_before(base::TimePoint time) {
  DroppedBatches dropped;
  while (!is_front_under_way_ && !batches_.empty() && batches_.front().made < time) {
    dropped.add(take(batches_.begin()));
  }
  return dropped;
}

DroppedBatches WriteQueue::drop_all() {
  DroppedBatches dropped;
  is_front_under_way_ = false;
  while (!batches_.empty()) dropped.add(take(batches_.begin()));
  return dropped;
}

}  // namespace weir::influxwrite
