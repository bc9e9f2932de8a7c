// SPDX-License-Identifier: Apache-2.0
#include "app/doctor/socket_holders.h"

#include <array>
#include <charconv>
#include <filesystem>
#include <optional>
#include <pwd.h>
#include <string_view>
#include <system_error>

#include "app/doctor/read_text.h"

namespace weir::app {

namespace {

namespace fs = std::filesystem;

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Of what /proc/PID/fd/N leads to, `socket:[3692120]`.
std::optional<std::uint64_t> socket_inode(std::string_view link) {
  constexpr std::string_view kBegin = "socket:[";
  if (!link.starts_with(kBegin) || !link.ends_with(']')) return std::nullopt;
  link.remove_prefix(kBegin.size());
  link.remove_suffix(1);
  return number_of(link);
}

doctor::Holder holder_of(std::uint64_t pid) {
  const std::string folder = "/proc/" + std::to_string(pid);
  doctor::Holder holder{.pid = pid, .name = read_text_or_empty(folder + "/comm"), .is_weir = false};
  while (holder.name.ends_with('\n')) holder.name.pop_back();
  std::error_code error;
  // The image calls it otherwise.
  const bool is_ours = fs::equivalent(folder + "/exe", "/proc/self/exe", error);
  holder.is_weir = holder.name == "weir" || (is_ours && !error);
  return holder;
}

std::set<std::uint64_t> sockets_of(const fs::path& folder, const std::set<std::uint64_t>& wanted) {
  std::set<std::uint64_t> found;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    std::error_code unreadable;
    const auto inode = socket_inode(fs::read_symlink(at->path(), unreadable).native());
    if (inode && wanted.contains(*inode)) found.insert(*inode);
  }
  return found;
}

}  // namespace

std::map<std::uint64_t, std::vector<doctor::Holder>> socket_holders(
    const std::set<std::uint64_t>& inodes) {
  std::map<std::uint64_t, std::vector<doctor::Holder>> holders;
  if (inodes.empty()) return holders;
  std::error_code error;
  for (fs::directory_iterator at("/proc", error), end; !error && at != end; at.increment(error)) {
    const auto pid = number_of(at->path().filename().native());
    if (!pid) continue;
    for (const auto inode : sockets_of(at->path() / "fd", inodes)) {
      holders[inode].push_back(holder_of(*pid));
    }
  }
  return holders;
}

std::string user_name(std::uint64_t user) {
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  ::getpwuid_r(static_cast<uid_t>(user), &entry, buffer.data(), buffer.size(), &found);
  return found == nullptr ? std::to_string(user) : std::string(found->pw_name);
}

}  // namespace weir::app
