# SPDX-License-Identifier: Apache-2.0
"""Certificates for tests, made by openssl when they run, and web configuration files that name them."""

import pathlib
import subprocess

CA_EXTENSIONS = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign"
# Of this, at the least cost there is, by each name of bcrypt.
PASSWORD = "test password"
HASHES = [f"$2{version}$04$abcdefghijklmnopqrstuuzmRpkfhlRyYDvIwLwuLrGDsPsnCoUuW" for version in "aby"]


def openssl(*arguments, **options):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, **options)


class Authority:
    """A folder with a certificate authority, `ca.pem`, and what it has signed."""

    def __init__(self, folder, name="ca"):
        self.folder = pathlib.Path(folder)
        self.certificate = self.folder / f"{name}.pem"
        self._key = self.folder / f"{name}.key"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", f"/CN={name}",
                "-keyout", self._key, "-out", self.certificate)

    def sign(self, name, alternative_names="DNS:localhost,IP:127.0.0.1", common_name=None):
        """Makes NAME.pem and NAME.key in the folder, and returns both."""
        key, request, certificate = (self.folder / f"{name}.{ending}" for ending in ("key", "csr", "pem"))
        extensions = self.folder / f"{name}.ext"
        extensions.write_text(f"subjectAltName={alternative_names}\n")
        fresh = self.folder / f"{name}.new.key"
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", f"/CN={common_name or name}",
                "-keyout", fresh, "-out", request)
        signed = self.folder / f"{name}.new.pem"
        openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self._key, "-CAcreateserial", "-days", "2",
                "-extfile", extensions, "-out", signed)
        fresh.replace(key)
        signed.replace(certificate)
        return certificate, key
