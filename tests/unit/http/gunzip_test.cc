// SPDX-License-Identifier: Apache-2.0
#include "weir/http/gunzip.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "http/gzip.h"

namespace weir::http {
namespace {

std::string packed(std::string_view text) {
  std::string out;
  Gzip gzip;
  gzip.compress(text, out);
  gzip.finish(out);
  return out;
}

struct Unpacked {
  Gunzip::State state = Gunzip::State::More;
  std::string text;
  std::size_t calls = 0;
};

Unpacked unpack(std::string_view bytes, std::size_t step) {
  Gunzip gunzip(bytes);
  Unpacked all;
  while (all.state == Gunzip::State::More) {
    const std::size_t before = all.text.size();
    all.state = gunzip.next(all.text, step);
    EXPECT_LE(all.text.size(), before + step);
    ++all.calls;
  }
  return all;
}

TEST(Gunzip, UnpacksInSteps) {
  const std::string text(100'000, 'x');
  const Unpacked all = unpack(packed(text), 1000);
  EXPECT_EQ(all.state, Gunzip::State::Done);
  EXPECT_EQ(all.text, text);
  EXPECT_GE(all.calls, 100U);
}

TEST(Gunzip, UnpacksNothing) {
  const Unpacked all = unpack(packed(""), 10);
  EXPECT_EQ(all.state, Gunzip::State::Done);
  EXPECT_EQ(all.text, "");
}

TEST(Gunzip, TakesSeveralStreamsForOne) {
  const Unpacked all = unpack(packed("one ") + packed("two"), 3);
  EXPECT_EQ(all.state, Gunzip::State::Done);
  EXPECT_EQ(all.text, "one two");
}

TEST(Gunzip, RefusesWhatIsNoGzipOrNotAllOfIt) {
  EXPECT_EQ(unpack("", 10).state, Gunzip::State::Bad);
  EXPECT_EQ(unpack("cpu value=1", 10).state, Gunzip::State::Bad);
  EXPECT_EQ(unpack(packed("text") + "x", 10).state, Gunzip::State::Bad);
  const std::string whole = packed("some text that is long enough");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(unpack(std::string_view(whole).substr(0, size), 10).state, Gunzip::State::Bad)
        << size;
  }
}

}  // namespace
}  // namespace weir::http
