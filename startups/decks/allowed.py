"""What may stay in a deck. Lists of what is allowed, because nobody can list all that is not.

Keys are those of the PDF specification (ISO 32000-2), by the kind of dictionary they may stand in.
"""

from __future__ import annotations

import re

CATALOGUE = frozenset(
    {
        "/Type", "/Pages", "/PageLabels", "/Names", "/Dests", "/Outlines", "/PageLayout", "/OCProperties", "/Lang",
        "/StructTreeRoot", "/MarkInfo",
    }
)  # fmt: skip
PAGE_TREE = frozenset(
    {"/Type", "/Parent", "/Kids", "/Count", "/MediaBox", "/CropBox", "/Rotate", "/Resources"}
)
PAGE = frozenset(
    {
        "/Type", "/Parent", "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox", "/Rotate", "/Resources",
        "/Contents", "/Group", "/Annots", "/StructParents", "/Tabs",
    }
)  # fmt: skip
LINK = frozenset(
    {
        "/Type",
        "/Subtype",
        "/Rect",
        "/QuadPoints",
        "/Border",
        "/BS",
        "/C",
        "/H",
        "/F",
        "/A",
        "/Dest",
        "/StructParent",
    }
)
OUTLINE_ITEM = frozenset(
    {"/Title", "/Parent", "/Prev", "/Next", "/First", "/Last", "/Count", "/Dest", "/A", "/SE", "/C", "/F"}
)
OUTLINE_ROOT = frozenset({"/Type", "/First", "/Last", "/Count"})

# Keys that mean something to a viewer wherever they stand, and that a deck does not need.
NOWHERE = frozenset(
    {
        "/AA", "/OpenAction", "/JS", "/JavaScript", "/EF", "/RF", "/AF", "/XFA", "/AcroForm", "/RichMediaContent",
        "/RichMediaSettings", "/Metadata", "/PieceInfo", "/OPI", "/Alternates", "/EmbeddedFiles", "/Renditions",
        "/AlternatePresentations", "/Collection", "/Requirements", "/PresSteps", "/DestOutputProfileRef", "/PS",
        "/Subtype2", "/FFilter", "/FDecodeParms",
    }
)  # fmt: skip
NOT_IN_STREAMS = frozenset({"/F", "/Ref"})  # they lead to other files; elsewhere these keys mean other things
# The actions of the specification, all but those that `action_keys` lets pass.
ACTIONS = frozenset(
    {
        "/GoToR", "/GoToE", "/GoToDp", "/Launch", "/Thread", "/Sound", "/Movie", "/Hide", "/Named", "/SubmitForm",
        "/ResetForm", "/ImportData", "/JavaScript", "/SetOCGState", "/Rendition", "/Trans", "/GoTo3DView",
        "/RichMediaExecute",
    }
)  # fmt: skip
# Names in which a resource dictionary holds dictionaries whose keys are names of the file's own choosing.
RESOURCES = frozenset(
    {"/Font", "/XObject", "/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/Properties"}
)

_LINK_ADDRESS = re.compile(rb"(https?://|mailto:)[\x21-\x7e]{1,2000}", re.IGNORECASE)


def is_link_address(address: bytes) -> bool:
    """Whether a link may lead there: web and mail only, in plain ASCII without blanks (RFC 3986)."""
    return _LINK_ADDRESS.fullmatch(address) is not None
