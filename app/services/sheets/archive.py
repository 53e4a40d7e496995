"""Sees that an XLSX file, which is a zip archive, is what it says and no larger than it may be."""

from __future__ import annotations

import io
from zipfile import BadZipFile, ZipFile

from app.services.sheets.cells import UnreadableFileError

MEGABYTE = 2**20
# Rows are read one by one, but texts and styles whole: they take twenty times their size and more.
_WHOLE = 256 * MEGABYTE
_TEXTS = 24 * MEGABYTE
_STYLES = 4 * MEGABYTE
_READ_WHOLE = ("[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels")
_RATIO = 100  # a sheet of nothing but one repeated row packs to about a fortieth
_SMALL = 4 * MEGABYTE  # what may be packed at any ratio
_FILES = 5_000
_ENTRY = b"PK\x01\x02"  # begins each entry of an archive's directory
_ENCRYPTED_FLAG = 0x1
_STRICT = b"purl.oclc.org/ooxml"  # names the parts of a workbook in the strict variant
_BEGINNING = 10_000  # bytes of a workbook's table of contents


def check_archive(content: bytes) -> None:
    """Refuse an archive that unpacks to too much, or is no XLSX. Raises UnreadableFileError.

    What the archive says of its sizes is binding: nothing reads past the size that a part names.
    """
    if content.count(_ENTRY) > _FILES:  # before a list is made of them
        raise _refused(
            f"holds more than {_FILES:,} parts, which no spreadsheet needs: save the sheet as CSV"
        )
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            beginning = _beginning_of(archive, "xl/workbook.xml")
    except (BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise _refused("is cut short or damaged: save it again as XLSX") from error
    names = {part.filename for part in parts}
    if "[Content_Types].xml" not in names:
        raise _refused(_other_archive(names))
    if "xl/workbook.bin" in names:
        raise _refused("is in the XLSB format: open it in a spreadsheet and save it as XLSX")
    if any(part.flag_bits & _ENCRYPTED_FLAG for part in parts):
        raise _refused("is protected by a password: take the password off and save it again")
    if _STRICT in beginning:
        raise _refused("is saved as Strict Open XML: save it as Excel Workbook (*.xlsx)")
    texts = sum(part.file_size for part in parts if "sharedstrings" in part.filename.lower())
    styles = sum(
        part.file_size
        for part in parts
        if part.filename in _READ_WHOLE or "styles" in part.filename.lower()
    )
    whole = sum(part.file_size for part in parts)
    if (
        whole > _WHOLE
        or texts > _TEXTS
        or styles > _STYLES
        or (whole > _SMALL and whole > _RATIO * len(content))
    ):
        raise _refused(
            f"unpacks to {-(-whole // MEGABYTE):,} MB, which is more than Asof reads: take out "
            "pictures and sheets that are not needed, or save the sheet as CSV"
        )


def _beginning_of(archive: ZipFile, name: str) -> bytes:
    if name not in archive.namelist() or archive.getinfo(name).flag_bits & _ENCRYPTED_FLAG:
        return b""
    with archive.open(name) as part:
        return part.read(_BEGINNING)


def _refused(reason: str) -> UnreadableFileError:
    return UnreadableFileError(1, f"the file {reason}")


def _other_archive(names: set[str]) -> str:
    if "content.xml" in names:
        return "is an ODS spreadsheet: save it as XLSX"
    return "is a zip archive and no spreadsheet: unpack it and import the file that is in it"
