# SPDX-License-Identifier: Apache-2.0
"""Random StatsD lines by the grammar of the reference, whole and broken, with a count of what they hold."""

import collections

import alike

TYPES = (b"c", b"g", b"ms", b"h", b"d", b"s")
OBSERVERS = (b"ms", b"h", b"d")
DIALECTS = ("plain", "dogstatsd", "influxdb", "librato", "signalfx")
NAMES_PER_TRAFFIC = 200
STRAY_TYPE = 0.04
BROKEN = 0.22
MUTATED = 0.2
TRIES_MAX = 100

WORDS = ("api", "db-main", "cache", "web1", "queue", "Ünit", "x", "job--runner", "9to5", "a b", "ok!", "p_q", "größe", "T", "日本", "co.uk", "v2")
KEYS = ("env", "host", "a.b", "zone-id", "Key", "k9", "9k", "région", "a b", "x_y", "role", "a-b", "t")
TAG_VALUES = ("prod", "eu-west-1", "a b", "ü", "0", "x=y", "/path/to", "\"quoted\"", "back\\slash", "-", "日本", "1.5", "TRUE")
NUMBERS = ("0", "1", "2", "3.5", "10", "250", "1e3", "1.25e2", "0.1", ".5", "5.", "1_000", "0x1p4", "0X1.8p1", "100000", "1e-7", "123456.789",
           "00012", "1E2", "4e-320")
SPECIAL_NUMBERS = ("inf", "NaN", "Infinity", "+inf", "-Inf")
BAD_NUMBERS = ("", "abc", "1o", "--1", "1,5", " 1", "1e400", "0x10", "_1", "1__0", "+nan", "1e", ".", "1 ")
FACTORS = ("0.1", "0.5", ".25", "0.3", "0.7", "1", "1.0")
COUNTER_FACTORS = FACTORS + ("2", "1e-2", "10", "0x1p-1", "0", "inf", "-0.5")
BAD_FACTORS = ("bar", "xyz", "")
MUTANTS = b"0123456789abcgmshd|:#,=@[].-+ T_\xc3"


