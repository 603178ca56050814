"""What is taken in of a file that somebody hands over: judged by its bytes, bounded, made harmless.

Pictures are drawn anew: what a camera noted about place and person goes, and so does whatever was
hidden behind or inside the picture. A moving one keeps its first frame. Documents are kept as they
came, unless they unpack to something enormous or carry programs.
"""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from threading import Lock
from typing import Final

from PIL import Image, ImageOps

from vereda.customers.contracts import LARGEST_FILE, FileFault, FileNotKept
from vereda.customers.rules.media import HEAD_BYTES, ZIP, media_type_in

MOST_PIXELS: Final = 50_000_000
MOST_PACKED_PARTS: Final = 5_000
MOST_UNPACKED_BYTES: Final = 500 * 1024 * 1024
NAME_LENGTH: Final = 200
PROGRAMS: Final = ("vbaproject.bin", ".exe", ".dll", ".js", ".vbs", ".bat", ".cmd", ".scr")
BROKEN_ZIP: Final = (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError)

PICTURES: Final[Mapping[str, str]] = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/gif": "GIF",
    "image/webp": "WEBP",
}
SHARP: Final = frozenset({"image/png", "image/gif"})
"""Kept without loss, as those that let something shine through; the others as JPEG."""

ENDINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "text/plain": (".txt", ".csv", ".md", ".log", ".tsv", ".ics"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": (".pptx",),
    "application/vnd.oasis.opendocument.text": (".odt",),
    "application/vnd.oasis.opendocument.spreadsheet": (".ods",),
}
"""How the name of a kept file ends; the first where the given name ends otherwise."""

DEVICES: Final = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))]
)

_ONE_AT_A_TIME = Lock()


@dataclass(frozen=True, slots=True)
class Intake:
    """A file as it is kept."""

    name: str
    media_type: str
    body: bytes


def taken_in(name: str, body: bytes) -> Intake:
    """The file as it is kept, or `FileNotKept` with the fault.

    What it claims to be, in its name or otherwise, decides nothing.
    """
    if not body:
        raise FileNotKept(FileFault.EMPTY)
    if len(body) > LARGEST_FILE:
        raise FileNotKept(FileFault.TOO_LARGE)
    packed = _names_inside(body)
    media_type = media_type_in(body[:HEAD_BYTES], whole_names=packed)
    if media_type is None:
        raise FileNotKept(FileFault.WRONG_KIND)
    if media_type in PICTURES:
        media_type, body = _drawn_anew(body, media_type=media_type)
    return Intake(safe_file_name(name, media_type=media_type), media_type, body)


def safe_file_name(name: str, *, media_type: str) -> str:
    """The name as people may see it and save it again, with an ending that tells the truth."""
    kept = bare_file_name(name)
    endings = ENDINGS.get(media_type, ())
    if endings and not kept.lower().endswith(endings):
        kept = kept[: NAME_LENGTH - len(endings[0])] + endings[0]
    return kept


def bare_file_name(name: str) -> str:
    """The last part of a name, without what a file system or a header could misread."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(letter for letter in last if letter.isprintable() and letter not in '"<>|:*?')
    kept = kept.strip(" .")[-NAME_LENGTH:].strip(" .")
    if kept.partition(".")[0].strip().lower() in DEVICES:
        kept = f"file {kept}"[:NAME_LENGTH]
    return kept or "file"


def _drawn_anew(body: bytes, *, media_type: str) -> tuple[str, bytes]:
    """The picture's pixels and nothing else; one picture after the other, for the memory."""
    with _ONE_AT_A_TIME:
        try:
            with Image.open(BytesIO(body), formats=[PICTURES[media_type]]) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise FileNotKept(FileFault.TOO_MANY_PIXELS)
                return _saved(ImageOps.exif_transpose(picture), sharp=media_type in SHARP)
        except FileNotKept:
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
            raise FileNotKept(FileFault.TOO_MANY_PIXELS) from bomb
        except Exception as broken:  # a decoder fails in whatever way it fails
            raise FileNotKept(FileFault.BROKEN_PICTURE) from broken


def _saved(picture: Image.Image, *, sharp: bool) -> tuple[str, bytes]:
    clear = picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info
    pixels = picture.convert("RGBA" if clear else "RGB")
    bare, kept = Image.new(pixels.mode, pixels.size), BytesIO()
    bare.paste(pixels)
    form = "PNG" if clear or sharp else "JPEG"
    bare.save(kept, format=form, quality=90)
    if kept.tell() > LARGEST_FILE:
        raise FileNotKept(FileFault.TOO_LARGE)
    return f"image/{form.lower()}", kept.getvalue()


def _names_inside(body: bytes) -> bytes:
    """The names of the parts of a packed document; b"" for what is not packed."""
    if not body.startswith(ZIP):
        return b""
    try:
        with zipfile.ZipFile(BytesIO(body)) as packed:
            parts = packed.infolist()
    except BROKEN_ZIP:
        return b"-"
    if len(parts) > MOST_PACKED_PARTS or sum(p.file_size for p in parts) > MOST_UNPACKED_BYTES:
        raise FileNotKept(FileFault.PACKED_TOO_DENSELY)
    if any(part.filename.lower().endswith(PROGRAMS) for part in parts):
        raise FileNotKept(FileFault.WRONG_KIND)
    names = "\n".join(part.filename for part in parts)
    return names.encode(errors="replace") + b"\n" + body[30:120]
