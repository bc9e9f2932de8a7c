// SPDX-License-Identifier: Apache-2.0
#include "weir/statsd/tag_parser.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::statsd {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Tags {
  std::string name;
  std::vector<std::string> pairs;
  std::uint32_t errors = 0;
};

TagVisitor keep_in(Tags& tags) {
  return [&tags](std::string_view key, std::string_view value) {
    tags.pairs.push_back(std::string(key) + " -> " + std::string(value));
  };
}

Tags name_tags(std::string_view name, Dialects dialects = {}) {
  Tags tags;
  const auto bare = parse_name_tags(name, dialects, keep_in(tags), tags.errors);
  tags.name = std::string(bare.head) + std::string(bare.tail);
  return tags;
}

Tags field_tags(const std::vector<std::string>& fields, Dialects dialects = {}) {
  sample::IdentityFields identity;
  for (const auto& field : fields) EXPECT_TRUE(identity.add(field));
  Tags tags;
  parse_field_tags(identity, dialects, keep_in(tags), tags.errors);
  return tags;
}

TEST(NameTags, AreReadInInfluxAndLibratoForm) {
  for (const char* name : {"foo,a=1,b.c=2", "foo#a=1,b.c=2"}) {
    const auto tags = name_tags(name);

    EXPECT_EQ(tags.name, "foo") << name;
    EXPECT_THAT(tags.pairs, ElementsAre("a -> 1", "b.c -> 2")) << name;
    EXPECT_EQ(tags.errors, 0U) << name;
  }
}

TEST(NameTags, AreReadInSignalFxFormAnywhereInTheName) {
  for (const char* name : {"foo.[a=1,b=2]test", "[a=1,b=2]foo.test", "foo.test[a=1,b=2]"}) {
    const auto tags = name_tags(name);

    EXPECT_EQ(tags.name, "foo.test") << name;
    EXPECT_THAT(tags.pairs, ElementsAre("a -> 1", "b -> 2")) << name;
  }
}

TEST(NameTags, LeaveWhatFollowsTheFirstBracketsInTheName) {
  EXPECT_EQ(name_tags("foo[a=b],c=d").name, "foo,c=d");
  EXPECT_EQ(name_tags("foo[a=b][c=d]").name, "foo[c=d]");
  EXPECT_THAT(name_tags("foo[a=b],c=d").pairs, ElementsAre("a -> b"));
}

TEST(NameTags, LeaveTheNameWholeOnOneSidedBrackets) {
  for (const char* name : {"foo[a=b", "foo]a=b", "foo]a=b[c", "][", "foo,a=[x", "]#a=b"}) {
    const auto tags = name_tags(name);

    EXPECT_EQ(tags.name, name);
    EXPECT_THAT(tags.pairs, IsEmpty()) << name;
    EXPECT_EQ(tags.errors, 1U) << name;
  }
}

TEST(NameTags, MayLeaveNothingOfTheName) {
  for (const char* name : {"#a=b", ",a=b", "[a=b]"}) {
    EXPECT_EQ(name_tags(name).name, "");
    EXPECT_THAT(name_tags(name).pairs, ElementsAre("a -> b"));
  }
}

TEST(NameTags, SplitAtTheFirstSeparator) {
  EXPECT_THAT(name_tags("foo,a=b=c").pairs, ElementsAre("a -> b=c"));
}

struct Malformed {
  const char* list;
  std::uint32_t errors;
  std::size_t good;
};

class TagList : public testing::TestWithParam<Malformed> {};

TEST_P(TagList, CountsMalformedTagsAndKeepsTheOthers) {
  const auto tags = name_tags(std::string("foo,") + GetParam().list);

  EXPECT_EQ(tags.errors, GetParam().errors) << GetParam().list;
  EXPECT_EQ(tags.pairs.size(), GetParam().good) << GetParam().list;
}

INSTANTIATE_TEST_SUITE_P(, TagList,
                         testing::Values(Malformed{"", 0, 0}, Malformed{"a=b", 0, 1},
                                         Malformed{"a=b,", 0, 1}, Malformed{"a=b,,", 1, 1},
                                         Malformed{",", 1, 0}, Malformed{",a=b", 1, 1},
                                         Malformed{"a=b,,c=d", 1, 2}, Malformed{"a", 1, 0},
                                         Malformed{"a=", 1, 0}, Malformed{"=a", 1, 0},
                                         Malformed{"=", 1, 0}, Malformed{"a,b,c=d", 2, 1}));

