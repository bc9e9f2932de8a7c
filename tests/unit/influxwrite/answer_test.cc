// SPDX-License-Identifier: Apache-2.0
#include "weir/influxwrite/answer.h"

#include <chrono>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "weir/influxwrite/backoff.h"

namespace weir::influxwrite {
namespace {

using std::chrono::seconds;

// Sun, 06 Nov 1994 08:49:37 GMT
constexpr base::UnixTime kNow{seconds(784'111'777)};

Answer read(unsigned status, std::string_view body, std::string_view retry_after = "") {
  return read_answer(status, retry_after, body, kNow);
}

struct VerdictCase {
  std::string name;
  unsigned status;
  std::string body;
  Verdict verdict;
};

class AnswerVerdict : public testing::TestWithParam<VerdictCase> {};

TEST_P(AnswerVerdict, IsThatOfStatusAndText) {
  EXPECT_EQ(read(GetParam().status, GetParam().body).verdict, GetParam().verdict);
}

INSTANTIATE_TEST_SUITE_P(
    , AnswerVerdict,
    testing::Values(
        VerdictCase{"No_content", 204, "", Verdict::Written},
        VerdictCase{"Empty_body", 200, "", Verdict::Written},
        VerdictCase{"Partial_1", 400,
                    R"({"error":"partial write: field type conflict: x dropped=1"})",
                    Verdict::Partial},
        VerdictCase{
            "Partial_2", 422,
            R"({"code":"unprocessable entity","message":"failure writing points to database: partial write: dropped=2"})",
            Verdict::Partial},
        VerdictCase{"Bad_lines", 400, R"({"error":"unable to parse 'x': missing fields"})",
                    Verdict::Refused},
        VerdictCase{"Bad_user", 401, R"({"error":"authorization failed"})", Verdict::Refused},
        VerdictCase{"No_database", 404, R"({"error":"database not found: \"d\""})",
                    Verdict::NoDatabase},
        VerdictCase{"No_bucket", 404, R"({"code":"not found","message":"bucket \"b\" not found"})",
                    Verdict::Refused},
        VerdictCase{"Elsewhere", 301, "", Verdict::Refused},
        VerdictCase{"Too_large", 413, "", Verdict::TooLarge},
        VerdictCase{"Timed_out", 408, "", Verdict::NotNow},
        VerdictCase{"Too_many", 429, "", Verdict::NotNow},
        VerdictCase{"Partial_with_a_full_disk", 500,
                    R"({"error":"partial write: no space left on device"})", Verdict::NotNow},
        VerdictCase{"Unavailable", 503, "", Verdict::NotNow}),
    [](const auto& info) { return info.param.name; });

TEST(Answer, SaysHowMuchAPartialWriteLeftOut) {
  const auto answer = read(400, "{\"error\":\"partial write: field type conflict dropped=12\"}\n");

  EXPECT_EQ(answer.dropped, 12U);
  EXPECT_EQ(answer.message, "partial write: field type conflict dropped=12");
  EXPECT_EQ(read(400, "partial write: dropped=99999999999999999999").dropped, 0U);
  EXPECT_EQ(read(400, "partial write").dropped, 0U);
}

TEST(Answer, ShowsTheBeginningOfAnyText) {
  EXPECT_EQ(read(500, "<html>oops</html>\n").message, "<html>oops</html>");
  EXPECT_EQ(read(500, std::string(5000, 'x')).message, std::string(1024, 'x'));
}

TEST(Answer, SaysHowLongTheServerAsksToWait) {
  EXPECT_EQ(read(503, "", "7").retry_after, seconds(7));
  EXPECT_EQ(read(503, "", "Sun, 06 Nov 1994 08:50:07 GMT").retry_after, seconds(30));
  EXPECT_EQ(read(503, "", "Sun, 06 Nov 1994 08:49:07 GMT").retry_after, seconds(0));
  EXPECT_EQ(read(503, "", "soon").retry_after, std::nullopt);
  EXPECT_EQ(read(503, "").retry_after, std::nullopt);
}

TEST(Answer, WaitsNoLongerThanAnHour) {
  EXPECT_EQ(read(503, "", "7200").retry_after, seconds(3600));
  EXPECT_EQ(read(503, "", "99999999999999999999999").retry_after, seconds(3600));
  EXPECT_EQ(read(503, "", "Sun, 06 Nov 2094 08:49:37 GMT").retry_after, seconds(3600));
  EXPECT_EQ(read(503, "", "Sun, 06 Nov 3988 08:49:37 GMT").retry_after, seconds(3600));
}

TEST(Backoff, DoublesToAMinuteAndStaysBetweenHalfAndAll) {
  Backoff backoff(1);

  for (const int longest : {1, 2, 4, 8, 16, 32, 60, 60}) {
    const auto wait = backoff.next(std::nullopt);
    EXPECT_GE(wait, seconds(longest) / 2.0);
    EXPECT_LE(wait, seconds(longest));
  }
}

TEST(Backoff, BeginsAnewAfterSuccess) {
  Backoff backoff(1);
  for (int i = 0; i < 5; ++i) static_cast<void>(backoff.next(std::nullopt));
  backoff.reset();

  EXPECT_LE(backoff.next(std::nullopt), seconds(1));
}

TEST(Backoff, WaitsAsLongAsItIsAskedTo) {
  EXPECT_EQ(Backoff(1).next(seconds(300)), seconds(300));
  EXPECT_GE(Backoff(1).next(seconds(0)), std::chrono::milliseconds(500));
}

TEST(Backoff, DiffersFromOneToTheNext) {
  EXPECT_NE(Backoff(1).next(std::nullopt), Backoff(2'000'000).next(std::nullopt));
}

}  // namespace
}  // namespace weir::influxwrite
