"""Taking out of an opened PDF whatever acts, reaches out or tells of its makers. What can be seen stays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from startups.decks import allowed
from startups.decks.pictures import without_metadata

Key = tuple[int, int]
MOST_OUTLINE_ITEMS = 5_000


def clean(pdf: Pdf) -> None:
    """Change `pdf` in place so that only allowed things can be reached from its root."""
    pages = {page.obj.objgen for page in pdf.pages}
    links = {key for page in pdf.pages for key in _clean_page(page.obj)}
    _clean_catalogue(pdf.Root)
    for item in pdf.objects:
        _scrub(item, pages=pages, links=links)
    for key in ("/Info", "/Encrypt", "/ID"):
        if key in pdf.trailer:
            del pdf.trailer[key]


def keep(item: Object, keys: frozenset[str]) -> None:
    """Delete every key of the dictionary that is not among `keys`; a stream keeps its length."""
    own = {"/Length"} if isinstance(item, Stream) else set()
    for key in set(item.keys()) - keys - own:
        del item[key]


def _clean_catalogue(root: Object) -> None:
    keep(root, allowed.CATALOGUE)
    names = root.get(Name.Names)
    if isinstance(names, Dictionary) and Name.Dests in names:
        root.Names = Dictionary(Dests=names.Dests)
    elif names is not None:
        del root.Names
    if Name.Outlines in root and not _clean_outlines(root.Outlines):
        del root.Outlines
    for node in _page_tree(root.Pages):
        keep(node, allowed.PAGE_TREE)


def _page_tree(root: Object) -> Iterator[Object]:
    """The inner nodes of the page tree, which has been found to be free of loops."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Dictionary) and Name.Kids in node:
            yield node
            waiting.extend(node.Kids)


def _clean_page(page: Object) -> Iterator[Key]:
    """Clean one page; yields the keys of the link annotations that stay."""
    keep(page, allowed.PAGE)
    annotations = page.get(Name.Annots)
    if annotations is None:
        return
    kept = [item for item in _items(annotations) if _is_kept_link(item)]
    yield from (item.objgen for item in kept)
    if kept:
        page.Annots = Array(kept)
    else:
        del page.Annots


def _items(value: Any) -> list[Any]:
    return list(value) if isinstance(value, Array) else []


def _is_kept_link(item: Any) -> bool:
    """Clean an annotation and say whether it stays: only links do, and only if they lead somewhere allowed."""
    if not isinstance(item, Dictionary) or isinstance(item, Stream) or item.get(Name.Subtype) != Name.Link:
        return False
    keep(item, allowed.LINK)
    clean_action(item)
    return Name.A in item or Name.Dest in item


def clean_action(holder: Object) -> None:
    """Leave in `holder` an action that goes to a page or a web or mail address, without successors; else none."""
    action = holder.get(Name.A)
    if action is None:
        return
    kind = action.get(Name.S) if isinstance(action, Dictionary) else None
    target = action.get(Name.D if kind == Name.GoTo else Name.URI) if kind in (Name.GoTo, Name.URI) else None
    if kind == Name.GoTo and isinstance(target, String | Name | Array):
        holder.A = Dictionary(S=Name.GoTo, D=target)
    elif kind == Name.URI and isinstance(target, String) and allowed.is_link_address(bytes(target)):
        holder.A = Dictionary(S=Name.URI, URI=target)
    else:
        del holder[Name.A]


def _clean_outlines(root: Any) -> bool:
    """Clean the table of contents; False if it is none, or runs in circles."""
    if not isinstance(root, Dictionary):
        return False
    keep(root, allowed.OUTLINE_ROOT)
    seen: set[Key] = set()
    waiting = [root.get(Name.First)]
    while waiting:
        item = waiting.pop()
        if item is None:
            continue
        if not isinstance(item, Dictionary) or item.objgen in seen or len(seen) >= MOST_OUTLINE_ITEMS:
            return False
        seen.add(item.objgen)
        keep(item, allowed.OUTLINE_ITEM)
        clean_action(item)
        waiting += [item.get(Name.First), item.get(Name.Next)]
    return True


def _scrub(item: Any, *, pages: set[Key], links: set[Key], own_names: bool = False) -> None:
    """Clean one object and what stands directly in it, wherever it hangs. `own_names`: its keys are the file's own."""
    if isinstance(item, Dictionary | Stream):
        if _must_go(item, pages, links):
            _empty(item)
        elif not own_names:
            _scrub_keys(item)
        for key in item.keys():  # noqa: SIM118 - not a Python dictionary
            _scrub_inner(item[key], pages, links, own_names=key in allowed.RESOURCES)
    elif isinstance(item, Array):
        for inner in item:
            _scrub_inner(inner, pages, links, own_names=False)


def _scrub_inner(inner: Any, pages: set[Key], links: set[Key], *, own_names: bool) -> None:
    if isinstance(inner, Object) and not inner.is_indirect:  # what is indirect has its own turn
        _scrub(inner, pages=pages, links=links, own_names=own_names)


def _empty(item: Object) -> None:
    if isinstance(item, Stream):
        item.write(b"")
    keep(item, frozenset())


def _scrub_keys(item: Any) -> None:
    barred = allowed.NOWHERE | allowed.NOT_IN_STREAMS if isinstance(item, Stream) else allowed.NOWHERE
    for key in set(item.keys()) & barred:
        del item[key]
    if isinstance(item, Stream) and item.get(Name.Filter) in (Name.DCTDecode, Array([Name.DCTDecode])):
        _scrub_picture(item)
    if isinstance(item.get(Name.URI), String) and not allowed.is_link_address(bytes(item.URI)):
        del item[Name.URI]


def _scrub_picture(stream: Any) -> None:
    data = stream.read_raw_bytes()
    if (bare := without_metadata(data)) != data:
        stream.write(bare, filter=Name.DCTDecode, decode_parms=stream.get(Name.DecodeParms))


def _must_go(item: Object, pages: set[Key], links: set[Key]) -> bool:
    """Whether this is a forbidden action, file or annotation, or a page that is not in the book."""
    kind, sort = item.get(Name.Type), item.get(Name.Subtype)
    if str(item.get(Name.S)) in allowed.ACTIONS and Name.K not in item and kind != Name.StructElem:
        return True
    if kind in (Name.Filespec, Name.EmbeddedFile, Name.F, Name.Sig):
        return True
    if kind == Name.Page:
        return item.objgen not in pages
    if isinstance(item, Stream):
        return sort == Name.PS
    is_annotation = kind == Name.Annot or (sort is not None and Name.Rect in item)
    return is_annotation and item.is_indirect and item.objgen not in links
