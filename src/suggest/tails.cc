// SPDX-License-Identifier: Apache-2.0
#include "suggest/tails.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace weir::suggest {

namespace {

bool is_of_run(const Piece& piece) {
  return (piece.cover == Cover::Any || piece.cover == Cover::Tail) && !piece.is_apart;
}

// How long a run of varying segments is in the patterns that are joined.
struct Run {
  std::size_t shortest = 0;
  std::size_t longest = 0;
  // An id that always has dots.
  bool has_tail = false;

  [[nodiscard]] bool is_tail() const { return has_tail || longest > shortest; }
};

std::vector<Run> runs_of(const Pieces& pieces) {
  std::vector<Run> runs;
  bool is_inside = false;
  for (const auto& piece : pieces) {
    if (is_of_run(piece)) {
      if (!is_inside) runs.emplace_back();
      auto& run = runs.back();
      run.longest = ++run.shortest;
      run.has_tail = run.has_tail || piece.cover == Cover::Tail;
    }
    is_inside = is_of_run(piece);
  }
  return runs;
}

// The same for patterns that differ in the lengths of their runs alone.
std::string key_of(const Pieces& pieces) {
  std::string key;
  bool is_inside = false;
  for (const auto& piece : pieces) {
    if (is_of_run(piece)) {
      if (!is_inside) key += "\x01.";
    } else {
      key += static_cast<char>('0' + static_cast<int>(piece.cover));
      (((key += piece.before) += '\x02') += piece.after) += '.';
    }
    is_inside = is_of_run(piece);
  }
  return key;
}

void join(std::vector<Run>& runs, const std::vector<Run>& others) {
  for (std::size_t i = 0; i < runs.size(); ++i) {
    runs[i].shortest = std::min(runs[i].shortest, others[i].shortest);
    runs[i].longest = std::max(runs[i].longest, others[i].longest);
    runs[i].has_tail = runs[i].has_tail || others[i].has_tail;
  }
}

// The pieces of `run`, a tail; `is_second` for a `**` after another, before which no `*` may be.
void append(const Run& run, bool is_second, const std::string& label, Pieces& pieces) {
  if (!is_second) pieces.insert(pieces.end(), run.shortest - 1, {Cover::Any, ""});
  pieces.push_back({Cover::Tail, "", "", label});
}

Pieces with_runs(const Pieces& pieces, const std::vector<Run>& runs) {
  Pieces joined;
  joined.reserve(pieces.size());
  std::size_t next = 0;
  bool is_inside = false;
  bool has_tail = false;
  for (const auto& piece : pieces) {
    // As long in all patterns, the pieces stay what they are.
    const bool is_kept = !is_of_run(piece) || !runs[next - (is_inside ? 1 : 0)].is_tail();
    if (is_kept) joined.push_back(piece);
    if (is_of_run(piece) && !is_inside) {
      if (!is_kept) append(runs[next], has_tail, piece.label, joined);
      has_tail = has_tail || runs[next].is_tail();
      ++next;
    }
    is_inside = is_of_run(piece);
  }
  return joined;
}

struct Joined {
  Pattern pattern;
  std::vector<Run> runs;
};

// Up to the first run.
std::string beginning_of(const Pieces& pieces) {
  return key_of({pieces.begin(), std::ranges::find_if(pieces, is_of_run)});
}

// An id that has dots in some names has them in others: where one pattern begins with a `**` after
// the same segments, all do.
void spread_tails(std::vector<Joined>& all) {
  std::map<std::string, std::size_t> shortest;
  for (const auto& each : all) {
    if (each.runs.empty() || !each.runs.front().is_tail()) continue;
    const auto [place, is_new] =
        shortest.emplace(beginning_of(each.pattern.pieces), each.runs.front().shortest);
    if (!is_new) place->second = std::min(place->second, each.runs.front().shortest);
  }
  for (auto& each : all) {
    if (each.runs.empty()) continue;
    const auto found = shortest.find(beginning_of(each.pattern.pieces));
    if (found == shortest.end() || each.runs.front().shortest < found->second) continue;
    each.runs.front().shortest = found->second;
    each.runs.front().has_tail = true;
  }
}

}  // namespace

std::vector<Pattern> join_tails(std::vector<Pattern> patterns) {
  std::vector<Joined> all;
  all.reserve(patterns.size());
  std::map<std::string, std::size_t> places;
  for (auto& pattern : patterns) {
    const auto [place, is_new] = places.emplace(key_of(pattern.pieces), all.size());
    auto runs = runs_of(pattern.pieces);
    if (is_new) {
      all.push_back({std::move(pattern), std::move(runs)});
      continue;
    }
    auto& joined = all[place->second];
    join(joined.runs, runs);
    auto& names = joined.pattern.names;
    names.insert(names.end(), pattern.names.begin(), pattern.names.end());
    if (!pattern.total) joined.pattern.total.reset();
  }
  spread_tails(all);
  std::vector<Pattern> result;
  result.reserve(all.size());
  for (auto& joined : all) {
    joined.pattern.pieces = with_runs(joined.pattern.pieces, joined.runs);
    result.push_back(std::move(joined.pattern));
  }
  return result;
}

}  // namespace weir::suggest
