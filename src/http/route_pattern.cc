// SPDX-License-Identifier: Apache-2.0
#include "weir/http/route_pattern.h"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <utility>

#include <fmt/core.h>

#include "http/target.h"
#include "weir/base/ascii.h"

namespace weir::http {
namespace {

constexpr std::string_view kBlanks = " \t";
constexpr std::string_view kEnd = "/";

bool is_method(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return base::is_alphanumeric(c) ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

// A name as in Go. Any character beyond ASCII counts as a letter here.
bool is_wildcard_name(std::string_view text) {
  const auto is_start = [](char c) {
    return base::is_letter(c) || c == '_' || static_cast<unsigned char>(c) > 127;
  };
  return is_start(text[0]) &&
         std::ranges::all_of(text, [&](char c) { return is_start(c) || base::is_digit(c); });
}

// Takes the first segment and the slash before it off `path`.
std::string_view take_segment(std::string_view& path) {
  path.remove_prefix(1);
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

}  // namespace

PathSegments split_path(std::string_view escaped_path) {
  PathSegments segments;
  while (!escaped_path.empty()) {
    const bool is_end = escaped_path == kEnd;
    const std::string_view segment = take_segment(escaped_path);
    segments.push_back(is_end ? std::string(kEnd) : unescape(segment));
  }
  return segments;
}

base::Result<RoutePattern, std::string> RoutePattern::parse(std::string_view text) {
  RoutePattern pattern;
  std::string_view rest = text;
  if (const auto blank = text.find_first_of(kBlanks); blank != std::string_view::npos) {
    pattern.method_ = text.substr(0, blank);
    rest.remove_prefix(std::min(text.find_first_not_of(kBlanks, blank), text.size()));
  }
  if (!is_method(pattern.method_)) return fmt::format("\"{}\" is no method", pattern.method_);

  const auto slash = rest.find('/');
  if (slash == std::string_view::npos) return std::string("it has no path, which begins with /");
  pattern.host_ = rest.substr(0, slash);
  rest.remove_prefix(slash);
  if (pattern.host_.find('{') != std::string::npos) {
    return std::string("a host takes no wildcard, and a path begins with /");
  }
  const bool may_be_unclean = pattern.method_.empty() || pattern.method_ == "CONNECT";
  if (const auto clean = clean_path(rest); !may_be_unclean && clean != rest) {
    return fmt::format("no request has such a path, write {}", clean);
  }

  std::vector<std::string> names;
  while (!rest.empty()) {
    const std::string_view segment = take_segment(rest);
    std::string error = pattern.add_segment(segment, rest.empty(), names);
    if (!error.empty()) return error;
  }
  return pattern;
}

RoutePattern RoutePattern::exact(std::string_view path) {
  assert(path.starts_with('/'));
  RoutePattern pattern;
  while (!path.empty()) {
    const bool is_end = path == kEnd;
    const std::string_view segment = take_segment(path);
    pattern.segments_.push_back({Kind::Literal, std::string(is_end ? kEnd : segment), ""});
  }
  return pattern;
}

std::string RoutePattern::add_segment(std::string_view segment, bool is_last,
                                      std::vector<std::string>& names) {
  const auto brace = segment.find('{');
  if (brace == 0 && segment.ends_with('}')) return add_wildcard(segment, is_last, names);
  if (brace != std::string_view::npos) {
    return fmt::format("\"{}\" is no wildcard: that is a whole segment, such as {{name}}", segment);
  }
  if (segment.empty() && is_last) {
    segments_.push_back({Kind::Rest, "", ""});
  } else {
    segments_.push_back({Kind::Literal, unescape(segment), ""});
  }
  return "";
}

std::string RoutePattern::add_wildcard(std::string_view segment, bool is_last,
                                       std::vector<std::string>& names) {
  constexpr std::string_view kDots = "...";
  std::string_view name = segment.substr(1, segment.size() - 2);
  const bool is_end = name == "$";
  const bool is_rest = name.ends_with(kDots);
  if (is_rest) name.remove_suffix(kDots.size());
  if ((is_end || is_rest) && !is_last) return fmt::format("{} must come last", segment);
  if (is_end) {
    segments_.push_back({Kind::Literal, std::string(kEnd), ""});
    return "";
  }
  if (name.empty()) return fmt::format("the wildcard {} has no name", segment);
  if (!is_wildcard_name(name)) return fmt::format("\"{}\" cannot name a wildcard", name);
  if (std::ranges::find(names, name) != names.end()) {
    return fmt::format("two wildcards are named \"{}\"", name);
  }
  names.emplace_back(name);
  segments_.push_back({is_rest ? Kind::Rest : Kind::Wildcard, "", std::string(name)});
  return "";
}

bool RoutePattern::Segment::takes(std::string_view segment) const {
  return kind == Kind::Literal ? text == segment : segment != kEnd;
}

bool RoutePattern::ends_open() const { return segments_.back().kind == Kind::Rest; }

bool RoutePattern::takes_method(std::string_view method) const {
  return method_.empty() || method_ == method || (method_ == "GET" && method == "HEAD");
}

bool RoutePattern::matches(std::string_view method, std::string_view host,
                           const PathSegments& path) const {
  if (!takes_method(method) || (!host_.empty() && host_ != host)) return false;
  const bool has_length =
      ends_open() ? path.size() >= segments_.size() : path.size() == segments_.size();
  const auto fixed = segments_.size() - (ends_open() ? 1 : 0);
  for (std::size_t i = 0; has_length && i < fixed; ++i) {
    if (!segments_[i].takes(path[i])) return false;
  }
  return has_length;
}

bool RoutePattern::matches_exactly(const PathSegments& path) const {
  return !ends_open() || (path.size() == segments_.size() && path.back() == kEnd);
}

std::vector<PathValue> RoutePattern::path_values(std::string_view escaped_path) const {
  std::vector<PathValue> values;
  for (const Segment& segment : segments_) {
    // The rest is taken with its slashes, but for the one before it.
    const bool is_rest = segment.kind == Kind::Rest;
    const std::string_view taken = is_rest ? escaped_path.substr(1) : take_segment(escaped_path);
    if (!segment.name.empty()) values.push_back({segment.name, unescape(taken)});
  }
  return values;
}

bool RoutePattern::yields_to(const RoutePattern& other) const {
  return host_.empty() == other.host_.empty() ? covers(other) : host_.empty();
}

bool RoutePattern::conflicts_with(const RoutePattern& other) const {
  return host_ == other.host_ && meets(other) && covers(other) == other.covers(*this);
}

bool RoutePattern::covers(const RoutePattern& other) const {
  // `takes_method` of "", which is any method, is true of "" alone.
  if (!takes_method(other.method_)) return false;
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    if (i == other.segments_.size()) return false;
    const Segment& own = segments_[i];
    const Segment& its = other.segments_[i];
    if (own.kind == Kind::Rest) return true;
    if (its.kind == Kind::Rest) return false;
    const bool takes_it =
        its.kind == Kind::Wildcard ? own.kind == Kind::Wildcard : own.takes(its.text);
    if (!takes_it) return false;
  }
  return segments_.size() == other.segments_.size();
}

bool RoutePattern::meets(const RoutePattern& other) const {
  if (!takes_method(other.method_) && !other.takes_method(method_)) return false;
  const auto shorter = std::min(segments_.size(), other.segments_.size());
  for (std::size_t i = 0; i < shorter; ++i) {
    const Segment& own = segments_[i];
    const Segment& its = other.segments_[i];
    if (own.kind == Kind::Rest || its.kind == Kind::Rest) return true;
    const bool fits = its.kind == Kind::Literal ? own.takes(its.text)
                                                : own.kind == Kind::Wildcard || its.takes(own.text);
    if (!fits) return false;
  }
  return segments_.size() == other.segments_.size();
}

std::optional<std::string> pattern_error(std::string_view text,
                                         std::span<const std::string_view> others) {
  const auto pattern = RoutePattern::parse(text);
  if (!pattern) return pattern.error();
  for (const std::string_view other : others) {
    const auto taken = RoutePattern::parse(other);
    assert(taken);
    if (!pattern->conflicts_with(*taken)) continue;
    if (*pattern == *taken) return fmt::format("{} is taken", other);
    return fmt::format("some requests fit {} too, and neither is the more specific", other);
  }
  return std::nullopt;
}

}  // namespace weir::http
