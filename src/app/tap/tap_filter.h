// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "weir/net/peer.h"
#include "weir/statsd/dialect.h"
#include "weir/statsd/line_parser.h"

namespace weir::app {

// Which lines a tail shows. What is empty takes all.
class TapFilter {
 public:
  // `name` is a glob for the name as sent, without tags; `tag` is a key, or a key, a colon and a
  // glob for the value; `sender` an address with or without its port, or the path of the listening
  // unix socket. In a glob `*` is any text and `?` any character.
  struct Wanted {
    std::string name;
    std::string tag;
    std::string sender;
  };

  TapFilter(Wanted wanted, const statsd::Dialects& dialects);

  // Whether `sender` is one that a filter can have.
  [[nodiscard]] static bool is_sender(std::string_view sender);

  // Whether there is a first look: false where only the exact one can tell.
  [[nodiscard]] bool has_needle() const { return !needle_.empty(); }
  // A first look at one or several lines: false only where none of them is taken.
  [[nodiscard]] bool may_take(std::string_view bytes) const;
  [[nodiscard]] bool has_sender() const { return !wanted_.sender.empty(); }
  // False only where the exact look would say so, too.
  [[nodiscard]] bool may_be_sender(const net::Peer& peer, std::string_view listener) const;
  [[nodiscard]] bool takes_sender(std::string_view sender, std::string_view listener) const;
  [[nodiscard]] bool takes_line(std::string_view line) const;

 private:
  [[nodiscard]] bool has_tag(std::string_view line, std::string_view name) const;

  const Wanted wanted_;
  const statsd::Dialects dialects_;
  const statsd::LineParser parser_;
  // None for a unix socket.
  std::optional<net::AddressBits> address_;
  std::string tag_key_;
  // None: any value.
  std::optional<std::string> tag_value_;
  // What every line that is taken has in it.
  std::string needle_;
  // The needle is of a name, which brackets may cut in two.
  bool may_be_cut_ = false;
};

// Whether `glob` takes all of `text`.
[[nodiscard]] bool matches_glob(std::string_view glob, std::string_view text);

}  // namespace weir::app
