// SPDX-License-Identifier: Apache-2.0
#include "app/commands/command.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iterator>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/cli/flag_help.h"
#include "app/cli/flags.h"
#include "app/commands/capture_command.h"
#include "app/commands/doctor_command.h"
#include "app/commands/explain_command.h"
#include "app/commands/lint_command.h"
#include "app/commands/mappings_command.h"
#include "app/commands/migrate_command.h"
#include "app/commands/reload_command.h"
#include "app/commands/replay_command.h"
#include "app/commands/suggest_command.h"
#include "app/commands/tail_command.h"
#include "app/commands/test_command.h"
#include "app/commands/top_command.h"
#include "weir/base/similar.h"

namespace weir::app {

namespace {

constexpr std::array kCommands = {
    Command{"capture",
            "capture URL | --listen=ADDRESS ... [--output=FILE] [--max-bytes=BYTES] "
            "[--max-time=TIME] [--sample=RATE] [--format=text|json]",
            "Write raw traffic to a file, with times and senders, for weir replay: what the daemon "
            "receives that serves HTTP at this URL, or what comes to an address, in a daemon's "
            "place. Ends at 100 MiB, after 10 minutes, or with SIGINT or "
            "SIGTERM. The exit code is 1 when something was lost, 2 when it cannot be captured.",
            capture_traffic, complete_capture, 2},
    Command{"doctor", "doctor [--at=URL [--cacert=FILE|--insecure]] [--format=text|json] [<flags>]",
            "Look at what an operator would look at by hand, and say what to do: receive buffers, "
            "file limits, who holds the ports, whether senders and Prometheus reach the daemon, "
            "clock, control group, mapping file. Takes the daemon's flags, too; without --at the "
            "daemon on this machine is asked, if there is one. The exit code is 1 with a warning "
            "or error, 2 when it cannot be said.",
            examine, complete_doctor, 2},
    Command{
        "explain", "explain LINE ... [--mapping=FILE | --at=URL] [--format=text|json] [<flags>]",
        "Say what would become of StatsD lines, and why: how each is read, what keeps each "
        "rule from taking it, what the page shows. Takes the daemon's flags, too; with --at the "
        "daemon that serves HTTP at this URL is asked instead. The exit code is 1 when not all of "
        "it comes to a series, 2 when it cannot be said.",
        explain_lines, complete_explain, 2},
    Command{
        "lint",
        "lint FILE ... [--format=text|json] [--min-severity=note|warning|error] "
        "[--against=CAPTURE|URL]",
        "Say what is wrong or doubtful in mapping files, and what to do. Exit code 1 with an "
        "error or warning among it, 2 where a file cannot be read. With --against, "
        "what each rule does with the lines of a capture or file, or did in a running daemon. With "
        "--list, all that could be said.",
        lint_files, complete_lint, 2},
    Command{"mappings list", "mappings list",
            "Name the mapping files that are compiled in, for "
            "--statsd.mapping-config=builtin:NAME.",
            list_mappings, nullptr},
    Command{"mappings show", "mappings show NAME [--dag-id=ID ...]",
            "Print one of them. With --dag-id, with rules that keep this dotted id of an Airflow "
            "DAG whole. Repeatable.",
            show_mapping, complete_show_mapping},
    Command{"migrate", "migrate FILE [--write|--check] [--format=text|json]",
            "Print a mapping file with today's keys for those of older releases, comments and "
            "order kept, and on standard error what changed. It loads to the same rules. With "
            "--write, write it in its place; with --check, only say what would change, with exit "
            "code 1. Exit code 2 where the file does not load or cannot be migrated.",
            migrate_file, complete_migrate, 2},
    Command{
        "reload", "reload [DIRECTORY]",
        "Have the daemon whose runtime directory this is, by default $RUNTIME_DIRECTORY, reload "
        "its mapping file, and wait: what is wrong with the file is printed, with exit code 1.",
        reload_daemon, nullptr},
    Command{"replay", "replay FILE ADDRESS [--speed=1|N|full] [--repeat] [--format=text|json]",
            "Send what weir capture wrote, or a file of plain lines, to HOST:PORT over what it "
            "came by, or to udp://, tcp://HOST:PORT, unixgram:// or unixstream://PATH. The exit "
            "code is 1 when not all of it was sent, 2 when it cannot be.",
            replay_traffic, complete_replay, 2},
    Command{"suggest", "suggest CAPTURE|URL [--mapping=FILE] [--format=text|json]",
            "Propose rules for the names in a capture, or for those that no rule of the daemon "
            "takes that serves HTTP at this URL: a mapping file, with how many series each rule "
            "saves. Says which of the mapping files that are compiled in fits. With --mapping, for "
            "the names that this file's rules do not take. Exit code 2 where it cannot be said.",
            suggest_rules, complete_suggest, 2},
    Command{"tail",
            "tail URL [--name=GLOB] [--tag=KEY:VALUE] [--sender=ADDRESS] [--refused] [--rate=N] "
            "[--max-lines=N] [--max-time=TIME] [--format=text|json]",
            "Show lines as the daemon receives them that serves HTTP at this URL. Under load it "
            "shows some of them and counts the others. The exit code is 1 when it ended without "
            "a line, 2 when the daemon cannot be asked.",
            tail_traffic, complete_tail, 2},
    Command{"test", "test FILE ... [--coverage] [--format=text|json]",
            "Run the tests of mapping files that these files hold: lines, and the series that must "
            "come of them. --coverage names the rules that no test used. The exit code is 1 when a "
            "test fails, 2 when one cannot be run.",
            test_mappings, complete_test, 2},
    Command{"top",
            "top URL [--interval=2s] [--once] [--format=text|json] [--cacert=FILE|--insecure]",
            "Show on a full screen what the daemon that serves HTTP at this URL takes in and "
            "loses: traffic, losses, busiest metrics, growing labels, unmapped names, senders; ? "
            "names the keys. With --once, or where there is no terminal, it is printed once, and "
            "the exit code is 1 when something is being lost or the daemon is not ready, 2 when it "
            "does not answer.",
            show_top, complete_top, 2},
};

std::string_view first_word(std::string_view name) { return name.substr(0, name.find(' ')); }

// "" for a command of one word.
std::string_view second_word(std::string_view name) {
  const auto space = name.find(' ');
  return space == std::string_view::npos ? std::string_view() : name.substr(space + 1);
}

std::size_t word_count(const Command& command) { return second_word(command.name).empty() ? 1 : 2; }

// Those whose name begins with `word`: a group, or one command.
std::vector<Command> commands_at(std::string_view word) {
  std::vector<Command> found;
  std::ranges::copy_if(kCommands, std::back_inserter(found),
                       [word](const Command& command) { return first_word(command.name) == word; });
  return found;
}

std::vector<std::string_view> second_words(std::span<const Command> group) {
  std::vector<std::string_view> words;
  for (const auto& command : group) words.push_back(second_word(command.name));
  return words;
}

// Null when `words` name a group and none of its commands.
const Command* command_of(std::span<const Command> group, std::span<const std::string> words) {
  const auto found = std::ranges::find_if(group, [words](const Command& command) {
    const auto second = second_word(command.name);
    return second.empty() || (words.size() > 1 && words[1] == second);
  });
  return found == group.end() ? nullptr : &*found;
}

[[noreturn]] void refuse_second_word(std::span<const Command> group,
                                     std::span<const std::string> arguments) {
  const auto words = second_words(group);
  if (arguments.size() == 1) {
    throw FlagError(
        fmt::format("expected {} behind {}", fmt::join(words, " or "), arguments.front()));
  }
  throw FlagError("unexpected " + arguments[1],
                  std::string(base::most_similar(arguments[1], words)));
}

bool asks_for_help(const std::string& argument) { return argument == "--help" || argument == "-h"; }

// The first words of commands that begin with `begun`.
std::optional<std::string> first_word_completions(std::string_view begun) {
  std::vector<std::string_view> offered;
  std::ranges::copy_if(command_words(), std::back_inserter(offered),
                       [begun](std::string_view word) { return word.starts_with(begun); });
  if (offered.empty()) return std::nullopt;
  return fmt::format("{}", fmt::join(offered, "\n"));
}

}  // namespace

std::span<const Command> commands() { return kCommands; }

std::span<const std::string_view> command_words() {
  static const std::vector<std::string_view> kWords = [] {
    std::vector<std::string_view> found;
    for (const auto& command : kCommands) {
      const auto word = first_word(command.name);
      if (found.empty() || found.back() != word) found.push_back(word);
    }
    return found;
  }();
  return kWords;
}

std::optional<CommandResult> run_command(std::span<const std::string> arguments,
                                         std::size_t columns) {
  if (arguments.empty()) return std::nullopt;
  const auto group = commands_at(arguments.front());
  if (group.empty()) return std::nullopt;
  if (std::ranges::any_of(arguments, asks_for_help))
    return CommandResult{commands_text(group, columns)};
  const Command* const command = command_of(group, arguments);
  if (command == nullptr) refuse_second_word(group, arguments);
  return command->run(arguments.subspan(word_count(*command)));
}

int failure_code(std::span<const std::string> arguments) {
  if (arguments.empty()) return EXIT_FAILURE;
  const auto group = commands_at(arguments.front());
  const Command* const command = command_of(group, arguments);
  return command == nullptr ? EXIT_FAILURE : command->failure_code;
}

std::optional<std::string> command_completions(std::span<const std::string> words) {
  if (words.empty()) return std::nullopt;
  if (words.size() == 1) return first_word_completions(words.front());
  const auto group = commands_at(words.front());
  if (group.empty()) return std::nullopt;
  const auto* const command = command_of(group, words.first(words.size() - 1));
  if (command == nullptr) {
    if (words.size() > 2) return std::string();
    return words.back().starts_with('-') ? std::string("--help")
                                         : fmt::format("{}", fmt::join(second_words(group), "\n"));
  }
  if (command->complete == nullptr) return std::string();
  return command->complete(words.subspan(word_count(*command)));
}

}  // namespace weir::app
