// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mapping_file.h"

namespace weir::rulefile {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

constexpr LoadOptions kUtf8{.names = base::NameValidation::Utf8};

std::string file_with_name(const std::string& name) {
  return "mappings:\n- match: a.*\n  name: " + name + "\n";
}

std::string file_with_label(const std::string& label) {
  return file_with_name("n") + "  labels: {" + label + ": x}\n";
}

TEST(Utf8Names, AreTakenWhereTheyAreAllowed) {
  const auto rules =
      load(
          "defaults:\n  rename_tags: {env: deployment.environment}\n"
          "mappings:\n- match: a.*\n  name: my.${1}/\u65e5\n  labels: {service.name: $1}\n",
          kUtf8)
          .rules;

  EXPECT_EQ(mapped(*rules, "a.b-c"), "my.b-c/\u65e5");
  EXPECT_EQ(rules->rules().front().labels.front().name, "service.name");
  EXPECT_EQ(rules->defaults().tags.new_name("env"), "deployment.environment");
}

TEST(Utf8Names, AreRefusedOtherwiseAndTheFlagIsNamed) {
  constexpr const char* kHint = ", or give --metrics.name-validation=utf8";

  EXPECT_THAT(error_of(file_with_name("my.${1}")), EndsWith("such as ${1}" + std::string(kHint)));
  EXPECT_THAT(error_of(file_with_label("service.name")),
              EndsWith("no digit first" + std::string(kHint)));
  EXPECT_THAT(error_of(with("  rename_tags: {a: b.c}\n")), EndsWith(kHint));
  EXPECT_THAT(error_of("defaults: {rename_tags: {a: b.c}}\n"), EndsWith(kHint));
}

TEST(Utf8Names, AreNoHintForWhatTheyWouldNotAllow) {
  EXPECT_THAT(error_of(file_with_name("a$x")), EndsWith("such as ${1}"));
  EXPECT_THAT(error_of(file_with_name("\"a\\n\"")), EndsWith("such as ${1}"));
  EXPECT_THAT(error_of(file_with_label("''")), EndsWith("no digit first"));
}

TEST(Utf8Names, HaveNoControlCharactersAndNoOtherReferences) {
  EXPECT_EQ(error_of(file_with_name("a$x"), kUtf8),
            "m.yml:3:9: invalid metric name: a$x, leave control characters out, and write `$` "
            "before a number only, as in ${1}");
  EXPECT_THAT(error_of(file_with_name("\"a.b\\n\""), kUtf8),
              HasSubstr("3:9: invalid metric name: a.b\\n, leave"));
  EXPECT_EQ(error_of(file_with_label("\"a\\t\""), kUtf8),
            "m.yml:4:12: invalid label key: a\\t, write one or more characters, no control "
            "characters");
  EXPECT_THAT(error_of(file_with_label("''"), kUtf8), HasSubstr("invalid label key: , write one"));
  EXPECT_THAT(error_of(file_with_name("''"), kUtf8), HasSubstr("didn't set a metric name"));
}

TEST(Utf8Names, MayBeReservedToo) {
  EXPECT_THAT(error_of(file_with_label("__a.b"), kUtf8), HasSubstr("that begin with `__`"));
  EXPECT_THAT(error_of(file_with_label("..name.."), kUtf8),
              HasSubstr("4:12: invalid label key: ..name.., which scrapers without UTF-8 would "
                        "read as __name__, rename it"));
  EXPECT_THAT(error_of(file_with_label("le") + "  observer_type: histogram\n", kUtf8),
              HasSubstr("a histogram uses it"));
}

}  // namespace
}  // namespace weir::rulefile
