// SPDX-License-Identifier: Apache-2.0
#include "app/cli/flags.h"

#include <algorithm>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/cli/flag_values.h"
#include "app/cli/options.h"
#include "app/version.h"

namespace weir::app {
namespace {

using namespace std::chrono_literals;

CommandLine parse(const std::vector<std::string>& arguments) {
  return parse_command_line(arguments, "weir", 80);
}

std::string error_of(const std::vector<std::string>& arguments) {
  try {
    parse(arguments);
  } catch (const FlagError& error) {
    return error.what();
  }
  return "no error";
}

// What a message says may have been meant.
std::string meant_by(const std::vector<std::string>& arguments) {
  try {
    parse(arguments);
  } catch (const FlagError& error) {
    return error.meant();
  }
  return "no error";
}

TEST(CommandLine, GuessesWhichFlagWasMeant) {
  EXPECT_EQ(meant_by({"--statsd.listen-udb=:1"}), "--statsd.listen-udp");
  EXPECT_EQ(meant_by({"--Check_Config"}), "--check-config");
  EXPECT_EQ(meant_by({"--no-check-confi"}), "--no-check-config");
  EXPECT_EQ(meant_by({"--versoin"}), "--version");
  EXPECT_EQ(meant_by({"--no-log.levl"}), "");
  EXPECT_EQ(meant_by({"--verbose-output"}), "");
}

TEST(CommandLine, GuessesWhichCommandWasMeant) {
  EXPECT_EQ(meant_by({"mapings", "list"}), "mappings");
  EXPECT_EQ(meant_by({"--check-config", "mapings"}), "");
  EXPECT_EQ(meant_by({"stray"}), "");
}

TEST(CommandLine, HasTheDefaultsOfTheReference) {
  const auto options = parse({}).options;

  EXPECT_EQ(options.web_listen_addresses, std::vector<std::string>{":9102"});
  EXPECT_EQ(options.udp_addresses, std::vector<std::string>{":9125"});
  EXPECT_EQ(options.tcp_addresses, std::vector<std::string>{":9125"});
  EXPECT_TRUE(options.unixgram_paths.empty());
  EXPECT_EQ(options.relay.packet_bytes_max, 1400U);
  EXPECT_EQ(options.telemetry_path, "/metrics");
  EXPECT_TRUE(options.pipeline.dialects.dogstatsd);
  EXPECT_FALSE(options.is_lifecycle_enabled);
}

TEST(CommandLine, ReadsMoreWaysToWriteALineWhenAskedTo) {
  const auto standard = parse({}).options.pipeline.dialects;
  EXPECT_FALSE(standard.graphite || standard.colons_in_names || standard.meters || standard.spaces);

  EXPECT_TRUE(parse({"--statsd.parse-graphite-tags"}).options.pipeline.dialects.graphite);
  EXPECT_TRUE(parse({"--statsd.parse-colons-in-names"}).options.pipeline.dialects.colons_in_names);
  EXPECT_TRUE(parse({"--statsd.parse-meters"}).options.pipeline.dialects.meters);
  EXPECT_TRUE(parse({"--statsd.trim-spaces"}).options.pipeline.dialects.spaces);
}

TEST(CommandLine, TakesValuesInBothForms) {
  const auto options =
      parse({"--statsd.listen-udp", ":1", "--statsd.listen-tcp=", "--web.enable-lifecycle",
             "--no-statsd.parse-librato-tags", "--statsd.read-buffer=1e3", "--log.level=WARN"})
          .options;

  EXPECT_EQ(options.udp_addresses, std::vector<std::string>{":1"});
  EXPECT_TRUE(options.tcp_addresses.empty());
  EXPECT_TRUE(options.is_lifecycle_enabled);
  EXPECT_FALSE(options.pipeline.dialects.librato);
  EXPECT_EQ(options.datagram.receive_buffer_bytes, 1000);
  EXPECT_EQ(options.log_level, base::LogLevel::Warn);
}

TEST(CommandLine, SetsTheOptionsOfTheLayers) {
  const auto options =
      parse({"--limits.http-request-timeout=2s", "--limits.sampling-weight=7",
             "--limits.unixstream-connections=3", "--statsd.unixstream-framing=length",
             "--statsd.relay.address=a:1,,b:2", "--statsd.relay.resolve-interval=1500ms"})
          .options;

  EXPECT_EQ(options.http.request_timeout, 2000ms);
  EXPECT_EQ(options.pipeline.parser.sampling_weight_max, 7U);
  EXPECT_EQ(options.unixstream.connections_max, 3U);
  EXPECT_EQ(options.tcp.connections_max, 1000U);
  EXPECT_EQ(options.unixstream_framing, StreamFraming::Length);
  EXPECT_EQ(options.relay.targets, (std::vector<std::string>{"a:1", "b:2"}));
  EXPECT_EQ(options.relay.resolve_interval, 1500ms);
}

struct BadLine {
  const char* name;
  std::vector<std::string> arguments;
  const char* message;
};

class BadCommandLine : public testing::TestWithParam<BadLine> {};

TEST_P(BadCommandLine, IsRefusedInTheWordsOfTheReference) {
  EXPECT_EQ(error_of(GetParam().arguments), GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    , BadCommandLine,
    testing::Values(
        BadLine{"UnknownLong", {"--x"}, "unknown long flag '--x'"},
        BadLine{"UnknownShort", {"-x"}, "unknown short flag '-x'"},
        BadLine{
            "NoValue", {"--statsd.listen-udp"}, "expected argument for flag '--statsd.listen-udp'"},
        BadLine{"FlagAsValue",
                {"--statsd.listen-udp", "--check-config"},
                "expected argument for flag '--statsd.listen-udp'"},
        BadLine{"Repeated",
                {"--log.level=info", "--log.level=info"},
                "flag 'log.level' cannot be repeated"},
        BadLine{"BothForms",
                {"--check-config", "--no-check-config"},
                "flag 'check-config' cannot be repeated"},
        BadLine{"Positional", {"word"}, "unexpected word"},
        BadLine{"PositionalAfterEnd", {"--", "--x"}, "unexpected --x"},
        BadLine{"BooleanWithValue",
                {"--check-config=true"},
                "flag 'check-config' takes no value, got 'true': write --check-config or "
                "--no-check-config"},
        BadLine{"NoFormOfAString", {"--no-log.level"}, "unknown long flag '--no-log.level'"},
        BadLine{"Choice",
                {"--statsd.cache-type=LRU"},
                "flag 'statsd.cache-type' must be one of lru, random, got 'LRU'"},
        BadLine{"LogLevel",
                {"--log.level=Foo"},
                "flag 'log.level' must be one of debug, info, warn, error, got 'Foo'"},
        BadLine{"LogFormat",
                {"--log.format=foo"},
                "flag 'log.format' must be one of logfmt, json, got 'foo'"},
        BadLine{"NameValidation",
                {"--metrics.name-validation=utf-8"},
                "flag 'metrics.name-validation' must be one of legacy, utf8, got 'utf-8'"},
        BadLine{"Int",
                {"--statsd.read-buffer=x"},
                "flag 'statsd.read-buffer' must be a whole number, got 'x'"},
        BadLine{"Uint",
                {"--statsd.event-queue-size=-1"},
                "flag 'statsd.event-queue-size' must be a whole number, 0 or more, got '-1'"},
        BadLine{"Duration",
                {"--statsd.event-flush-interval=x"},
                "flag 'statsd.event-flush-interval' must be a time with its unit, such as 500ms, "
                "30s or 1h30m, got 'x'"},
        BadLine{"DurationUnit",
                {"--statsd.event-flush-interval=5"},
                "flag 'statsd.event-flush-interval' must be a time with its unit, such as 500ms, "
                "30s or 1h30m, got '5'"},
        BadLine{
            "NoFile",
            {"@/nonexistent"},
            "failed to open arguments file \"/nonexistent\": open /nonexistent: no such file or "
            "directory"},
        BadLine{"HugeQueue",
                {"--statsd.event-queue-size=99999999999999"},
                "flag 'statsd.event-queue-size' must be at most 1e12, got '99999999999999'"},
        BadLine{"HugePacket",
                {"--statsd.relay.packet-length=1048577"},
                "flag 'statsd.relay.packet-length' must be at most 1048576, got '1048577'"},
        BadLine{"NegativeCache",
                {"--statsd.cache-size=-1"},
                "flag 'statsd.cache-size' must be 0 or more, got '-1'"},
        BadLine{"BadPath",
                {"--web.telemetry-path=x"},
                "flag 'web.telemetry-path' must be a path to serve: it has no path, which begins "
                "with /"},
        BadLine{"TakenPath",
                {"--web.telemetry-path=/-/quit", "--web.enable-lifecycle"},
                "flag 'web.telemetry-path' must be a path to serve: /-/quit is taken"},
        BadLine{"ZeroLimit",
                {"--limits.series=0"},
                "flag 'limits.series' must be from 1 to 4294967295, got '0'"},
        BadLine{"Bytes",
                {"--limits.store-bytes=2Gb/s"},
                "flag 'limits.store-bytes' must be a number of bytes, such as 65536, 512MiB or "
                "2GB, got '2Gb/s'"},
        BadLine{"LoneLetter",
                {"--limits.store-bytes=64k"},
                "flag 'limits.store-bytes' must be a number of bytes, such as 65536, 512MiB or "
                "2GB, got '64k'"},
        BadLine{"TooManyBytes",
                {"--limits.store-bytes=99999999TiB"},
                "flag 'limits.store-bytes' must be a number of bytes, such as 65536, 512MiB or "
                "2GB, got '99999999TiB'"},
        BadLine{"LineBytes",
                {"--limits.line-bytes=5GiB"},
                "flag 'limits.line-bytes' must be from 1 to 4294967295, got '5GiB'"},
        BadLine{
            "Quotes",
            {"--statsd.mapping-config=\"/x.yml\""},
            "flag 'statsd.mapping-config' must be a value without quotes around it, got "
            "'\"/x.yml\"'; the quotes are part of it: take them out of the file that starts weir"},
        BadLine{"HalfAQuote",
                {"--limits.series='5"},
                "flag 'limits.series' must be a whole number, 0 or more, got ''5'; the quotes are "
                "part of it: take them out of the file that starts weir"},
        BadLine{"QuotedFlag",
                {"\"--log.level=info\""},
                "unexpected \"--log.level=info\"; the quotes are part of it: take them out of the "
                "file that starts weir"},
        BadLine{"ControlCharacter",
                {"--log.level=info\r"},
                "flag 'log.level' must be one of debug, info, warn, error, got 'info\\r'"}),
    [](const auto& row) { return row.param.name; });

TEST(CommandLine, LetsABadFlagWinOverHelpAndVersionOverWhatFollows) {
  EXPECT_EQ(error_of({"--help", "--x"}), "unknown long flag '--x'");
  EXPECT_EQ(parse({"--help"}).request, FlagSet::Request::Help);
  EXPECT_EQ(parse({"--statsd.cache-size=x", "-hh"}).request, FlagSet::Request::Help);
  EXPECT_EQ(parse({"--version", "--x"}).request, FlagSet::Request::Version);
}

TEST(CommandLine, TakesListenAddressesMoreThanOnce) {
  const auto options = parse({"--statsd.listen-udp=:1", "--statsd.listen-udp", ":2",
                              "--statsd.listen-tcp=", "--statsd.listen-unixgram=@a",
                              "--statsd.listen-unixgram=/b", "--statsd.listen-unixstream=/c"})
                           .options;

  EXPECT_EQ(options.udp_addresses, (std::vector<std::string>{":1", ":2"}));
  EXPECT_TRUE(options.tcp_addresses.empty());
  EXPECT_EQ(options.unixgram_paths, (std::vector<std::string>{"@a", "/b"}));
  EXPECT_EQ(options.unixstream_paths, std::vector<std::string>{"/c"});
}

TEST(CommandLine, TakesWhatIsBehindTheEndOfFlagsForAValue) {
  EXPECT_EQ(parse({"--statsd.mapping-config", "--", "--x"}).options.mapping_path, "--x");
}

TEST(CommandLine, ReadsValuesInTheOrderGiven) {
  EXPECT_EQ(error_of({"--log.level=", "--log.level=x"}),
            "flag 'log.level' must be one of debug, info, warn, error, got ''");
  EXPECT_EQ(error_of({"--log.level=x", "--bad"}), "unknown long flag '--bad'");
  EXPECT_EQ(error_of({"@"}), "expected @ file to expand arguments from");
}

TEST(CommandLine, ActsOnTheSpotForWhatDescribesFlags) {
  using Request = FlagSet::Request;

  EXPECT_EQ(parse({"--help-long", "--x"}).request, Request::HelpLong);
  EXPECT_EQ(parse({"--no-help-man", "--x"}).request, Request::HelpMan);
  EXPECT_EQ(parse({"--completion-script-bash", "--x"}).request, Request::BashScript);
  EXPECT_EQ(parse({"--completion-script-zsh"}).request, Request::ZshScript);
  EXPECT_EQ(error_of({"--help=x"}), "unexpected x");
  EXPECT_EQ(error_of({"-hx"}), "unknown short flag '-x'");
}

TEST(FlagSet, GivesACommandTheWordsBesideItsFlags) {
  FlagSet flags;
  std::string format = "text";
  flags.add("format", "", format);
  std::vector<std::string> words;

  flags.parse(std::vector<std::string>{"a:1|c", "--format", "json", "-", "--", "--b:1|c"}, words);

  EXPECT_THAT(words, testing::ElementsAre("a:1|c", "-", "--b:1|c"));
  EXPECT_EQ(format, "json");
  EXPECT_THROW(FlagSet().parse(std::vector<std::string>{"--version"}, words), FlagError);
  EXPECT_THROW(FlagSet().parse(std::vector<std::string>{"-x"}, words), FlagError);
}

TEST(Help, LaysFlagsOutAsTheReferenceDoes) {
  const auto usage = parse({"--help"}).text;

  EXPECT_THAT(usage,
              testing::StartsWith("usage: weir [<flags>]\n\n\nFlags:\n  -h, --[no-]help   "));
  EXPECT_THAT(usage, testing::HasSubstr("\n      --statsd.listen-udp=\":9125\" ...  \n"));
  EXPECT_THAT(usage, testing::HasSubstr("\n      --[no-]check-config        Check the mapping"));
  EXPECT_THAT(usage, testing::HasSubstr("--statsd.event-flush-interval=200ms"));
  EXPECT_THAT(usage, testing::HasSubstr("--log.level=info "));
  EXPECT_THAT(usage, testing::HasSubstr("--statsd.read-buffer=STATSD.READ-BUFFER"));
}

TEST(Help, KeepsLinesWithinTheWidth) {
  const auto usage = parse_command_line({"--help"}, "weir", 80).text;

  std::istringstream lines(usage);
  for (std::string line; std::getline(lines, line);) {
    if (line.find("=") == std::string::npos) {
      EXPECT_LE(line.size(), 80U) << line;
    }
  }
}

TEST(Help, TellsOfCommandsBehindTheFlags) {
  for (const auto* request : {"--help", "--help-long"}) {
    EXPECT_THAT(parse({request}).text,
                testing::ContainsRegex("  Show the version and exit\\.\n\n"
                                       "Commands:\n  capture [^\n]*\n(.|\n)*"
                                       "  mappings show NAME \\[--dag-id=ID \\.\\.\\.\\]\n"))
        << request;
  }
  EXPECT_THAT(parse({"--help-man"}).text,
              testing::AllOf(testing::HasSubstr("\\fIcommand\\fR\n.SH OPTIONS\n"),
                             testing::HasSubstr("\n.SH COMMANDS\n.TP\n\\fBcapture "),
                             testing::HasSubstr("\n.TP\n\\fBmappings list\\fR\n"),
                             testing::HasSubstr("\\-\\-dag\\-id=ID")));
}

TEST(Help, PrintsAManPageAndScripts) {
  EXPECT_THAT(parse({"--help-man"}).text, testing::StartsWith(".TH \"weir\" 1"));
  EXPECT_THAT(parse({"--completion-script-bash"}).text, testing::HasSubstr("--completion-bash"));
  EXPECT_THAT(parse({"--completion-script-zsh"}).text, testing::StartsWith("#compdef weir"));
}

TEST(Version, HasTheLayoutOfTheReference) {
  const auto text = version_text("statsd_exporter");

  EXPECT_THAT(text, testing::StartsWith("statsd_exporter, version "));
  EXPECT_THAT(text, testing::HasSubstr("\n  build user:       "));
  EXPECT_THAT(text, testing::HasSubstr("\n  platform:         linux/"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 6);
}

TEST(CommaSeparated, LeavesEmptyPiecesOut) {
  EXPECT_EQ(comma_separated("a:1,,b:2,"), (std::vector<std::string>{"a:1", "b:2"}));
  EXPECT_TRUE(comma_separated("").empty());
}

TEST(FlagValues, ReadsNumbersAsTheReferenceDoes) {
  EXPECT_EQ(parse_truncated("10.7"), 10);
  EXPECT_EQ(parse_truncated("1_000"), 1000);
  EXPECT_EQ(parse_truncated("nan"), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(parse_unsigned("0x10"), 16U);
  EXPECT_EQ(parse_unsigned("010"), 8U);
  EXPECT_EQ(parse_unsigned("1_000"), 1000U);
  EXPECT_THROW((void)parse_unsigned("1__0"), BadValue);
  EXPECT_THROW((void)parse_unsigned(""), BadValue);
}

TEST(FlagValues, ReadsDurations) {
  EXPECT_EQ(parse_duration("1h2m3.5s"), 1h + 2min + 3500ms);
  EXPECT_EQ(parse_duration("1d"), 24h);
  EXPECT_EQ(parse_duration("2w"), 336h);
  EXPECT_EQ(parse_duration("-5ms"), -5ms);
  EXPECT_EQ(parse_duration("0"), 0ns);
}

}  // namespace
}  // namespace weir::app
