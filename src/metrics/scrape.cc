// SPDX-License-Identifier: Apache-2.0
#include "weir/metrics/scrape.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "metrics/label_order.h"
#include "metrics/series_reader.h"
#include "metrics/store_state.h"
#include "metrics/text_order.h"

namespace weir::metrics {

namespace {

// How many series a scrape loads ahead, and how much of each at most.
constexpr std::size_t kAhead = 16;
constexpr std::size_t kReachMin = 128;
constexpr std::size_t kReachMax = 512;

constexpr std::size_t kValuesAtOnce = 8;

// How many series of a usual size would be as long on a page, about.
std::size_t cost(const Family& family, const SeriesHeader& header) {
  constexpr std::size_t kTextBytes = 256;
  constexpr std::size_t kInstrumentUnits = 8;
  return (1 + (family.name_size + header.label_bytes) / kTextBytes) *
         (1 + header.labels_at / kInstrumentUnits);
}

// Header, instrument and labels.
std::size_t read_bytes(const SeriesHeader& header) {
  return header.labels_at * base::Arena::kUnitBytes + header.label_bytes;
}

// A family of no more series has them in no list of its own.
constexpr std::size_t kFewSeries = 64;

// Puts each of `newcomers` in its place, the last one first: the many that were there before are
// neither sorted nor compared again, and nothing is copied to another list.
template <class List, class Less>
void insert_sorted(List& list, const List& newcomers, Less less) {
  const std::size_t old_size = list.size();
  list.resize(old_size + newcomers.size());
  auto from = list.begin() + static_cast<std::ptrdiff_t>(old_size);
  auto to = list.end();
  for (auto newcomer = newcomers.rbegin(); newcomer != newcomers.rend(); ++newcomer) {
    const auto place = std::upper_bound(list.begin(), from, *newcomer, less);
    to = std::move_backward(place, from, to);
    from = place;
    *--to = *newcomer;
  }
}

// Copies only what is in other hands.
template <class List, class Texts>
void merge_in(Shared<List>& list, List fresh, const Texts& texts) {
  TextSort<typename List::value_type, Texts>(texts).sort(fresh);
  if (!list || list->empty()) {
    list = std::make_shared<List>(std::move(fresh));
    return;
  }
  if (list.use_count() > 1) list = std::make_shared<List>(*list);
  // The larger one takes the smaller one in.
  if (list->size() < fresh.size()) list->swap(fresh);
  insert_sorted(*list, fresh, [&texts](auto a, auto b) { return texts.is_before(a, b); });
}

}  // namespace

struct Scrape::Cursor final : PageDirectory {
  Cursor(Store& of, std::vector<SelfFamily> of_self, NameFilter only)
      : store(of), state(*of.state_), self_families(std::move(of_self)), filter(std::move(only)) {
    std::sort(self_families.begin(), self_families.end(),
              [](const SelfFamily& a, const SelfFamily& b) { return a.name < b.name; });
    pin = state.reclaimer.next_pin++;
    state.reclaimer.pins.insert(pin);
  }
  ~Cursor() override { state.reclaimer.pins.erase(pin); }
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;

  struct SeriesLabels;

  [[nodiscard]] bool is_wanted(std::string_view name) const { return !filter || filter(name); }
  [[nodiscard]] std::optional<Type> type_of(std::string_view name) const override;
  [[nodiscard]] bool has_series(std::string_view labels) const override;
  static FamilyOrder& order_of_all(StoreState& state);
  void take_series(Family& of);
  void sort_few(Family& family, std::size_t sorted);
  [[nodiscard]] bool is_before(const SeriesHeader& a, const SeriesHeader& b) const;
  std::size_t visit_self(ReadingVisitor& visitor, std::size_t samples_max);
  void end_self(ReadingVisitor& visitor);
  void begin_family(const Family& family, ReadingVisitor& visitor);
  void visit_values(const Family& family, ReadingVisitor& visitor);
  void visit_series(const Family& family, SeriesHeader& header, ReadingVisitor& visitor,
                    base::TimePoint now);
  std::size_t visit_slice(const Family& family, ReadingVisitor& visitor, base::TimePoint now,
                          std::size_t budget);
  void prefetch(std::size_t place) const;

  Store& store;
  StoreState& state;
  std::vector<SelfFamily> self_families;
  NameFilter filter;
  std::uint64_t pin = 0;

  std::size_t next_self = 0;
  // Of the self-metric under way.
  std::size_t next_sample = 0;
  FamilyCursor families{state.memory, order_of_all(state)};
  bool is_in_family = false;
  // The one under way, or the one before it.
  const Family* under_way = nullptr;
  // The self-metric whose family is not ended yet, since the store has more of it.
  const SelfFamily* open_self = nullptr;
  // Of the family under way: what `list` holds, or else `few`.
  std::span<const SeriesHandle> series;
  Shared<SeriesList> list;
  SeriesList few;
  std::size_t next_series = 0;
  bool has_header = false;
  // How far a block is read, as it was with the last one.
  std::size_t reach = kReachMin;
  bool is_over = false;

