# SPDX-License-Identifier: Apache-2.0
"""What check_architecture.py demands of comments and documents: citations and links that lead somewhere, plain words, lines that end."""

import ast
import io
import posixpath
import re
import tokenize

BEHAVIOUR = "docs/behaviour.md"
DIFFERENCES = "docs/differences.md"
# Made by programs or as wide as a log line.
UNBOUNDED = ("tests/bench/REPORT.md",)
SOURCES = ("src/", "include/")
PROSE_COLUMNS_MAX = 140
CELL_CHARACTERS_MAX = 250

# Words that say less than others. `tell`, `told`, `stands` and `way` are avoided too, but have too many good uses for a machine.
WORDS = re.compile(r"\b(behind|whoever|somebody|nobody|everybody|so often|anew|besides|stands? for)\b", re.IGNORECASE)
WORDS_IN_DOCUMENTS = re.compile(r"\b(whoever|somebody|nobody|everybody|so often|anew|besides)\b", re.IGNORECASE)

C_LITERALS = re.compile(r'//[^\n]*|/\*.*?\*/|R"(?P<tag>[^()\\\s]{0,16})\(.*?\)(?P=tag)"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-zA-Z_])\'(?:\\.|[^\'\\\n])*\'', re.S)
LIST = r"(?:(?:, | and ){0})*"
RULE = r"[a-z]+(?:-[a-z]+)*\.(?:[a-z]+(?:-[a-z]+)*|\*)"
RULES_CITED = re.compile(rf"\bbehaviour ({RULE}{LIST.format(RULE)})")
DIFFERENCES_CITED = re.compile(rf"\b[Dd]ifferences? ([QW]\d+{LIST.format('[QW][0-9]+')})")
DIFFERENCE = re.compile(r"\b[QW]\d{1,2}\b")
SECTION_CITED = re.compile(r'([\w/]+\.md|README), "([^"]+)"')
ELSEWHERE = re.compile(r"\breference \d+(?:\.\d+)?\b|\bstandards? [a-j](?:\.\d+)?\b(?=[),:;])")
LINK = re.compile(r"\]\(([^()\s]+)\)")
CODE_SPAN = re.compile(r"`[^`]*`")


def c_comments(text):
    """(line, text) of each comment of C++; `//` in lines that follow each other are one."""
    found = []
    for match in C_LITERALS.finditer(text):
        if not match.group().startswith(("//", "/*")):
            continue
        line, words = text.count("\n", 0, match.start()) + 1, match.group().removesuffix("*/").lstrip("/*").strip()
        if found and not text[found[-1][2]:match.start()].strip() and text.count("\n", found[-1][2], match.start()) == 1:
            found[-1] = (found[-1][0], f"{found[-1][1]} {words}", match.end())
        else:
            found.append((line, words, match.end()))
    return [(line, words) for line, words, _ in found]


def python_comments(text):
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    found = [(token.start[0], token.string.lstrip("# ")) for token in tokens if token.type == tokenize.COMMENT]
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))]
    return found + [(node.body[0].lineno, " ".join(documented.split())) for node in nodes if (documented := ast.get_docstring(node))]


def comments(path, text):
    if path.endswith((".cc", ".h")):
        return c_comments(text)
    return python_comments(text) if path.endswith(".py") else []


def paragraphs(text):
    """(line, text, is a table's row) of a document outside of blocks of code, line by line."""
    is_code = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("```"):
            is_code = not is_code
        elif not is_code:
            yield number, line, line.lstrip().startswith("|")


def headings(text):
    return [line.lstrip("# ") for _, line, _ in paragraphs(text) if re.match(r"#+ ", line)]


def anchor(heading):
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def documents(files):
    return {path: text for path, text in files.items() if path.endswith(".md")}


def rule_ids(files):
    return set(re.findall(rf"^- `({RULE})`", files.get(BEHAVIOUR, ""), re.MULTILINE))


def difference_ids(files):
    return set(re.findall(r"^\| ([QW]\d+) \|", files.get(DIFFERENCES, ""), re.MULTILINE))


def split(cited):
    return re.split(r", | and ", cited)


