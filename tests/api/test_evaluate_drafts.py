"""`kb evaluate-drafts`: figures on stdout, an exit status that means something."""

import json
from pathlib import Path

from click.testing import CliRunner

from api.cli import main

THREAD = {
    "title": "Printer beeps",
    "lang": "en",
    "messages": [
        {"role": "requester", "text": "The printer beeps and stops after every page."},
        {
            "role": "helper",
            "text": "Open the rear flap and remove the paper dust.",
            "accepted_solution": True,
        },
    ],
}


def test_prints_the_figures_as_json(tmp_path: Path) -> None:
    file = tmp_path / "threads.jsonl"
    file.write_text(json.dumps(THREAD) + "\n", encoding="utf-8")

    result = CliRunner().invoke(main, ["evaluate-drafts", str(file), "--json"])

    assert result.exit_code == 0, result.output
    report = json.loads(result.output)
    assert (report["threads"], report["drafted"], report["refused"]) == (1, 1, {})
    assert (report["main_step_coverage"], report["evidence_coverage"]) == (1.0, 1.0)


def test_prints_a_table_with_the_reasons_of_refusal(tmp_path: Path) -> None:
    thin = {**THREAD, "messages": [{"role": "helper", "text": "Fixed.", "accepted_solution": True}]}
    file = tmp_path / "threads.jsonl"
    file.write_text(json.dumps(thin), encoding="utf-8")

    result = CliRunner().invoke(main, ["evaluate-drafts", str(file)])

    assert result.exit_code == 0
    assert "1 (1 only_the_outcome)" in result.output


def test_a_wrong_line_ends_it_with_its_number(tmp_path: Path) -> None:
    file = tmp_path / "threads.jsonl"
    file.write_text("{}", encoding="utf-8")

    result = CliRunner().invoke(main, ["evaluate-drafts", str(file)])

    assert result.exit_code == 1
    assert "line 1 is no thread" in result.output
