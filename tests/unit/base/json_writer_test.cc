// SPDX-License-Identifier: Apache-2.0
#include "weir/base/json_writer.h"

#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace weir::base {
namespace {

TEST(JsonWriter, PutsCommasBetweenValues) {
  std::string out;
  JsonWriter json(out);

  json.open_object().key("a").open_array().count(1).count(2).close_array();
  json.key("b").open_object().close_object();
  json.key("c").open_array().open_array().close_array().null().boolean(true).close_array();
  json.close_object();

  EXPECT_EQ(out, R"({"a":[1,2],"b":{},"c":[[],null,true]})");
}

TEST(JsonWriter, WritesTextForWhatIsNoNumber) {
  std::string out;
  JsonWriter json(out);

  json.open_array();
  json.number(0.5).number(1e300).number(std::numeric_limits<double>::quiet_NaN());
  json.number(-std::numeric_limits<double>::infinity());
  json.close_array();

  EXPECT_EQ(out, R"([0.5,1e+300,"NaN","-Inf"])");
}

TEST(JsonWriter, EscapesKeysAndTexts) {
  std::string out;
  JsonWriter json(out);

  json.open_object().key("a\"b").text("</script>\n\xff").close_object();

  EXPECT_EQ(out, "{\"a\\\"b\":\"</script>\\n\\ufffd\"}");
}

}  // namespace
}  // namespace weir::base