TEST(NameTags, IgnoreDisabledMarkers) {
  EXPECT_EQ(name_tags("foo#a=b,c=d", {.librato = false}).name, "foo#a=b");
  EXPECT_THAT(name_tags("foo#a=b,c=d", {.librato = false}).pairs, ElementsAre("c -> d"));
  EXPECT_EQ(name_tags("foo,a=b#c=d", {.influxdb = false}).name, "foo,a=b");
  EXPECT_EQ(name_tags("foo.[t=a,u=b]x", {.signalfx = false}).name, "foo.[t=a");
  EXPECT_THAT(name_tags("foo.[t=a,u=b]x", {.signalfx = false}).pairs, ElementsAre("u -> b]x"));
  EXPECT_EQ(name_tags("foo]#a=b", {.influxdb = false, .librato = false, .signalfx = false}).name,
            "foo]#a=b");
}

struct GraphiteName {
  const char* name;
  const char* bare;
  std::vector<std::string> pairs;
  std::uint32_t errors = 0;
};

class GraphiteTags : public testing::TestWithParam<GraphiteName> {};

TEST_P(GraphiteTags, AreReadAtTheFirstMarkerAlone) {
  const auto tags = name_tags(GetParam().name, {.graphite = true});

  EXPECT_EQ(tags.name, GetParam().bare) << GetParam().name;
  EXPECT_EQ(tags.pairs, GetParam().pairs) << GetParam().name;
  EXPECT_EQ(tags.errors, GetParam().errors) << GetParam().name;
}

INSTANTIATE_TEST_SUITE_P(, GraphiteTags,
                         testing::Values(GraphiteName{"mesh.rq;cluster=backend;zone=a",
                                                      "mesh.rq",
                                                      {"cluster -> backend", "zone -> a"}},
                                         GraphiteName{"foo", "foo", {}},
                                         GraphiteName{"foo;", "foo", {}},
                                         GraphiteName{";a=b", "", {"a -> b"}},
                                         GraphiteName{"foo;a=b;", "foo", {"a -> b"}},
                                         GraphiteName{"foo;a=b=c", "foo", {"a -> b=c"}},
                                         GraphiteName{"foo;a;b=;=c;;d=e", "foo", {"d -> e"}, 4},
                                         // Markers of the others are text in them.
                                         GraphiteName{"foo;a=b,c=d#e", "foo", {"a -> b,c=d#e"}},
                                         GraphiteName{"foo;a=[x]", "foo", {"a -> [x]"}},
                                         GraphiteName{"foo;a=]", "foo", {"a -> ]"}},
                                         // And theirs in the others.
                                         GraphiteName{"foo,a=b;c=d", "foo", {"a -> b;c=d"}},
                                         GraphiteName{"foo#a=b;c=d", "foo", {"a -> b;c=d"}},
                                         GraphiteName{"foo[a=b;c=d]x", "foox", {"a -> b;c=d"}},
                                         GraphiteName{"foo[a=b];c=d", "foo;c=d", {"a -> b"}},
                                         GraphiteName{"foo[a;b=c", "foo[a;b=c", {}, 1}));

TEST(NameTags, TakeASemicolonForACharacterByDefault) {
  EXPECT_EQ(name_tags("foo;a=b").name, "foo;a=b");
  EXPECT_THAT(name_tags("foo;a=b,c=d").pairs, ElementsAre("c -> d"));
}

TEST(NameTags, AreReadInGraphiteFormWhereTheOthersAreOff) {
  const Dialects dialects{.influxdb = false, .librato = false, .signalfx = false, .graphite = true};

  EXPECT_EQ(name_tags("foo,x[y];a=b", dialects).name, "foo,x[y]");
  EXPECT_THAT(name_tags("foo,x[y];a=b", dialects).pairs, ElementsAre("a -> b"));
}

TEST(MayHaveNameTags, SeesEveryEnabledMarkerAtEveryPlace) {
  constexpr std::size_t kLengthMax = 50;
  for (const char marker : {'#', ',', '[', ']', ';'}) {
    for (std::size_t length = 1; length < kLengthMax; ++length) {
      for (std::size_t at = 0; at < length; ++at) {
        std::string name(length, 'a');
        name[at] = marker;
        EXPECT_TRUE(may_have_name_tags(name, {.graphite = true})) << name;
      }
    }
  }
}