def is_rule(cited, ids):
    return cited in ids or (cited.endswith(".*") and any(rule.startswith(cited[:-1]) for rule in ids))


def citation_faults(text, files, rules, differences):
    """What is wrong with the citations of one comment."""
    for cited in (name for found in RULES_CITED.findall(text) for name in split(found)):
        if not is_rule(cited, rules):
            yield f"{BEHAVIOUR} has no rule {cited}"
    for document, heading in SECTION_CITED.findall(text):
        path = "README.md" if document == "README" else document
        if heading not in headings(files.get(path, "")):
            yield f'{path} has no section "{heading}"'
    for found in ELSEWHERE.findall(text):
        yield f"`{found}` is in no document; cite `behaviour ID`, `difference Q12` or a public document by its name"
    for cited in DIFFERENCE.findall(DIFFERENCES_CITED.sub("", text)):
        yield f"{cited} is cited as `difference {cited}`"
    for cited in (name for found in DIFFERENCES_CITED.findall(text) for name in split(found)):
        if cited not in differences:
            yield f"{DIFFERENCES} has no row {cited}"


def check_citations(files):
    rules, differences = rule_ids(files), difference_ids(files)
    for path, text in files.items():
        if path.startswith((*SOURCES, "tests/")):
            for line, comment in comments(path, text):
                yield from (f"{path}:{line}: {fault}" for fault in citation_faults(comment, files, rules, differences))
    for path, text in documents(files).items():
        for line, paragraph, _ in paragraphs(text):
            names = [name for found in RULES_CITED.findall(paragraph) for name in split(found)]
            yield from (f"{path}:{line}: {BEHAVIOUR} has no rule {name}" for name in names if not is_rule(name, rules))
            unknown = sorted(set(DIFFERENCE.findall(paragraph)) - differences)
            yield from (f"{path}:{line}: {DIFFERENCES} has no row {name}" for name in unknown if path != DIFFERENCES)


def check_holders(files):
    """A rule that no scenario can show names the test that does."""
    for number, line, _ in paragraphs(files.get(BEHAVIOUR, "")):
        if (match := re.match(rf"- `{RULE}` \(`([^`]+)`\)", line)) and match.group(1) not in files:
            yield f"{BEHAVIOUR}:{number}: there is no {match.group(1)}"


def link_fault(path, target, files):
    place, _, fragment = target.partition("#")
    aim = posixpath.normpath(posixpath.join(posixpath.dirname(path), place)) if place else path
    if aim not in files and not any(other.startswith(aim + "/") for other in files):
        return f"there is no {aim}"
    if fragment and fragment not in map(anchor, headings(files.get(aim, ""))):
        return f"{aim} has no section #{fragment}"
    return None


def check_links(files):
    for path, text in documents(files).items():
        for number, line, _ in paragraphs(text):
            for target in LINK.findall(CODE_SPAN.sub("", line)):
                fault = None if re.match(r"[a-z]+:", target) else link_fault(path, target, files)
                if fault:
                    yield f"{path}:{number}: {fault}"


def check_words(files):
    for path, text in files.items():
        if path.startswith(SOURCES):
            for line, comment in comments(path, text):
                if match := WORDS.search(comment):
                    yield f"{path}:{line}: say it without `{match.group()}`"
    for path, text in documents(files).items():
        for number, line, _ in paragraphs(text):
            if match := WORDS_IN_DOCUMENTS.search(CODE_SPAN.sub("", line)):
                yield f"{path}:{number}: say it without `{match.group()}`"


def check_lines(files):
    for path, text in documents(files).items():
        if path in UNBOUNDED:
            continue
        for number, line, is_row in paragraphs(text):
            if is_row and max(map(len, re.split(r"(?<!\\)\|", line))) > CELL_CHARACTERS_MAX:
                yield f"{path}:{number}: a cell of more than {CELL_CHARACTERS_MAX} characters is a paragraph"
            elif not is_row and len(line) > PROSE_COLUMNS_MAX:
                yield f"{path}:{number}: a line of {len(line)} columns; it ends before {PROSE_COLUMNS_MAX}"


CHECKS = [check_citations, check_holders, check_links, check_words, check_lines]
