// SPDX-License-Identifier: Apache-2.0
#include "weir/capture/writer.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace weir::capture {
namespace {

TEST(Writer, WritesALineForEachRecord) {
  std::string out;
  Writer writer(out);

  writer.begin(1764455158.123456, "udp 127.0.0.1:9125");
  writer.record({.seconds = 0.001234,
                 .transport = "udp",
                 .sender = "127.0.0.1:53412",
                 .listener = {},
                 .bytes = "a.b:1|c\nc:2|g"});
  writer.record({.seconds = 0.002,
                 .transport = "unixgram",
                 .sender = {},
                 .listener = "/run/weir.sock",
                 .bytes = "\xff"});
  writer.end({.seconds = 12.5, .records = 2, .lost = 3});

  EXPECT_EQ(out,
            R"({"weir_capture":1,"started":1764455158.123456,"source":"udp 127.0.0.1:9125"}
{"t":0.001234,"transport":"udp","sender":"127.0.0.1:53412","data":"a.b:1|c\nc:2|g"}
{"t":0.002000,"transport":"unixgram","listener":"/run/weir.sock","base64":"/w=="}
{"end":12.500000,"records":2,"lost":3}
)");
}

TEST(Writer, KeepsARecordOnOneLineWhateverItsBytes) {
  std::string bytes;
  for (int byte = 0; byte < 128; ++byte) bytes += static_cast<char>(byte);
  std::string out;
  Writer writer(out);

  writer.record({.seconds = 0, .transport = "udp", .sender = {}, .listener = {}, .bytes = bytes});

  EXPECT_EQ(out.find('\n'), out.size() - 1);
  for (const char c : std::string_view(out).substr(0, out.size() - 1)) {
    EXPECT_TRUE(c >= ' ' && c != '\x7f');
  }
}

}  // namespace
}  // namespace weir::capture
