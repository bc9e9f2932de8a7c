#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Proves that check_architecture.py sees each violation it is there for, and nothing else."""

import unittest

import check_architecture as checker

LICENCE = "// SPDX-License-Identifier: Apache-2.0\n"


def source(text=""):
    return LICENCE + text


def header(text=""):
    return LICENCE + "#pragma once\n" + text


class Violations(unittest.TestCase):
    def assert_fault(self, files, path, text):
        found = checker.violations(files)
        self.assertEqual(len(found), 1, found)
        self.assertTrue(found[0].startswith(path + ":"), found)
        self.assertIn(text, found[0])

    def assert_clean(self, files):
        self.assertEqual(checker.violations(files), [])

    def test_accepts_includes_that_point_inwards(self):
        self.assert_clean({
            "src/mapping/a.cc": source('#include "weir/mapping/rule.h"\n#include "weir/sample/sample.h"\n#include <vector>\n'),
            "src/app/b.cc": source('#include "weir/http/router.h"\n#include <boost/asio/io_context.hpp>\n'),
            "src/rulefile/d.cc": source('#include "weir/mapping/rule.h"\n#include <zlib.h>\n'),
            "src/base/c.cc": source('#include "base/number_tables.h"\n#include <boost/system/result.hpp>\n#include <sys/uio.h>\n'),
        })

    def test_rejects_every_forbidden_direction(self):
        for layer, allowed in checker.LAYERS.items():
            for other in set(checker.LAYERS) - allowed - {layer}:
                files = {f"src/{layer}/a.cc": source(f'#include "weir/{other}/x.h"\n')}
                self.assert_fault(files, f"src/{layer}/a.cc:2", f"{layer} may not include {other}")

    def test_rejects_a_private_header_of_a_forbidden_layer(self):
        self.assert_fault({"src/statsd/a.cc": source('#include "mapping/trie.h"\n')}, "src/statsd/a.cc:2", "may not include mapping")

    def test_rejects_a_private_header_of_another_layer(self):
        self.assert_fault({"src/app/a.cc": source('#include "mapping/trie.h"\n')}, "src/app/a.cc:2", "private to mapping")

    def test_rejects_a_public_header_that_no_other_layer_needs(self):
        files = {
            "include/weir/net/used.h": header('#include "weir/net/carried.h"\n'), "include/weir/net/carried.h": header(),
            "include/weir/net/alone.h": header(), "src/net/a.cc": source('#include "weir/net/alone.h"\n'),
            "src/http/a.cc": source('#include "weir/net/used.h"\n'),
        }
        self.assert_fault(files, "include/weir/net/alone.h:1", "no other layer needs it")

    def test_rejects_a_forbidden_direction_in_a_header(self):
        self.assert_fault({"src/net/a.h": header('#include "weir/http/x.h"\n')}, "src/net/a.h:3", "may not include http")

    def test_rejects_an_unknown_layer(self):
        self.assert_fault({"src/extras/a.cc": source()}, "src/extras/a.cc", "no such layer")

    def test_rejects_sockets_outside_the_layers_that_have_them(self):
        for target in ("boost/asio/ip/udp.hpp", "boost/beast/core.hpp", "sys/socket.h", "netinet/in.h"):
            self.assert_fault({"src/pipeline/a.cc": source(f"#include <{target}>\n")}, "src/pipeline/a.cc:2", target)

    def test_rejects_zlib_and_zstd_outside_the_layers_that_compress(self):
        self.assert_fault({"src/exposition/a.cc": source("#include <zlib.h>\n")}, "src/exposition/a.cc:2", "zlib.h")
        self.assert_fault({"src/rulefile/a.cc": source("#include <zstd.h>\n")}, "src/rulefile/a.cc:2", "zstd.h")

    def test_rejects_a_second_user_of_yaml_re2_and_zstd(self):
        for layer, library in (("rulefile", "yaml-cpp/yaml.h"), ("mapping", "re2/re2.h"), ("http", "zstd.h")):
            files = {f"src/{layer}/{name}.cc": source(f"#include <{library}>\n") for name in ("a", "b")}
            self.assert_fault(files, f"src/{layer}/b.cc", "one file only")

    def test_rejects_yaml_in_a_header_and_in_another_layer(self):
        self.assert_fault({"src/rulefile/a.h": header("#include <yaml-cpp/yaml.h>\n")}, "src/rulefile/a.h:3", "one .cc")
        self.assert_fault({"src/app/a.cc": source("#include <yaml-cpp/yaml.h>\n")}, "src/app/a.cc:2", "may not include")

    def test_rejects_an_unknown_library(self):
        self.assert_fault({"src/net/a.cc": source("#include <curl/curl.h>\n")}, "src/net/a.cc:2", "no library")
        self.assert_fault({"src/base/a.cc": source("#include <boost/spirit.hpp>\n")}, "src/base/a.cc:2", "may not include")

    def test_rejects_sockets_clocks_and_files_in_unit_tests(self):
        for text in ("boost::asio::io_context context;\n", "std::ofstream(path) << 1;\n", "const auto begin = base::Clock::now();\n",
                     "#include <sys/socket.h>\n", "testing::TempDir() + name;\n"):
            self.assert_fault({"src/base/a.cc": source(), "tests/unit/net/a_test.cc": source(text)}, "tests/unit/net/a_test.cc", "tests/component")
            self.assert_clean({"src/base/a.cc": source(), "tests/component/net/a_test.cc": source(text)})

    def test_rejects_a_long_file(self):
        exact = source("int x;\n" * (checker.FILE_LINES_MAX - 1))
        self.assert_clean({"src/base/a.cc": exact})
        self.assert_fault({"src/base/a.cc": exact + "int y;\n"}, "src/base/a.cc", "401 lines")

    def test_rejects_a_long_function_wherever_it_stands(self):
        body = "\n" * (checker.FUNCTION_LINES_MAX + 1)
        heads = ["int f() {", "namespace a {\nclass B {\n void f() const noexcept {", "A::A(int b) : b_{b}, c_(b) {",
                 "template <class T> auto f(T t) -> int {", "TEST(A, B) {", "struct A { A() = default;\n int f(int x = g({1})) {"]
        for head in heads:
            text = source(head + body + "}\n" * head.count("{"))
            found = checker.violations({"src/base/a.cc": text})
            self.assertEqual(len(found), 1, head)
            self.assertIn("61 lines", found[0])

    def test_accepts_long_types_tables_and_literals(self):
        body = "int x;\n" * (checker.FUNCTION_LINES_MAX + 1)
        self.assert_clean({"src/base/a.cc": source("namespace a {\nstruct B {\n" + body + "};\n}\n")})
        self.assert_clean({"src/base/a.cc": source("const int kTable[] = {\n" + "1,\n" * 70 + "};\n")})
        self.assert_clean({"src/base/a.cc": source("// {\nconst char* k = \"f() {\"; char c = '{'; auto r = R\"(f() {)\";\n" + body)})

    def test_rejects_a_long_python_function(self):
        text = "# SPDX-License-Identifier: Apache-2.0\ndef f():\n" + "    x = 1\n" * (checker.FUNCTION_LINES_MAX + 1)
        self.assert_fault({"tests/a.py": text}, "tests/a.py:2", "61 lines")

    def test_rejects_a_missing_licence_line(self):
        for path, text in {"src/base/a.cc": "int x;\n", "tests/a.py": "x = 1\n", "packaging/run": "#!/bin/sh\ntrue\n"}.items():
            self.assert_fault({path: text}, path, "SPDX")
        self.assert_clean({"packaging/run": "#!/bin/sh\n# SPDX-License-Identifier: Apache-2.0\n"})

    def test_rejects_a_header_without_a_guard(self):
        self.assert_fault({"src/base/a.h": source()}, "src/base/a.h", "#pragma once")

    def test_rejects_paths_of_one_machine(self):
        for folder in ("wo" + "rk", "ro" + "ot", "tmp/" + "w"):
            self.assert_fault({"README.md": f"see /{folder}/thing\n"}, "README.md:1", "path of one machine")
        self.assert_clean({"README.md": "see net" + "wo" + "rk/thing and https://x/teamwo" + "rk/y\n"})

    def test_rejects_long_subjects_of_new_commits(self):
        log = f"a1 {checker.SUBJECTS_SINCE} {'x' * 72}\nb2 {checker.SUBJECTS_SINCE} {'x' * 73}\nc3 2026-11-22 {'x' * 99}\n"
        found = list(checker.long_subjects(log))
        self.assertEqual(len(found), 1, found)
        self.assertIn("commit b2: a subject of 73 characters", found[0])


if __name__ == "__main__":
    unittest.main()
