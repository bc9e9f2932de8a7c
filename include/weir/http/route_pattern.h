// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "weir/base/result.h"
#include "weir/http/request.h"

namespace weir::http {

// A path as a route sees it: its segments, each decoded. A path that ends in a slash has `/` for
// its last segment.
using PathSegments = std::vector<std::string>;
[[nodiscard]] PathSegments split_path(std::string_view escaped_path);

// Which requests a route takes, in the reference's own terms (behaviour http.patterns): `[METHOD
// ][HOST]/PATH`. `{name}` in the path takes one segment, `{name...}` or a slash at the end one or
// more, `{$}` the end after a slash. Without a method any will do, and GET takes HEAD along.
class RoutePattern {
 public:
  // On failure says what is wrong with `text`.
  static base::Result<RoutePattern, std::string> parse(std::string_view text);
  // Exactly the path `path`, in which nothing has a meaning.
  static RoutePattern exact(std::string_view path);

  [[nodiscard]] bool matches(std::string_view method, std::string_view host,
                             const PathSegments& path) const;
  // True if no wildcard covers several segments of `path`. Precondition: the pattern matches
  // `path`.
  [[nodiscard]] bool matches_exactly(const PathSegments& path) const;
  // What the named wildcards take of a path that the pattern matches, in their order.
  [[nodiscard]] std::vector<PathValue> path_values(std::string_view escaped_path) const;

  // Of two patterns that match one request: whether `other` is to serve it. The one that takes
  // fewer requests is; one with a host always.
  [[nodiscard]] bool yields_to(const RoutePattern& other) const;
  // Whether some requests fit both, and neither is the more specific. True of equal patterns.
  [[nodiscard]] bool conflicts_with(const RoutePattern& other) const;

  bool operator==(const RoutePattern&) const = default;

 private:
  enum class Kind : std::uint8_t { Literal, Wildcard, Rest };
  struct Segment {
    Kind kind = Kind::Literal;
    std::string text;  // of a literal, decoded; `{$}` is the literal `/`
    std::string name;  // of a wildcard; "" for a slash at the end
    // Names do not matter: they change nothing about what is taken.
    bool operator==(const Segment& other) const { return kind == other.kind && text == other.text; }
    [[nodiscard]] bool takes(std::string_view segment) const;
  };

  // Each returns what is wrong, "" when nothing is.
  std::string add_segment(std::string_view segment, bool is_last, std::vector<std::string>& names);
  std::string add_wildcard(std::string_view segment, bool is_last, std::vector<std::string>& names);

  [[nodiscard]] bool ends_open() const;
  [[nodiscard]] bool takes_method(std::string_view method) const;
  // Whether every request that `other` takes is taken, or some, hosts aside.
  [[nodiscard]] bool covers(const RoutePattern& other) const;
  [[nodiscard]] bool meets(const RoutePattern& other) const;

  std::string method_;  // "": any
  std::string host_;    // "": any
  std::vector<Segment> segments_;
};

// Why `text` cannot be the pattern of a route beside those of `others`, which are good. Nothing
// when it can.
[[nodiscard]] std::optional<std::string> pattern_error(std::string_view text,
                                                       std::span<const std::string_view> others);

}  // namespace weir::http
