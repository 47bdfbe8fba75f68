"""Images without what cameras and programs write about where, when and by whom they were made.

Bytes are left out and pixels never encoded again, so that a screenshot stays as sharp as it was.
"""

import io
import struct
from collections.abc import Iterator

from PIL import Image
from PIL.ExifTags import Base

_JPEG_KEPT = frozenset({0xE0, 0xE2, 0xEE})
"""Of the application segments: size, colour profile, and how Adobe's colours are meant."""
_JPEG_COMMENT = 0xFE
_JPEG_SCAN = 0xDA
_JPEG_END = 0xD9
_PNG_START = 8
_PNG_DROPPED = frozenset({b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"})
_WEBP_START = 12
_WEBP_DROPPED = frozenset({b"EXIF", b"XMP "})
_WEBP_FLAGS = 0x08 | 0x04
"""In the first byte of a VP8X chunk: that such chunks follow."""


def removed(content: bytes, media_type: str) -> bytes:
    """The image without its metadata; a JPEG image is still shown the right way up.

    Args:
        content: a whole image, of this type.
        media_type: a GIF image and a PDF file are given back as they are.
    """
    if media_type == "image/jpeg":
        return _jpeg(content)
    if media_type == "image/png":
        return content[:_PNG_START] + b"".join(_png_chunks(content))
    if media_type == "image/webp":
        return _webp(content)
    return content


def _jpeg(content: bytes) -> bytes:
    parts = [content[:2], _orientation(content)]
    parts += [part for marker, part in _jpeg_parts(content) if _jpeg_stays(marker)]
    return b"".join(parts)


def _jpeg_stays(marker: int) -> bool:
    application = 0xE0 <= marker <= 0xEF  # noqa: PLR2004  the range APP0 to APP15
    return marker in _JPEG_KEPT or not (application or marker == _JPEG_COMMENT)


def _jpeg_parts(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Each segment with its marker, a scan with its data; nothing of what follows the image."""
    at = 2
    while at + 4 <= len(content):
        marker = content[at + 1]
        if marker == _JPEG_END:
            break
        if marker == 0xFF:  # noqa: PLR2004  a fill byte
            at += 1
            continue
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4])
        if marker == _JPEG_SCAN:
            end = _scan_end(content, end)
        yield marker, content[at:end]
        at = end
    yield _JPEG_END, b"\xff\xd9"


def _scan_end(content: bytes, at: int) -> int:
    """Where the next marker stands: within a scan 0xFF is followed by 0 or a restart."""
    while (at := content.find(b"\xff", at)) >= 0 and at + 1 < len(content):
        following = content[at + 1]
        if following not in {0x00, 0xFF} and not 0xD0 <= following <= 0xD7:  # noqa: PLR2004
            return at
        at += 1 if following == 0xFF else 2  # noqa: PLR2004
    return len(content)


def _orientation(content: bytes) -> bytes:
    """A segment that says which way up the image is, and nothing else."""
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG"]) as image:
            turned = image.getexif().get(Base.Orientation, 1)
    except (OSError, SyntaxError, ValueError, struct.error):
        return b""  # the image is sound, what is written about it is not
    if turned not in range(2, 9):
        return b""
    exif = Image.Exif()
    exif[Base.Orientation] = turned
    said = exif.tobytes()
    return b"\xff\xe1" + struct.pack(">H", len(said) + 2) + said


def _png_chunks(content: bytes) -> Iterator[bytes]:
    at = _PNG_START
    while at + 12 <= len(content):
        end = at + 12 + int.from_bytes(content[at : at + 4])
        name = content[at + 4 : at + 8]
        if name not in _PNG_DROPPED:
            yield content[at:end]
        if name == b"IEND":
            return
        at = end


def _webp(content: bytes) -> bytes:
    body = b"".join(_webp_chunks(content))
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def _webp_chunks(content: bytes) -> Iterator[bytes]:
    at = _WEBP_START
    whole = 8 + int.from_bytes(content[4:8], "little")
    while at + 8 <= min(len(content), whole):
        length = int.from_bytes(content[at + 4 : at + 8], "little")
        end = at + 8 + length + length % 2
        name, chunk = content[at : at + 4], content[at:end]
        if name == b"VP8X" and length:
            chunk = chunk[:8] + bytes([chunk[8] & ~_WEBP_FLAGS]) + chunk[9:]
        if name not in _WEBP_DROPPED:
            yield chunk
        at = end
