"""Catalogues of translations as files: read and written as .po, compiled to .mo. Plain Python."""

import ast
import re
import struct
from dataclasses import dataclass, field
from pathlib import Path

KEYWORD = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?)?\s*(".*")')
# What a .mo file begins with.
MAGIC = 0x950412DE
HEADER = "\n".join(
    (
        "Content-Type: text/plain; charset=UTF-8",
        "Content-Transfer-Encoding: 8bit",
        "Plural-Forms: nplurals=2; plural=(n > 1);",
        "Language: fr",
        "",
    )
)


@dataclass
class Entry:
    """One text: what is looked up, what stands for it, and the files that say it."""

    msgid: str
    context: str = ""
    plural: str = ""
    translations: list[str] = field(default_factory=list)
    files: set[str] = field(default_factory=set)

    @property
    def key(self) -> tuple[str, str]:
        """What an entry is found by."""
        return self.context, self.msgid

    @property
    def forms(self) -> int:
        """How many translations it needs."""
        return 2 if self.plural else 1

    @property
    def is_translated(self) -> bool:
        """Whether nothing of it is empty."""
        return len(self.translations) == self.forms and all(self.translations)


def read(path: Path) -> dict[tuple[str, str], Entry]:
    """Return the entries of a .po file; the header is none of them."""
    found = {}
    for block in path.read_text().split("\n\n"):
        entry = _parsed(block)
        if entry.msgid:
            found[entry.key] = entry
    return found


def _parsed(block: str) -> Entry:
    parts: dict[str, str] = {}
    last = ""
    for line in block.splitlines():
        match = KEYWORD.fullmatch(line)
        if line.startswith("#") or not match:
            continue
        last = match[1] or last
        parts[last] = parts.get(last, "") + ast.literal_eval(match[2])
    names = ("msgstr[0]", "msgstr[1]") if "msgid_plural" in parts else ("msgstr",)
    return Entry(
        msgid=parts.get("msgid", ""),
        context=parts.get("msgctxt", ""),
        plural=parts.get("msgid_plural", ""),
        translations=[parts.get(name, "") for name in names],
    )


def written(entries: dict[tuple[str, str], Entry]) -> str:
    """Return the text of a .po file: by file names and texts only, so that few lines ever move."""
    blocks = [f'msgid ""\nmsgstr {_quoted(HEADER)}']
    blocks += [_block(entries[key]) for key in sorted(entries)]
    return "\n\n".join(blocks) + "\n"


def _block(entry: Entry) -> str:
    lines = [f"#: {name}" for name in sorted(entry.files)]
    if entry.context:
        lines.append(f"msgctxt {_quoted(entry.context)}")
    lines.append(f"msgid {_quoted(entry.msgid)}")
    told = [*entry.translations, "", ""]
    if entry.plural:
        lines.append(f"msgid_plural {_quoted(entry.plural)}")
        lines += [f"msgstr[{number}] {_quoted(told[number])}" for number in (0, 1)]
    else:
        lines.append(f"msgstr {_quoted(told[0])}")
    return "\n".join(lines)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def compiled(entries: dict[tuple[str, str], Entry]) -> bytes:
    """Return the .mo file that the program reads; what is not translated is left out."""
    texts = {"": HEADER}
    for entry in entries.values():
        if entry.is_translated:
            name = f"{entry.context}\x04{entry.msgid}" if entry.context else entry.msgid
            name = f"{name}\x00{entry.plural}" if entry.plural else name
            texts[name] = "\x00".join(entry.translations)
    pairs = sorted((name.encode(), text.encode()) for name, text in texts.items())
    start = 28 + 16 * len(pairs)
    names = b"".join(name + b"\x00" for name, _ in pairs)
    words = b"".join(word + b"\x00" for _, word in pairs)
    head = struct.pack("<7I", MAGIC, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0)
    tables = _table([name for name, _ in pairs], start)
    tables += _table([word for _, word in pairs], start + len(names))
    return head + tables + names + words


def _table(texts: list[bytes], start: int) -> bytes:
    """Return the length and the place of each text, the first of which begins at `start`."""
    table = b""
    for text in texts:
        table += struct.pack("<2I", len(text), start)
        start += len(text) + 1
    return table