  // Seen, and not passed on yet.
  std::array<ValueReading, kValuesAtOnce> values;
  std::size_t values_size = 0;
  SeriesReader reader;
};

// How many labels there are goes before the first of their values.
struct Scrape::Cursor::SeriesLabels {
  [[nodiscard]] TextPiece piece(SeriesHandle series, std::size_t place) const {
    const SeriesHeader& header = *of.state.memory.at(series);
    if (place == 0) return TextPiece{header.label_count} << kPieceCharBits | 1;
    return value_piece(header.labels(), (place - 1) * kPieceChars);
  }
  [[nodiscard]] bool is_before(SeriesHandle a, SeriesHandle b) const {
    return of.is_before(*of.state.memory.at(a), *of.state.memory.at(b));
  }
  void prefetch(SeriesHandle series) const {
    of.state.memory.prefetch(series, sizeof(SeriesHeader));
  }
  void prefetch_piece(SeriesHandle series, std::size_t /*place*/) const {
    const SeriesHeader& header = *of.state.memory.at(series);
    of.state.memory.prefetch(series, std::min(read_bytes(header), kReachMax));
  }

  const Cursor& of;
};

std::optional<Type> Scrape::Cursor::type_of(std::string_view name) const {
  const auto own = std::ranges::lower_bound(self_families, name, {}, &SelfFamily::name);
  if (own != self_families.end() && own->name == name) return own->type;
  return state.index.with([name](const SeriesIndex& index) -> std::optional<Type> {
    const Family* const family = index.find_family(name);
    if (family == nullptr) return std::nullopt;
    return family->type;
  });
}

bool Scrape::Cursor::has_series(std::string_view labels) const {
  return state.index.with(
      [&](const SeriesIndex& index) { return index.find_series(*under_way, labels) != 0; });
}

FamilyOrder& Scrape::Cursor::order_of_all(StoreState& state) {
  FamilyList fresh;
  state.index.with([&](SeriesIndex& index) { fresh.swap(index.fresh_families); });
  fresh = joined(state.families_set_aside.take(&state), std::move(fresh));
  state.family_order.add(state.memory, std::move(fresh));
  return state.family_order;
}

// Where values do not decide, the label names that were seen first come first, as in the reference
// (6.5). Few series have the values of others under other names: what is asked under the lock is
// asked for them alone.
bool Scrape::Cursor::is_before(const SeriesHeader& a, const SeriesHeader& b) const {
  if (a.label_count != b.label_count) return a.label_count < b.label_count;
  const int by_values = compare_label_values(a.labels(), b.labels());
  if (by_values != 0) return by_values < 0;
  return state.index.with([&](const SeriesIndex& index) {
    return index.label_names_of(a).number < index.label_names_of(b).number;
  });
}

void Scrape::Cursor::take_series(Family& of) {
  SeriesList fresh;
  Lists<SeriesList> aside;
  std::size_t sorted = 0;
  few.clear();
  list = nullptr;
  state.index.with([&](SeriesIndex& index) {
    aside = index.series_set_aside.take(&of);
    list = of.listed.order();
    const auto newcomers = of.listed.fresh();
    if (!list && aside.empty() && newcomers.size() <= kFewSeries) {
      few.assign(newcomers.begin(), newcomers.end());
      sorted = of.listed.fresh_sorted();
    } else if (!newcomers.empty() || !aside.empty()) {
      SeriesLists& lists = *of.listed.lists();
      fresh.swap(lists.fresh);
      lists.fresh_sorted = 0;
      lists.order = nullptr;
    }
  });
  if (sorted < few.size()) sort_few(of, sorted);
  fresh = joined(std::move(aside), std::move(fresh));
  if (!fresh.empty()) {
    merge_in(list, std::move(fresh), SeriesLabels{*this});
    state.index.with([&](SeriesIndex&) { of.listed.lists()->order = list; });
  }
  series = list ? *list : few;
  under_way = &of;
  is_in_family = true;
  next_series = 0;
  for (std::size_t place = 0; place < kAhead; ++place) prefetch(place);
  has_header = std::exchange(open_self, nullptr) != nullptr;
}

// The others have their places for good. Meanwhile workers only append.
void Scrape::Cursor::sort_few(Family& family, std::size_t sorted) {
  const auto less = [this](SeriesHandle a, SeriesHandle b) {
    return is_before(*state.memory.at(a), *state.memory.at(b));
  };
  const auto newcomers = few.begin() + static_cast<std::ptrdiff_t>(sorted);
  std::sort(newcomers, few.end(), less);
  std::inplace_merge(few.begin(), newcomers, few.end(), less);
  state.index.with([&](SeriesIndex&) {
    SeriesLists& lists = *family.listed.lists();
    std::copy(few.begin(), few.end(), lists.fresh.begin());
    lists.fresh_sorted = static_cast<std::uint32_t>(few.size());
  });
}

// Of the next self-metric, or of the one under way. Returns how many samples it looked at, at least
// one; ends the family when none is left.
std::size_t Scrape::Cursor::visit_self(ReadingVisitor& visitor, std::size_t samples_max) {
  const SelfFamily& family = self_families[next_self];
  const std::vector<SelfSample>& samples = family.samples;
  if (samples.empty() || !is_wanted(family.name)) {
    ++next_self;
    return 1;
  }
  if (next_sample == 0) visitor.on_family({family.name, family.help, family.type, family.unit});
  const std::size_t begin = next_sample;
  const std::size_t end = std::min(samples.size(), begin + samples_max);
  for (; next_sample < end; ++next_sample) {
    SeriesReading reading;
    reading.labels = samples[next_sample].labels;
    reading.created = store.created_.unix_time;
    reading.value = samples[next_sample].value;
    visitor.on_series(reading);
  }
  if (next_sample == samples.size()) {
    // The store may have more of it.
    if (families.has_live(family.name)) {
      open_self = &family;
    } else {
      visitor.on_family_end();
    }
    ++next_self;
    next_sample = 0;
  }
  return end - begin;
}

// What the store had of it died meanwhile.
void Scrape::Cursor::end_self(ReadingVisitor& visitor) {
  const Family* const next = families.family();
  if (next != nullptr && next->name() == open_self->name) return;
  open_self = nullptr;
  visitor.on_family_end();
}

void Scrape::Cursor::begin_family(const Family& family, ReadingVisitor& visitor) {
  if (std::exchange(has_header, true)) return;
  const FamilyTexts& texts = *family.texts.load();
  visitor.on_family({family.name(), texts.help, family.type, texts.unit, this});
}

void Scrape::Cursor::visit_values(const Family& family, ReadingVisitor& visitor) {
  if (values_size == 0) return;
  begin_family(family, visitor);
  visitor.on_values(std::span(values).first(std::exchange(values_size, 0)));
}

void Scrape::Cursor::visit_series(const Family& family, SeriesHeader& header,
                                  ReadingVisitor& visitor, base::TimePoint now) {
  if (header.life() == Life::Dead) return;
  reach = std::min(read_bytes(header), kReachMax);
  const base::UnixTime created = store.unix_time(header.created);
  if (is_value(family.type, family.gauge, header)) {
    values[values_size++] = {header.labels(), created, read_value(family.type, header)};
    if (values_size == values.size()) visit_values(family, visitor);
    return;
  }
  visit_values(family, visitor);
  begin_family(family, visitor);
  SeriesReading reading = reader.read(family.type, family.gauge, header, now);
  reading.created = created;
  visitor.on_series(reading);
}

// Neighbours in the order of a page seldom are neighbours in memory.
void Scrape::Cursor::prefetch(std::size_t place) const {
  if (place < series.size()) state.memory.prefetch(series[place], reach);
}

// Returns what it has used of `budget`; ends the family when none is left.
std::size_t Scrape::Cursor::visit_slice(const Family& family, ReadingVisitor& visitor,
                                        base::TimePoint now, std::size_t budget) {
  std::size_t used = 0;
  while (next_series < series.size() && used < budget) {
    prefetch(next_series + kAhead);
    SeriesHeader& header = *state.memory.at(series[next_series++]);
    used += cost(family, header);
    visit_series(family, header, visitor, now);
  }
  visit_values(family, visitor);
  if (next_series == series.size()) {
    if (has_header) visitor.on_family_end();
    list = nullptr;
    is_in_family = false;
    families.next();
  }
  return used;
}

Scrape::Scrape(Store& store, std::vector<SelfFamily> self_families, NameFilter is_wanted)
    : cursor_(std::make_unique<Cursor>(store, std::move(self_families), std::move(is_wanted))) {}

Scrape::~Scrape() = default;

const PageDirectory& Scrape::directory() const { return *cursor_; }

bool Scrape::advance(ReadingVisitor& visitor, base::TimePoint now, std::size_t budget) {
  Cursor& at = *cursor_;
  std::size_t left = budget;
  while (left > 0) {
    if (!at.families.prepare(left) || left == 0) return true;
    Family* const family = at.families.family();
    const bool has_self = at.next_self < at.self_families.size();
    if (at.open_self != nullptr) at.end_self(visitor);
    if (family == nullptr && !has_self) {
      if (!std::exchange(at.is_over, true)) visitor.on_end();
      return false;
    }
    if (family == nullptr ||
        (has_self && !at.is_in_family && at.self_families[at.next_self].name <= family->name())) {
      left -= at.visit_self(visitor, left);
      continue;
    }
    if (!at.is_in_family) {
      // A dead one may have a successor of the same name.
      if (family->is_dead || !at.is_wanted(family->name())) {
        at.families.next();
        left -= std::min<std::size_t>(1, left);
        continue;
      }
      at.take_series(*family);
    }
    const std::size_t used = at.visit_slice(*family, visitor, now, left);
    left -= std::clamp<std::size_t>(used, 1, left);
  }
  return true;
}

}  // namespace weir::metrics
