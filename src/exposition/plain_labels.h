// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace weir::exposition {

// Writes the labels of label bodies as protobuf has them, the fields `label` of a Metric. Takes
// what most bodies are: without escapes and names in quotes, and not long. Where the quotes are is
// all there is to know of such a body, and `="` is as long as what protobuf has there, so that a
// name and its value are copied together. The places of the last body's labels are kept, since
// neighbours on a page mostly have them in the same places. One thread.
class PlainLabels {
 public:
  // Writes the labels of `body` to `at`, where there is room for four times the body, and returns
  // their end. Returns null for a body that is LabelReader's; what is at `at` then means nothing.
  [[nodiscard]] char* put(char* at, std::string_view body);

 private:
  static constexpr std::size_t kBodyMax = 512;
  // The shortest label is `a=""`, and a comma comes between two.
  static constexpr std::size_t kLabelsMax = (kBodyMax + 1) / 5;

  // Where a body has quotes, bit by bit.
  using Quotes = std::array<std::uint64_t, kBodyMax / 64>;

  // Of a label in the body.
  struct Place {
    // Where the name is, and how long it is with `="` and the value.
    std::uint16_t begin = 0;
    std::uint8_t size = 0;
    std::uint8_t name_size = 0;
    // The tag and the length of the label and of its name; of its value.
    std::array<char, 4> before_name{};
    std::array<char, 2> before_value{};
  };

  // For bodies of more than a word of `Quotes`.
  [[nodiscard]] char* put_long(char* at, std::string_view body);
  // Where the quotes are where those of the last body were.
  [[nodiscard]] char* put_known(char* at, std::string_view body) const;
  [[nodiscard, gnu::noinline]] char* put_new_short(char* at, std::string_view body,
                                                   std::uint64_t quotes);
  [[nodiscard]] char* put_new(char* at, std::string_view body, const Quotes& found);
  static char* put_label(char* at, std::string_view body, const Place& place);

  // Of the last body; an empty one has no labels.
  std::size_t size_ = 0;
  Quotes quotes_{};
  std::size_t count_ = 0;
  std::array<Place, kLabelsMax> places_;
};

}  // namespace weir::exposition
