"""The Unicode properties that ECMA-262 knows by name, as far as patterns use them."""

from __future__ import annotations

from apilint.analysis.regex import charset
from apilint.analysis.regex.charset import Ranges

_CATEGORIES = {
    "Letter": "L",
    "Uppercase_Letter": "Lu",
    "Lowercase_Letter": "Ll",
    "Titlecase_Letter": "Lt",
    "Cased_Letter": "L",
    "LC": "L",
    "Modifier_Letter": "Lm",
    "Other_Letter": "Lo",
    "Mark": "M",
    "Combining_Mark": "M",
    "Nonspacing_Mark": "Mn",
    "Spacing_Mark": "Mc",
    "Enclosing_Mark": "Me",
    "Number": "N",
    "Decimal_Number": "Nd",
    "digit": "Nd",
    "Letter_Number": "Nl",
    "Other_Number": "No",
    "Punctuation": "P",
    "punct": "P",
    "Connector_Punctuation": "Pc",
    "Dash_Punctuation": "Pd",
    "Open_Punctuation": "Ps",
    "Close_Punctuation": "Pe",
    "Initial_Punctuation": "Pi",
    "Final_Punctuation": "Pf",
    "Other_Punctuation": "Po",
    "Symbol": "S",
    "Math_Symbol": "Sm",
    "Currency_Symbol": "Sc",
    "Modifier_Symbol": "Sk",
    "Other_Symbol": "So",
    "Separator": "Z",
    "Space_Separator": "Zs",
    "Line_Separator": "Zl",
    "Paragraph_Separator": "Zp",
    "Other": "C",
    "Control": "Cc",
    "cntrl": "Cc",
    "Format": "Cf",
    "Surrogate": "Cs",
    "Private_Use": "Co",
    "Unassigned": "Cn",
    # Binary properties that are nearly a category.
    "Alphabetic": "L",
    "Alpha": "L",
    "Uppercase": "Lu",
    "Upper": "Lu",
    "Lowercase": "Ll",
    "Lower": "Ll",
    "ID_Start": "L",
    "IDS": "L",
    "XID_Start": "L",
    "XIDS": "L",
    "Ideographic": "Lo",
    "Ideo": "Lo",
}
_SHORT = frozenset(_CATEGORIES.values()) | {"LC"}
_OTHER_BINARY = frozenset(
    "Any ASCII Assigned ASCII_Hex_Digit AHex White_Space space Dash Emoji Emoji_Component EComp Emoji_Modifier EMod"
    " Emoji_Modifier_Base EBase Emoji_Presentation EPres Extended_Pictographic ExtPict Hex_Digit Hex ID_Continue IDC"
    " XID_Continue XIDC Math Quotation_Mark QMark Diacritic Dia Cased Case_Ignorable CI Default_Ignorable_Code_Point DI"
    " Deprecated Dep Extender Ext Grapheme_Base Gr_Base Grapheme_Extend Gr_Ext Join_Control Join_C Pattern_Syntax"
    " Pat_Syn Pattern_White_Space Pat_WS Radical Regional_Indicator RI Sentence_Terminal STerm Soft_Dotted SD"
    " Terminal_Punctuation Term Unified_Ideograph UIdeo Variation_Selector VS Bidi_Control Bidi_C Bidi_Mirrored Bidi_M"
    " Changes_When_Casefolded CWCF Changes_When_Lowercased CWL Changes_When_Uppercased CWU".split()
)
_KEYS = frozenset(("Script", "sc", "Script_Extensions", "scx"))


def ranges(name: str) -> Ranges | None:
    """The characters of a property as `\\p{…}` names it; None for one that ECMA-262 does not know.

    Exact for Latin text; beyond it a category is represented by a region of its own, and a script by all letters.
    """
    key, equals, value = name.partition("=")
    if equals:
        if key in ("General_Category", "gc"):
            return ranges(value) if value in _SHORT or value in _CATEGORIES else None
        return charset.category("L") if key in _KEYS and value.replace("_", "").isalpha() else None
    if name in _SHORT or name in _CATEGORIES:
        return charset.category(_CATEGORIES.get(name, name))
    if name in ("Any", "Assigned"):
        return charset.EVERYTHING
    if name == "ASCII":
        return ((0, 0x7F),)
    if name in ("White_Space", "space"):
        return charset.SPACES
    if name in ("ASCII_Hex_Digit", "AHex", "Hex_Digit", "Hex"):
        return charset.of("0123456789abcdefABCDEF")
    if name in ("ID_Continue", "IDC", "XID_Continue", "XIDC"):
        return charset.union((charset.category("L"), charset.category("N"), charset.of("_")))
    return charset.category("S") if name in _OTHER_BINARY else None
