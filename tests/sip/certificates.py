"""Certificates of an authority of our own, made anew for a test."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the program openssl")
_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificates:
    """What a far end shows, and what proves it."""

    authority: Path
    own: Path
    """Key and certificate in one file."""


def certificates(folder: Path, *, name: str) -> Certificates:
    """Make an authority, and a certificate it has given to a host."""
    folder.mkdir()
    _openssl(folder, "req", "-x509", *_KEY, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=our authority")
    _openssl(
        folder, "req", "-x509", *_KEY, "-keyout", "own.key", "-out", "own.crt", "-subj", f"/CN={name}",
        "-addext", f"subjectAltName=DNS:{name}", "-addext", "basicConstraints=critical,CA:FALSE",
        "-CA", "ca.pem", "-CAkey", "ca.key",
    )  # fmt: skip
    own = folder / "own.pem"
    own.write_text((folder / "own.key").read_text() + (folder / "own.crt").read_text())
    return Certificates(authority=folder / "ca.pem", own=own)


def _openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(("openssl", *arguments), cwd=folder, check=True, capture_output=True, timeout=20)