class Traffic:
    def __init__(self, random):
        self._random = random
        # What the lines hold: dialects, types, kinds of breakage.
        self.held = collections.Counter()
        self._home = {self._name(): random.choice(TYPES[:5]) for _ in range(NAMES_PER_TRAFFIC)}
        self._names = list(self._home)

    def lines(self, count):
        return [self._alike_line() for _ in range(count)]

    def _alike_line(self):
        for _ in range(TRIES_MAX):
            holds = collections.Counter()
            line = self._line(holds)
            if len(line) < 2000 and b"\n" not in line and alike.is_alike(line):
                self.held += holds
                return line
        raise AssertionError("nearly no line is treated alike")

    def _line(self, holds):
        draw = self._random.random()
        if draw < BROKEN:
            return self._broken_line(holds)
        line = self._good_line(holds)
        if draw < BROKEN + MUTATED:
            holds.clear()
            holds["mutated"] += 1
            return self._mutated(line)
        return line

    def _pick(self, texts):
        return self._random.choice(texts).encode()

    def _name(self):
        words = [self._random.choice(WORDS) for _ in range(self._random.randint(1, 4))]
        return (self._random.choice((".", ".", "..", "-")).join(words) + str(self._random.randrange(100))).encode()

    def _tags(self, separator):
        tags = [self._pick(KEYS) + separator + self._pick(TAG_VALUES) for _ in range(self._random.randint(1, 4))]
        if self._random.random() < 0.1:
            bare = self._random.choice((b"bare", b"", b"empty" + separator, separator + b"value"))
            tags.insert(self._random.randint(0, len(tags)), bare)
        return b",".join(tags)

    def _number(self, type_text, is_sampled):
        random = self._random
        if random.random() < 0.02 and not is_sampled:
            return self._pick(SPECIAL_NUMBERS)
        sign = b""
        if type_text == b"g" and random.random() < 0.4:
            sign = random.choice((b"+", b"-"))
        elif random.random() < 0.03 and not is_sampled:
            sign = b"-"
        return sign + (self._pick(NUMBERS) if random.random() < 0.6 else f"{random.uniform(0, 1000):.{random.randint(0, 6)}f}".encode())

    def _good_line(self, holds, dialect=None):
        random = self._random
        dialect = dialect or random.choice(DIALECTS)
        name = random.choice(self._names)
        type_text = self._home[name] if random.random() > STRAY_TYPE else random.choice(TYPES)
        head, field = self._dressed(name, dialect)
        holds[dialect] += 1
        if dialect != "dogstatsd" and random.random() < 0.1:
            return self._classic_line(holds, head)
        return self._sample_line(holds, head, type_text, field)

    def _dressed(self, name, dialect):
        """The name with its tags in it, and the field that holds them instead."""
        if dialect == "plain":
            return name, b""
        if dialect == "dogstatsd":
            return name, b"|#" + self._random.choice((b"", b"", b"#")) + self._tags(b":")
        tags = self._tags(b"=").replace(b":", b"")
        if dialect == "signalfx":
            place = self._random.randint(0, 1) * len(name)
            return name[:place] + b"[" + tags + b"]" + name[place:], b""
        return name + {"influxdb": b",", "librato": b"#"}[dialect] + tags, b""

    def _classic_line(self, holds, head):
        """Several samples, each with a type of its own."""
        holds["classic"] += 1
        types = [self._random.choice(TYPES) for _ in range(self._random.randint(2, 4))]
        for type_text in types:
            holds[type_text.decode()] += 1
        return head + b"".join(b":" + self._number(type_text, False) + b"|" + type_text for type_text in types)

    def _sample_line(self, holds, head, type_text, tag_field):
        random = self._random
        holds[type_text.decode()] += 1
        fields = [tag_field] if tag_field else []
        is_sampled = random.random() < 0.25
        if is_sampled:
            holds["sampled"] += 1
            fields.append(b"|@" + self._pick(FACTORS if type_text != b"c" else COUNTER_FACTORS))
        if tag_field and random.random() < 0.1:
            holds["container"] += 1
            fields.append(b"|c:" + self._pick(TAG_VALUES).replace(b"|", b""))
        if random.random() < 0.05:
            fields.append(b"|T1656581400")
        random.shuffle(fields)
        count = 1
        if type_text in OBSERVERS and random.random() < 0.15:
            holds["extended"] += 1
            count = random.randint(2, 6)
        values = [self._number(type_text, is_sampled) for _ in range(count)]
        return head + b":" + b":".join(values) + b"|" + type_text + b"".join(fields)

    def _broken_line(self, holds):
        kind = self._random.choice([name for name in dir(self) if name.startswith("_break_")])
        holds[kind.removeprefix("_break_")] += 1
        return getattr(self, kind)()

    def _plain_line(self, dialect="plain", type_text=b"c"):
        head, field = self._dressed(self._random.choice(self._names), dialect)
        return head, b"1|" + type_text + field

    def _break_malformed_line(self):
        head, rest = self._plain_line()
        return self._random.choice((head, b":" + rest, head + b"\xff:" + rest, head + b":" + rest + b"|#a:\xc3(", b" ", b"  "))

    def _break_empty_line(self):
        return b""

    def _break_mixed_tagging_styles(self):
        head, rest = self._plain_line(self._random.choice(DIALECTS[2:]))
        return head + b":" + rest + b"|#" + self._tags(b":")

    def _break_not_enough_parts_after_colon(self):
        return self._plain_line(self._random.choice(DIALECTS[2:]))[0] + b":" + self._random.choice((b"", b"1", b"1:2", b"c", b" x"))

    def _break_invalid_extended_aggregate_type(self):
        return self._plain_line()[0] + b":1:2|" + self._random.choice((b"c", b"g", b"s", b"", b"MS", b"ms:3|ms"))

    def _break_malformed_component(self):
        head, rest = self._plain_line(self._random.choice(DIALECTS[:2]))
        return head + b":" + rest + self._random.choice((b"|", b"||", b"||@0.1", b"|@0.1|", b"|T|"))

    def _break_malformed_value(self):
        return self._plain_line()[0] + b":" + self._pick(BAD_NUMBERS) + b"|" + self._random.choice(TYPES)

    def _break_invalid_sample_factor(self):
        head, rest = self._plain_line(type_text=self._random.choice(TYPES[:5]))
        return head + b":" + rest + b"|@" + self._pick(BAD_FACTORS)

    def _break_illegal_event(self):
        return self._plain_line()[0] + b":1|" + self._random.choice((b"s", b"C", b"", b"c ", b"cc", b"t", b"kv"))

    def _break_negative_counter(self):
        return self._plain_line()[0] + b":-1|c"

    def _mutated(self, line):
        mutated = bytearray(line)
        for _ in range(self._random.randint(1, 3)):
            place = self._random.randrange(len(mutated) + 1)
            kind = self._random.randrange(3)
            if kind == 0:
                mutated.insert(place, self._random.choice(MUTANTS))
            elif place < len(mutated) and kind == 1:
                del mutated[place]
            elif place < len(mutated):
                mutated[place] = self._random.choice(MUTANTS)
        return bytes(mutated)
