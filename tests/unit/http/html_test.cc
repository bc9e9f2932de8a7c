// SPDX-License-Identifier: Apache-2.0
#include "weir/http/html.h"

#include <gtest/gtest.h>

namespace weir::http {
namespace {

TEST(EscapeHtml, EscapesWhatWouldBeMarkup) {
  EXPECT_EQ(escape_html("a<b>&\"c\" 'd'\xc3\xbc", HtmlQuotes::Both),
            "a&lt;b&gt;&amp;&#34;c&#34; &#39;d&#39;\xc3\xbc");
}

TEST(EscapeHtml, LeavesApostrophesInAnAttributeInDoubleQuotes) {
  EXPECT_EQ(escape_html("<\"'>", HtmlQuotes::Double), "&lt;&#34;'&gt;");
}

}  // namespace
}  // namespace weir::http
