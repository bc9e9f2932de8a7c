// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "weir/insight/foreign_reader.h"
#include "weir/net/peer.h"
#include "weir/sample/protocol.h"
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

  // Whether there is a first look at lines of `protocol`: false where only the exact one can tell.
  [[nodiscard]] bool has_needle(sample::Protocol protocol) const {
    return !needle_of(protocol).empty();
  }
  // A first look at one or several lines: false only where none of them is taken.
  [[nodiscard]] bool may_take(sample::Protocol protocol, std::string_view bytes) const;
  [[nodiscard]] bool has_sender() const { return !wanted_.sender.empty(); }
  // False only where the exact look would say so, too.
  [[nodiscard]] bool may_be_sender(const net::Peer& peer, std::string_view listener) const;
  [[nodiscard]] bool takes_sender(std::string_view sender, std::string_view listener) const;
  [[nodiscard]] bool takes_line(std::string_view line) const;
  // The same of a line of another protocol: that one of its samples is taken. One that cannot be
  // read has the name that it begins with, and no tags.
  [[nodiscard]] bool takes_foreign_line(sample::Protocol protocol, std::string_view line,
                                        insight::ForeignReader& reader) const;

 private:
  [[nodiscard]] const std::string& needle_of(sample::Protocol protocol) const {
    return protocol == sample::Protocol::Statsd ? needle_ : foreign_needle_;
  }
  [[nodiscard]] bool takes_name(std::string_view name) const;
  [[nodiscard]] bool takes_tag(std::string_view key, std::string_view value) const;
  [[nodiscard]] bool has_tag(std::string_view line, std::string_view name) const;

  const Wanted wanted_;
  const statsd::Dialects dialects_;
  const statsd::LineParser parser_;
  // None for a unix socket.
  std::optional<net::AddressBits> address_;
  std::string tag_key_;
  // None: any value.
  std::optional<std::string> tag_value_;
  // What every line that is taken has in it; one of StatsD, or of another protocol.
  std::string needle_;
  std::string foreign_needle_;
  // The needle is of a name, which brackets may cut in two.
  bool may_be_cut_ = false;
};

// Whether `glob` takes all of `text`.
[[nodiscard]] bool matches_glob(std::string_view glob, std::string_view text);

}  // namespace weir::app
