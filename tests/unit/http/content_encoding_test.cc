// SPDX-License-Identifier: Apache-2.0
#include "http/content_encoding.h"

#include <ostream>
#include <string>

#include <gtest/gtest.h>

namespace weir::http {
namespace {

struct Case {
  const char* name;
  const char* header;
  ContentEncoding encoding;
};
std::ostream& operator<<(std::ostream& out, const Case& value) { return out << value.name; }

class NegotiateEncoding : public ::testing::TestWithParam<Case> {};

TEST_P(NegotiateEncoding, ChoosesAsTheReference) {
  EXPECT_EQ(negotiate_encoding(GetParam().header), GetParam().encoding);
}

constexpr auto kGzip = ContentEncoding::Gzip;
constexpr auto kZstd = ContentEncoding::Zstd;
constexpr auto kIdentity = ContentEncoding::Identity;

INSTANTIATE_TEST_SUITE_P(
    Golden, NegotiateEncoding,
    ::testing::Values(
        Case{"NoHeader", "", kIdentity}, Case{"Gzip", "gzip", kGzip},
        Case{"GzipAmongOthers", "br, gzip;q=0.5", kGzip},
        Case{"AnythingIsIdentity", "*", kIdentity}, Case{"WeightZero", "gzip;q=0", kIdentity},
        Case{"IdentityRefused", "identity;q=0, gzip", kGzip},
        Case{"Tie", "gzip, identity", kIdentity},
        Case{"GzipHeavier", "identity;q=0.5, gzip;q=0.6", kGzip},
        Case{"GzipLighter", "identity;q=0.6, gzip;q=0.5", kIdentity},
        Case{"GzipHeavierThanAnything", "gzip;q=1.0, *;q=0.1", kGzip},
        Case{"UpperCase", "GZIP", kIdentity}, Case{"Blanks", "br ,\tgzip ; q=0.5", kGzip},
        Case{"UpperCaseWeight", "gzip;Q=1", kIdentity},
        Case{"OtherParameterEndsTheList", "br;level=1, gzip", kIdentity},
        Case{"BadWeightEndsTheList", "br;q=x, gzip", kIdentity},
        Case{"NoCommaEndsTheList", "br gzip", kIdentity},
        Case{"EmptyElementEndsTheList", "br,,gzip", kIdentity},
        Case{"LongWeight", "identity;q=0.4900000000000000000000001, gzip;q=0.5", kGzip}),
    [](const auto& info) { return std::string(info.param.name); });

// The reference's algorithm, with zstd as its last offer.
INSTANTIATE_TEST_SUITE_P(
    Zstd, NegotiateEncoding,
    ::testing::Values(Case{"Alone", "zstd", kZstd}, Case{"Heaviest", "zstd, gzip;q=0.9", kZstd},
                      Case{"HeavierThanAnything", "*;q=0.1, zstd;q=0.5", kZstd},
                      Case{"TieWithGzip", "zstd, gzip", kGzip},
                      Case{"TieWithIdentity", "zstd, identity", kIdentity},
                      Case{"TieWithAnything", "zstd, *", kIdentity},
                      Case{"Lighter", "gzip, zstd;q=0.9", kGzip},
                      Case{"OfThree", "identity;q=0.1, gzip;q=0.2, zstd;q=0.3", kZstd},
                      Case{"WeightZero", "zstd;q=0, gzip;q=0", kIdentity},
                      Case{"IdentityRefused", "identity;q=0, zstd;q=0.001", kZstd},
                      Case{"UpperCase", "ZSTD", kIdentity}),
    [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace weir::http