TEST(MayHaveNameTags, IgnoresOrdinaryNamesAndDisabledMarkers) {
  for (const std::string name :
       {"", "a", "foo.bar", "a.name.longer.than.one.block.of_bytes", "føø"}) {
    EXPECT_FALSE(may_have_name_tags(name, {})) << name;
  }
  for (const std::string padding : {"", "a.name.longer.than.one.block.of_bytes"}) {
    EXPECT_FALSE(may_have_name_tags(padding + "#", {.librato = false}));
    EXPECT_FALSE(may_have_name_tags(padding + ",", {.influxdb = false}));
    EXPECT_FALSE(may_have_name_tags(padding + "[]", {.signalfx = false}));
    EXPECT_FALSE(may_have_name_tags(padding + ";", {}));
  }
}

TEST(FieldTags, AreReadInTheOrderSent) {
  const auto tags = field_tags({"#b:2,a:1", "c:in:3", "#b:4"});

  EXPECT_THAT(tags.pairs, ElementsAre("b -> 2", "a -> 1", "container_id -> in:3", "b -> 4"));
  EXPECT_EQ(tags.errors, 0U);
}

TEST(FieldTags, KeepColonsInValues) {
  EXPECT_THAT(field_tags({"#url:http://x"}).pairs, ElementsAre("url -> http://x"));
}

TEST(FieldTags, LoseOneHashPerTag) {
  EXPECT_THAT(field_tags({"##a:b"}).pairs, ElementsAre("a -> b"));
  EXPECT_THAT(field_tags({"#a:b,#c:d"}).pairs, ElementsAre("a -> b", "c -> d"));
  EXPECT_THAT(field_tags({"#a:b,##c:d"}).pairs, ElementsAre("a -> b", "#c -> d"));
  EXPECT_EQ(field_tags({"##"}).errors, 1U);
}

TEST(FieldTags, CountBareTagsAsMalformed) {
  const auto tags = field_tags({"#bare,a:b,c:,:d,"});

  EXPECT_THAT(tags.pairs, ElementsAre("a -> b"));
  EXPECT_EQ(tags.errors, 3U);
  EXPECT_EQ(field_tags({"#"}).errors, 0U);
}

TEST(FieldTags, KeepTheContainerIdWhenDogStatsDTagsAreDisabled) {
  const auto tags = field_tags({"#a:b,bare", "c:x"}, {.dogstatsd = false});

  EXPECT_THAT(tags.pairs, ElementsAre("container_id -> x"));
  EXPECT_EQ(tags.errors, 0U);
}

TEST(NameTags, AreListedWhereTheyAreMalformed) {
  EXPECT_EQ(malformed_name_tags("foo,a=b,c,,=d,e=", {}), "c,,=d,e=");
  EXPECT_EQ(malformed_name_tags("foo[a=b,c]bar", {}), "c");
  EXPECT_EQ(malformed_name_tags("foo,,=d", {}), ",=d");
  EXPECT_EQ(malformed_name_tags("foo]bar", {}), "foo]bar");
  EXPECT_EQ(malformed_name_tags("foo#a=b,", {}), "");
  EXPECT_EQ(malformed_name_tags("foo,a", {.influxdb = false}), "");
  EXPECT_EQ(malformed_name_tags("foo;a=b;c,d;=e", {.graphite = true}), "c,d;=e");
}

TEST(FieldTags, AreListedWhereTheyAreMalformed) {
  sample::IdentityFields fields;
  ASSERT_TRUE(fields.add("#a:b,#c,:d"));
  ASSERT_TRUE(fields.add("c:x"));
  ASSERT_TRUE(fields.add("#e"));

  EXPECT_EQ(malformed_field_tags(fields, {}), "#c,:d,e");
  EXPECT_EQ(malformed_field_tags(fields, {.dogstatsd = false}), "");
}

TEST(Tags, AddTheirErrorsToThoseBefore) {
  std::uint32_t errors = 5;

  parse_name_tags(
      "foo#a", {}, [](std::string_view, std::string_view) {}, errors);

  EXPECT_EQ(errors, 6U);
}

}  // namespace
}  // namespace weir::statsd
