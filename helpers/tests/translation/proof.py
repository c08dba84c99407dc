"""What must be the same in a text and its translation, and how Chinese is set."""

import re
from collections import Counter
from collections.abc import Iterator

CODE = r"`[^`\n]+`"
FORMULA = r"\$\$.+?\$\$|\$[^$]+\$"
TAG = r"</?(?!nobr)[a-z][^>]*>"  # Chinese breaks between any two signs, unless told not to
LINK = r"\]\([^)\s]+\)"  # with its text before it
NAME = r"[^\W\d_]{1,3}\[[^\]\s]*\]"  # δ[l-1], dW[2]
PLACEHOLDER = r"\{[^{}]*\}"
NUMBER = r"−?\d+(?:,\d{3})*(?:\.\d+)?(?:e[+-]?\d+)?|[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+|[½⅓¼¾⅔]"
# in this order, as each takes away what the next could take for its own
KINDS = {
    "code": CODE,
    "formula": FORMULA,
    "tag": TAG,
    "link": LINK,
    "placeholder": PLACEHOLDER,
    "name": NAME,
    "number": NUMBER,
}
HAN = r"[\u4e00-\u9fff]"
FULL_WIDTH = r"[，。：；？！（）“”‘’、…—《》]"
BADLY_SET = {
    "half-width punctuation beside Chinese": rf"{HAN}[,;:?!]|[,;:?!] ?{HAN}|{HAN}\.(?:\s|$)",
    "a half-width bracket beside Chinese": rf"(?<!\]){HAN}\(|\){HAN}|\({HAN}[^)]*\)(?<!\])",
    "no space between Chinese and Latin": rf"{HAN}[A-Za-z0-9α-ωφ∂`$]|[A-Za-z0-9α-ωφ′`$%]{HAN}",
    "a space between Chinese and Chinese": rf"{HAN} +{HAN}",
    "a space before full-width punctuation": rf" +{FULL_WIDTH}(?<![“‘（—…])",
    "a space after full-width punctuation": rf"{FULL_WIDTH}(?<![—…]) +(?=[^|\s])",
    "您": "您",
    "full-width letters": r"[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]",
}
EMPHASIS = re.compile(r"(?<!\*)(\*{1,2})(?=[^*\s])([^*]+?)\1(?!\*)")
# Markdown opens and closes nothing between a letter and a punctuation mark within
UNSEEN = re.compile(rf"{HAN}\*+{FULL_WIDTH}.*|.*{FULL_WIDTH}\*+{HAN}", re.S)
LEFT = r"\[English\]|Save and Export Notebook As"  # as it is: a link, and a menu of JupyterLab
SENTENCE = re.compile(r"(?:\b[A-Za-z']+\b[ ,]+){4,}[A-Za-z']+")


def found(text: str) -> dict[str, Counter[str]]:
    """Return how often each formula, number and so on stands in a text, by its kind."""
    result = {}
    for kind, pattern in KINDS.items():
        same = [_without_words(match) for match in re.findall(pattern, text, re.S)]
        result[kind] = Counter(same)
        text = re.sub(pattern, " ", text, flags=re.S)
    return result


def _without_words(match: str) -> str:
    """Return it without what is translated in it: words in a formula, the place in a notebook."""
    match = re.sub(r"/zh/|\.zh(?=\.md)", lambda of: of[0][:1].rstrip("."), match)  # its own files
    match, n = re.subn(r"(?<!_)\\text\{[^}]*\}\s*", "", match)  # may stand elsewhere
    match = re.sub(r"\\text\{[^}]*\}", r"\\text{}", match) + r"\text{}" * n
    return re.sub(r"\]\(#.*\)", "](#)", re.sub(r"\s+", " ", match))


def unequal(english: str, translated: str) -> Iterator[str]:
    """Yield what is in one of two texts alone, or more often than in the other."""
    ours, theirs = found(english), found(translated)
    for kind in KINDS:
        missing, added = ours[kind] - theirs[kind], theirs[kind] - ours[kind]
        if missing or added:
            yield f"{kind}: missing {[*missing.elements()]}, added {[*added.elements()]}"


def badly_set(translated: str) -> Iterator[str]:
    """Yield what isn't set as Chinese is, and sentences that are still English."""
    plain = re.sub(LINK, "]", re.sub(TAG, "", translated))
    for what, pattern in BADLY_SET.items():
        for match in re.finditer(pattern, plain):
            yield f"{what}: …{plain[max(0, match.start() - 12) : match.end() + 12]}…"
    for match in EMPHASIS.finditer(plain):
        if UNSEEN.fullmatch(plain[max(0, match.start() - 1) : match.end() + 1]):
            yield f"Markdown that doesn't close: {match[0]}"
    words = re.sub(f"{CODE}|{FORMULA}|{PLACEHOLDER}|{LEFT}", "", plain, flags=re.S)
    yield from (f"English: {match[0]}" for match in SENTENCE.finditer(words))
    if not re.search(HAN, translated) and re.search(r"\b[A-Za-z]{4,}\b", words):
        yield f"no Chinese: {translated}"
