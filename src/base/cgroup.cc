// SPDX-License-Identifier: Apache-2.0
#include "weir/base/cgroup.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>

namespace weir::base {

namespace {

// Deeper ones are looked at from the top of these.
constexpr std::size_t kFoldersMax = 64;
// The kernel's own "no limit" is near 2^63; no machine has this much.
constexpr std::uint64_t kNoLimit = std::uint64_t{1} << 60;

// Takes the part before `end` off `text`, and `end` too.
std::string_view take_until(std::string_view& text, char end) {
  const std::size_t place = std::min(text.find(end), text.size());
  const std::string_view part = text.substr(0, place);
  text.remove_prefix(std::min(place + 1, text.size()));
  return part;
}

bool has_element(std::string_view list, std::string_view wanted) {
  while (!list.empty()) {
    if (take_until(list, ',') == wanted) return true;
  }
  return false;
}

// What the process is in, by the two versions. Empty: not at all.
struct OwnPaths {
  std::string_view unified;
  std::string_view memory;
};

// Lines of `number:controllers:path`; of the second version there are no controllers.
OwnPaths own_paths(std::string_view text) {
  OwnPaths paths;
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    take_until(line, ':');
    const std::string_view controllers = take_until(line, ':');
    if (!line.starts_with('/')) continue;
    if (controllers.empty()) paths.unified = line;
    if (has_element(controllers, "memory")) paths.memory = line;
  }
  return paths;
}

bool is_octal(char digit) { return digit >= '0' && digit <= '7'; }

// Blanks and the like are written as a backslash and three octal digits.
std::string unescaped(std::string_view text) {
  constexpr std::size_t kDigits = 3;
  constexpr int kBase = 8;
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view digits = text.substr(i + 1, text[i] == '\\' ? kDigits : 0);
    if (digits.size() == kDigits && std::ranges::all_of(digits, is_octal)) {
      int code = 0;
      for (const char digit : digits) code = code * kBase + (digit - '0');
      plain += static_cast<char>(code);
      i += kDigits;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

struct Mount {
  // What of the hierarchy is mounted.
  std::string root;
  std::string place;
  std::string_view type;
  std::string_view options;
};

// `36 35 98:0 /root /place rw,noatime shared:1 - cgroup cgroup rw,memory`, with any number of
// fields before the dash.
std::optional<Mount> parse_mount(std::string_view line) {
  constexpr int kBeforeRoot = 3;
  for (int i = 0; i < kBeforeRoot; ++i) take_until(line, ' ');
  Mount mount;
  mount.root = unescaped(take_until(line, ' '));
  mount.place = unescaped(take_until(line, ' '));
  while (!line.empty() && take_until(line, ' ') != "-") {
  }
  mount.type = take_until(line, ' ');
  take_until(line, ' ');
  mount.options = line;
  if (!mount.root.starts_with('/') || !mount.place.starts_with('/')) return std::nullopt;
  return mount;
}

// Where `path` is below `root`: "" for the same and for what is outside, as in a container that
// sees another part of the hierarchy.
std::string_view below(std::string_view path, std::string_view root) {
  if (root == "/") root = "";
  if (!path.starts_with(root) || path.find("/..") != std::string_view::npos) return "";
  path.remove_prefix(root.size());
  // What only begins like the root is outside.
  return path.starts_with('/') && path.size() > 1 ? path : "";
}

void add_folders(const Mount& mount, std::string_view path, bool is_unified,
                 std::vector<CgroupFolder>& folders) {
  std::string_view inside = below(path, mount.root);
  while (!inside.empty() && folders.size() < kFoldersMax) {
    folders.push_back({mount.place + std::string(inside), is_unified});
    inside = inside.substr(0, inside.rfind('/'));
  }
  folders.push_back({mount.place, is_unified});
}

}  // namespace

std::vector<CgroupFolder> memory_cgroups(std::string_view self_cgroup, std::string_view mountinfo) {
  const OwnPaths paths = own_paths(self_cgroup);
  std::vector<CgroupFolder> folders;
  while (!mountinfo.empty() && folders.size() < kFoldersMax) {
    const auto mount = parse_mount(take_until(mountinfo, '\n'));
    if (!mount) continue;
    if (mount->type == "cgroup2" && !paths.unified.empty()) {
      add_folders(*mount, paths.unified, true, folders);
    }
    if (mount->type == "cgroup" && has_element(mount->options, "memory") && !paths.memory.empty()) {
      add_folders(*mount, paths.memory, false, folders);
    }
  }
  return folders;
}

std::optional<std::uint64_t> parse_memory_limit(std::string_view text) {
  text = text.substr(0, text.find('\n'));
  std::uint64_t bytes = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bytes);
  if (error != std::errc() || end != text.data() + text.size() || bytes >= kNoLimit) {
    return std::nullopt;
  }
  return bytes;
}

std::optional<std::uint64_t> hierarchical_memory_limit(std::string_view stat) {
  while (!stat.empty()) {
    std::string_view line = take_until(stat, '\n');
    if (take_until(line, ' ') == "hierarchical_memory_limit") return parse_memory_limit(line);
  }
  return std::nullopt;
}

}  // namespace weir::base
