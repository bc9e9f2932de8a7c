#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What stands in a scenario's file is what is sent and expected, byte for byte, and a file that says something else is refused."""

import unittest

import text_archive

TEXT = r"""# Shows one thing.
# And more of it.
-- rules --
a
-- send --
x:1|c 

-- --
-- send --
-- file.yml (escaped) --
\xef\xbb\xbfback\\slash\x0d
\x2d- not a section --
joined \
\xff\
-- end --
z
"""


class TextArchive(unittest.TestCase):
    def test_keeps_bytes_and_order(self):
        archive = text_archive.parsed(TEXT.encode())

        self.assertEqual(archive.comment, "Shows one thing.\nAnd more of it.")
        self.assertEqual([(section.name, section.data, section.line) for section in archive.sections], [
            ("rules", b"a\n", 3), ("send", b"x:1|c \n\n-- --\n", 5), ("send", b"", 9),
            ("file.yml", b"\xef\xbb\xbfback\\slash\r\n-- not a section --\njoined \xff", 10), ("end", b"z\n", 15),
        ])

    def test_is_written_as_it_was_read(self):
        archive = text_archive.parsed(TEXT.encode())
        self.assertEqual(archive.formatted(), TEXT.replace("joined \\\n", "joined "))
        self.assertEqual([section.data for section in text_archive.parsed(archive.formatted().encode()).sections],
                         [section.data for section in archive.sections])

    def test_escapes_every_byte(self):
        data = bytes(range(256)) * 2 + b"\\x41\n-- a --\n\n\\"
        self.assertEqual(text_archive.unescaped(text_archive.escaped(data)), data)
        self.assertTrue(text_archive.escaped(data).isascii())

    def test_refuses_what_a_text_does_not_show(self):
        head = b"# Shows one thing.\n-- a --\n"
        for data in (b"x\r\n", b"\xff\n", b"\x00\n", b"\xef\xbb\xbfx\n", b"\x7f\n", b"no end"):
            with self.assertRaisesRegex(text_archive.ArchiveError, r"^file:3: "):
                text_archive.parsed(head + data, "file")

    def test_refuses_a_file_that_does_not_say_what_it_shows(self):
        for data in (b"", b"-- a --\n", b"text\n-- a --\n", b"#x\n"):
            with self.assertRaisesRegex(text_archive.ArchiveError, r"^archive:1: "):
                text_archive.parsed(data)

    def test_refuses_broken_escapes(self):
        for text in (rb"\n", rb"\x1", rb"\xFF", rb"\x0g", rb"\\\ "):
            with self.assertRaisesRegex(text_archive.ArchiveError, r"^archive:3: a backslash"):
                text_archive.parsed(b"# Shows one thing.\n-- a (escaped) --\n" + text + b"\n")


if __name__ == "__main__":
    unittest.main()
