"""Values that no page of ours sends: what breaks parsers, numbers, days, ids and databases."""

from __future__ import annotations

import random
from typing import Any

ENDLESS = "9" * 4_301  # one digit more than Python reads as a number
_MANY = "".join(random.Random(15).choices([chr(code) for code in range(0x4E00, 0x9FA5)], k=4_000))

TEXTS: tuple[str | bytes, ...] = (
    "", " ", "\0", "a\0b", "\n", "\r\nX-Odd: 1", "\u202eabc", "\u200b", "\ufffe", "\uffff",
    "\U0010ffff", "💩" * 300, "🏴\U000e0067\U000e007f", b"\xed\xa0\x80", b"\xff\xfe", b"%", "%00",
    ENDLESS, f"-{ENDLESS}", f"1.{ENDLESS}", "9" * 19, "9" * 31, "-1", "0", "+1", "1e999999",
    "1e-999", "NaN", "-Infinity", "0x10", "1_000", "\u0661\u0662\u0663", "²", "½",
    "1" + " " * 3_000 + "x",
    "1.5x" * 900, "e" + "\u0301" * 2_000, "\u0344" * 900, "ﷺ" * 220, "İ" * 220, "ß" * 4_001,
    "\uff9e" * 900, "[" * 3_000, '{"a":' * 3_000, '{"x": {"mark": 1}}', '{"x": []}', "[1]", "null",
    f"[{ENDLESS}]", "2012-13-45", "0001-01-01", "9999-12-31", "2012-02-30", "10000-01-01",
    "\uff12\uff10\uff11\uff12-03-31", "2012-03-31T18:00:00+99:99", "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00", "2012-W01-1", "20120331", "00000000-0000-0000-0000-000000000000",
    "\u0661" * 32, "{" + "0" * 32 + "}", "../../etc/passwd", "//[", "http://[::1",
    "'; DROP TABLE event; --", "{{7*7}}", "%s%n", "<b>", "=1+1", "a" * 100_000, _MANY,
    "remove-" + ENDLESS, "remove-1", "add", "theirs:x.mark",
)  # fmt: skip

DEEP: Any = []
for _ in range(900):
    DEEP = [DEEP]

# In place of a value in a body of JSON.
JSON: tuple[Any, ...] = (
    None, True, [], {}, [None], {"": None}, 0, -1, 10**18, 10**30, 10**4_000, 1.5, 1e308, -0.0,
    "", " ", "\0", "a\0b", ENDLESS, "e" + "\u0301" * 2_000, "9999-12-31", "0001-01-01", _MANY,
    DEEP, {"a" * 5_000: 1}, {str(number): number for number in range(6_000)}, "\U0010ffff", "NaN",
)  # fmt: skip

# Bodies that are no JSON, or none that should be taken.
BODIES: tuple[bytes, ...] = (
    b"", b" ", b"{", b"[", b"nul", b"\xef\xbb\xbf{}", b"\xff\xfe{}", b'"\\ud800"',
    b'{"a": "\\ud800"}', b"[" * 100_000, b'{"a":' * 50_000, b"[" * 990 + b"]" * 990,
    b'{"a": NaN}', b"Infinity", ENDLESS.encode(), b'{"event_type": ' + ENDLESS.encode() + b"}",
    b'{"a": 1, "a": 2}', b"[{}]", b"[" + b",".join([b"{}"] * 11_000) + b"]", b"\0", b'"\x00"',
    b"{}" * 2, b"[1, 2", b"1e999", b"-", b'{"\\u0000": 1}',
    b'{"event_type": "FUND_ESTABLISHED", "payload": []}',
)  # fmt: skip

HEADERS = (
    "Accept", "Authorization", "Cookie", "HX-Current-URL", "Host", "Idempotency-Key", "If-Match",
    "If-Modified-Since", "If-None-Match", "Origin", "Range", "Referer", "Sec-Fetch-Site",
    "X-Request-ID", "HX-Request-Type", "Content-Type", "X-Forwarded-For",
)  # fmt: skip
HEADER_TEXTS = (
    "", " ", "\0", "http://[", "http://[::1", "http://localhost/funds/\u00bd", "//", "*", '"',
    "W/", 'W/"', ENDLESS, "Bearer", "Bearer ", "Bearer \u00e9", "Basic ====", "bytes=-",
    "bytes=9-1,0-0", "é" * 300, "text/html;q=" + ENDLESS, 'asof=.; =; a="', "," * 2_000,
    "Sat, 99 Foo 0000 25:61:61 GMT", "a" * 8_000, "multipart/form-data",
    "multipart/form-data; boundary=", "application/json; charset=nonsense",
    "application/x-www-form-urlencoded; charset=utf-16",
)  # fmt: skip

FILES = (
    b"", b"\0", b"PK\x03\x04", b"\xff\xfea\0", b"[" * 5_000, b"{}",
    b'"' * 5_000, b"[" * 500 + b"]" * 500,
    b"effective_on,event_type\n2012-01-01," + ENDLESS.encode(),
)  # fmt: skip
FILE_NAMES = ("a.csv", "", "\0", "é" * 300, "a.xlsx", "../../x", "a\u202e.csv", "e\u0301" * 999)
