"""How fields, types and metadata print: cut after so many bytes, as `pyarrow` does."""

from __future__ import annotations

from .datatypes import DataType, Field, Metadata


def field_text(field: Field, limit: int) -> str:
    """Name and type of a field, each cut after `limit` bytes, which pyarrow calls chars."""
    nullable = "" if field.nullable else " not null"
    return f"{cut(field.name, limit)}: {cut(str(field.type), limit)}{nullable}"


def cut(text: str, limit: int) -> str:
    """The first `limit` bytes of a text in UTF-8, and how many are left out."""
    raw = text.encode()
    if (over := len(raw) - limit) <= 0:
        return text
    return f"{raw[:limit].decode(errors='replace')} (... {over} chars omitted)"


def type_text(type_: DataType, metadata: bool, limit: int, depth: int = 1) -> str:
    """The lines below a field for its children, each followed by its metadata."""
    lines = []
    for i, child in enumerate(type_._children()):
        lines.append(f"{' ' * (4 * depth - 2)}child {i}, {field_text(child, limit)}")
        if below := type_text(child.type, metadata, limit, depth + 1):
            lines.append(below)
        if metadata:
            lines += metadata_text(child._metadata, "field metadata", 2 * depth + 2, limit)
    return "\n".join(lines)


def metadata_text(metadata: Metadata | None, title: str, indent: int, limit: int) -> list[str]:
    """The lines that show key-value metadata, long keys and values cut."""
    if not metadata:
        return []
    pad = " " * indent
    lines = [f"{pad}-- {title} --"]
    for key, value in metadata.items():
        room = 70 - len(key) - indent
        over = len(value) - max(room, 10) if room >= 0 else 0
        shown = value[: len(value) - over] if over > 0 else value
        more = f" + {over}" if over > 0 else ""
        text = (key + b": '" + shown + b"'").decode(errors="replace")
        lines.append(pad + cut(text + more, limit))
    return lines
