"""Images lose what tells where and by whom they were made, and nothing of what they show."""

import io

import pytest
from PIL import Image, ImageSequence, PngImagePlugin
from PIL.ExifTags import GPS, IFD, Base

from articles import attachments, metadata

SECRET = b"Kim Berg"


def photo(kind: str, *, orientation: int = 1, animated: bool = False) -> bytes:
    """An image with a camera's owner and a place in it."""
    exif = Image.Exif()
    exif[Base.Artist] = SECRET.decode()
    exif[Base.Orientation] = orientation
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (52.0, 22.0, 0.0)
    image = Image.linear_gradient("L").resize((64, 32)).convert("RGB")
    out = io.BytesIO()
    more = {"exif": exif.tobytes()}
    if kind == "PNG":
        info = PngImagePlugin.PngInfo()
        info.add_text("Author", SECRET.decode())
        image.save(out, kind, pnginfo=info, **more)
    elif animated:
        image.save(out, kind, save_all=True, append_images=[image.rotate(180)], **more)
    else:
        image.save(out, kind, **({"progressive": True} if kind == "JPEG" else {}), **more)
    return out.getvalue()


def pixels(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content)) as image:
        return image.convert("RGB").tobytes()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_owner_and_place_go_and_the_pixels_stay(kind: str) -> None:
    before = photo(kind)
    assert SECRET in before

    after = metadata.removed(before, attachments.media_type(before))

    assert SECRET not in after
    assert pixels(after) == pixels(before)
    assert attachments.media_type(after) == attachments.media_type(before)
    with Image.open(io.BytesIO(after)) as image:
        assert dict(image.getexif()) == {}
    assert metadata.removed(after, attachments.media_type(after)) == after


def test_a_photo_is_still_shown_the_right_way_up() -> None:
    before = photo("JPEG", orientation=6)

    after = metadata.removed(before, "image/jpeg")

    assert SECRET not in after
    with Image.open(io.BytesIO(after)) as image:
        assert dict(image.getexif()) == {Base.Orientation: 6}


def test_what_is_hidden_behind_the_image_goes() -> None:
    """Telephones append a film or a second photo, with a place of its own."""
    before = photo("JPEG") + photo("JPEG")

    assert pixels(metadata.removed(before, "image/jpeg")) == pixels(before)
    assert SECRET not in metadata.removed(before, "image/jpeg")


def test_a_moving_image_keeps_moving() -> None:
    after = metadata.removed(photo("WEBP", animated=True), "image/webp")

    assert SECRET not in after
    with Image.open(io.BytesIO(after)) as image:
        assert len(list(ImageSequence.Iterator(image))) == 2


def test_metadata_that_nobody_can_read_goes_as_well() -> None:
    sound = metadata.removed(photo("JPEG"), "image/jpeg")
    broken = b"Exif\0\0" + SECRET
    segment = b"\xff\xe1" + (len(broken) + 2).to_bytes(2) + broken

    assert metadata.removed(sound[:2] + segment + sound[2:], "image/jpeg") == sound
