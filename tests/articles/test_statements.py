from articles import markdown, statements
from articles.ports import Draft, Section, SectionName, Statement, StatementKind


def test_finds_the_statements_of_a_draft_again() -> None:
    sentences = (r"It fails in C:\temp\_a with 0x8007_0005, e.g. *twice*.", "Why? Nobody knows.")
    issue = Section(SectionName.ISSUE, tuple(Statement(text, ()) for text in sentences))
    how = Section(
        SectionName.RESOLUTION,
        (
            Statement("Run `a_b` in <folder>:", (), StatementKind.STEP),
            Statement("a  b\n  c", (), StatementKind.CODE),
        ),
    )
    draft = Draft("T", "de", (issue, how))
    known = [statement.text for section in draft.sections for statement in section.statements]

    pieces = statements.split(markdown.to_markdown(draft), known)

    assert [(piece.section, piece.kind.value, piece.text) for piece in pieces] == [
        ("issue", "sentence", sentences[0]),
        ("issue", "sentence", sentences[1]),
        ("resolution", "step", "Run a_b in <folder>:"),
        ("resolution", "code", "a  b\n  c"),
    ]
