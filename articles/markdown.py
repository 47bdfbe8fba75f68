"""A draft as Markdown: headings in its language, text that is shown as it was written."""

import re
from collections.abc import Iterable

from articles.ports import Draft, Section, SectionName, Statement, StatementKind

HEADINGS = {
    "en": {
        SectionName.ISSUE: "Issue",
        SectionName.ENVIRONMENT: "Environment",
        SectionName.CAUSE: "Cause",
        SectionName.RESOLUTION: "Resolution",
        SectionName.VERIFICATION: "Verification",
    },
    "de": {
        SectionName.ISSUE: "Problem",
        SectionName.ENVIRONMENT: "Umgebung",
        SectionName.CAUSE: "Ursache",
        SectionName.RESOLUTION: "Lösung",
        SectionName.VERIFICATION: "Überprüfung",
    },
    "nl": {
        SectionName.ISSUE: "Probleem",
        SectionName.ENVIRONMENT: "Omgeving",
        SectionName.CAUSE: "Oorzaak",
        SectionName.RESOLUTION: "Oplossing",
        SectionName.VERIFICATION: "Controle",
    },
}

CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
SPECIAL = re.compile(
    r"[*\[\]`~]"
    r"|\\(?=[!-/:-@\[-`{-~])"
    r"|<(?=[A-Za-z/!?])"
    r"|(?<![^\W_])_|_(?![^\W_])"
    r"|&(?=#?\w+;)"
)
LINE_START = re.compile(
    r"^(\s*)(#{1,6}(?=\s|$)|>|[-+](?=\s|$)|[-=]{2,}\s*$|\d{1,9}(?=[.)](?:\s|$))|:::)"
)


def to_markdown(draft: Draft) -> str:
    """The draft as a Markdown text; ends with a line feed."""
    blocks = [f"# {escape(draft.title)}"]
    for section in draft.sections:
        blocks.append(f"## {heading(section.name, draft.language)}")
        blocks += _blocks(section)
    return "\n\n".join(blocks) + "\n"


def heading(name: SectionName, language: str) -> str:
    """The heading of a section; English where we have none in `language`."""
    return HEADINGS.get(language, HEADINGS["en"])[name]


def _blocks(section: Section) -> Iterable[str]:
    """The paragraphs of a section; steps are numbered, code belongs to the step before it."""
    if section.name is SectionName.ENVIRONMENT:
        return ["\n".join(f"- {escape(each.text)}" for each in section.statements)]
    number = 0
    blocks = []
    for each in section.statements:
        if each.kind is StatementKind.STEP:
            number += 1
            blocks.append(f"{number}. {escape(each.text)}")
        elif number:
            blocks.append(_indented(_block(each), "   "))
        else:
            blocks.append(_block(each))
    return blocks


def _block(each: Statement) -> str:
    return fenced(each.text) if each.kind is StatementKind.CODE else escape(each.text)


def fenced(code: str) -> str:
    """A code block whose fence is longer than any inside it."""
    longest = max((len(run) for run in re.findall(r"`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{code}\n{fence}"


def _indented(block: str, by: str) -> str:
    return "\n".join(by + line if line else line for line in block.split("\n"))


def escape(text: str) -> str:
    """Markdown that shows `text` as it is; spans in backticks stay code."""
    pieces, last = [], 0
    for span in CODE_SPAN.finditer(text):
        pieces += [_escaped(text[last : span.start()]), span[0]]
        last = span.end()
    escaped = "".join([*pieces, _escaped(text[last:])])
    return LINE_START.sub(_at_line_start, escaped)


def _escaped(text: str) -> str:
    return SPECIAL.sub(lambda match: f"\\{match[0]}", text)


def _at_line_start(match: re.Match[str]) -> str:
    mark = match[2]
    return f"{match[1]}{mark}\\" if mark.isdigit() else f"{match[1]}\\{mark}"
