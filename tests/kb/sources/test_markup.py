import pytest

from kb.sources import markup


class TestHtml:
    def test_keeps_code_as_it_is(self) -> None:
        html = '<p>Run</p><pre><code class="language-bash">a &amp;&amp; b_c *.local\n</code></pre>'

        assert markup.from_html(html) == "Run\n\n```bash\na && b_c *.local\n```"

    def test_identifiers_are_not_escaped(self) -> None:
        assert markup.from_html("<p>HKEY_LOCAL_MACHINE\\A *.local</p>") == (
            "HKEY_LOCAL_MACHINE\\A *.local"
        )

    def test_scripts_and_script_links_go(self) -> None:
        html = "<script>alert(1)</script><a href='javascript:alert(1)'>here</a> you are"

        assert markup.from_html(html) == "here you are"

    def test_ends_at_the_signature_and_the_quoted_mail(self) -> None:
        signature = (
            '<div>Fixed.<span class="js-signatureMarker"></span><div>Bob, Phone 1</div></div>'
        )
        quoted = '<div>Fixed.</div><div class="gmail_quote">On Monday … wrote: old</div>'

        assert markup.from_html(signature) == "Fixed."
        assert markup.from_html(quoted) == "Fixed."

    def test_a_message_that_is_only_a_quotation_stays(self) -> None:
        assert "old" in markup.from_html('<blockquote type="cite">old</blockquote>')


class TestOwnWords:
    @pytest.mark.parametrize(
        "tail",
        [
            "-- \nBob\nPhone 1",
            "On Mon, Jan 5, 2026 at 9:00 AM Alice <a@b.example> wrote:\n> old",
            "Am 05.01.2026 um 09:00 schrieb Alice:\n> alt",
            "Op ma 5 jan 2026 om 09:00 schreef Alice:\n> oud",
            "-----Original Message-----\nFrom: Alice",
            "-----Ursprüngliche Nachricht-----\nVon: Alice",
            "Von: Alice\nGesendet: Montag\nAn: Bob\nBetreff: x\n\nalt",
            "> old\n> older",
        ],
    )
    def test_signature_and_quoted_mail_go(self, tail: str) -> None:
        assert markup.own_words(f"Restart the spooler.\n\n{tail}") == "Restart the spooler."

    def test_code_is_neither(self) -> None:
        text = "Apply:\n\n```diff\n-- \n> a\nFrom: x\nSent: y\n```"

        assert markup.own_words(text) == text

    def test_a_sentence_beginning_like_a_head_stays(self) -> None:
        text = "From: is missing in the form.\nPlease fix it."

        assert markup.own_words(text) == text


class TestAdf:
    def test_blocks_and_marks(self) -> None:
        document = {
            "type": "doc",
            "version": 1,
            "content": [
                {"type": "heading", "attrs": {"level": 2}, "content": [text("Cause")]},
                {"type": "paragraph", "content": [text("The "), text("spooler", "strong")]},
                {
                    "type": "codeBlock",
                    "attrs": {"language": "powershell"},
                    "content": [text("Restart-Service Spooler")],
                },
                {
                    "type": "orderedList",
                    "content": [
                        {"type": "listItem", "content": [paragraph("Stop")]},
                        {"type": "listItem", "content": [paragraph("Start")]},
                    ],
                },
            ],
        }

        assert markup.from_adf(document) == (
            "## Cause\n\nThe **spooler**\n\n```powershell\nRestart-Service Spooler\n```\n\n"
            "1. Stop\n2. Start"
        )

    def test_tables(self) -> None:
        cell = {"type": "tableCell", "content": [paragraph("a|b")]}
        table = {"type": "table", "content": [{"type": "tableRow", "content": [cell, cell]}]}

        assert markup.from_adf({"type": "doc", "content": [table]}) == (
            "| a\\|b | a\\|b |\n| --- | --- |"
        )

    def test_what_is_unknown_keeps_its_text(self) -> None:
        new = {"type": "novelty", "content": [{"type": "odd", "content": [paragraph("kept")]}]}

        assert markup.from_adf({"type": "doc", "content": [new]}) == "kept"

    @pytest.mark.parametrize("given", [None, {}, {"type": "doc"}, 7, {"content": "x"}])
    def test_nothing_is_nothing(self, given: object) -> None:
        assert markup.from_adf(given) == ""

    def test_deep_nesting_ends(self) -> None:
        node: dict[str, object] = paragraph("deep")
        for _ in range(5_000):
            node = {"type": "panel", "content": [node]}

        assert markup.from_adf(node) == ""


def text(value: str, mark: str | None = None) -> dict[str, object]:
    node: dict[str, object] = {"type": "text", "text": value}
    return node | ({"marks": [{"type": mark}]} if mark else {})


def paragraph(value: str) -> dict[str, object]:
    return {"type": "paragraph", "content": [text(value)]}


def test_textile() -> None:
    given = (
        'h2. Cause\n\n* one\n** two\n# first\n\n<pre><code class="sql">a * b @c@\n</code></pre> @x@'
    )

    assert markup.from_textile(given) == (
        "## Cause\n\n- one\n  - two\n1. first\n\n```sql\na * b @c@\n```\n `x`"
    )


def test_wiki() -> None:
    given = "h1. Cause\n{code:sql}\na *b* c\n{code}\nSee [here|https://x.example/a], {{cmd}} *now*"

    assert markup.from_wiki(given) == (
        "# Cause\n\n```sql\na *b* c\n```\n\nSee [here](https://x.example/a), `cmd` **now**"
    )
