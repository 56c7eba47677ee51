"""The pages of docs/ and at the root match the code they describe, and their links work."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import yaml

from orchestration import __version__
from orchestration.loading.rules.rule_files import read_suite
from orchestration.loading.rules.verdict import Consequence
from orchestration.marts.catalog import catalog
from orchestration.marts.manifest import UNITS
from orchestration.marts.source_page import with_lists
from orchestration.settings import PROJECT_ROOT, Settings

DOCS = PROJECT_ROOT / "docs"
PAGES = sorted(
    str(path.relative_to(PROJECT_ROOT))
    for folder, sign in ((PROJECT_ROOT, "*.md"), (DOCS, "**/*.md"))
    for path in folder.glob(sign)
)
GENERATED = ("use/dictionary.md", "measured/guard.md", "measured/benchmarks.md", "measured/stress_validation.md")
WRITTEN = [page for page in PAGES if not page.endswith(GENERATED)]
CODE = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted((PROJECT_ROOT / "orchestration").rglob("*.py"))]
SUITES = [path.name for path in sorted((PROJECT_ROOT / "expectations").iterdir()) if path.is_dir()]
RULES = "\n".join(rule.name for suite in SUITES for rule in read_suite(suite).rules)


def _text(path: Path) -> str:
    """The text of a page, without blocks of code."""
    return re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


def _page(name: str) -> str:
    return _text(DOCS / name)


def _anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", _text(path), flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def _rows(page: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in page.splitlines() if line[:2] == "| "]


def _quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_every_setting_is_on_the_page_with_its_default() -> None:
    reported = {_quoted(row[0])[0]: row[1].strip("`") for row in _rows(_page("operate/settings.md")) if _quoted(row[0])}
    expected = {}
    for name, field in Settings.model_fields.items():
        # One setting for each base address that a publisher's module has.
        suffix = "<NAME>_URL" if name == "base_urls" else name.upper()
        variable = str(field.validation_alias or f"TIDEMARK_{suffix}")
        default = f"./{field.default.name}" if isinstance(field.default, Path) else str(field.default)
        expected[variable] = "none" if field.default is None or field.default_factory else default
    assert reported == expected


def test_every_error_class_is_in_the_runbook() -> None:
    classes = [node for tree in CODE for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    errors = {node.name for node in classes if node.name.endswith("Error") and not node.name.startswith("_")}
    assert len(errors) > 10
    assert errors - set(_quoted(_page("operate/runbook.md"))) == set()


def test_every_message_in_the_runbook_is_in_the_code() -> None:
    said = {node.value for tree in CODE for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    texts = "\n".join(text for text in said if isinstance(text, str)) + RULES
    messages, _, _ = _page("operate/runbook.md").partition("### Without a message")
    quotes = [
        quote
        for row in _rows(messages[messages.index("## Messages") :])
        for quote in _quoted(row[0])
        if not re.fullmatch(r"\w+Error", quote)
    ]
    assert len(quotes) > 40
    parts = [part.strip() for quote in quotes for part in quote.split("...")]
    assert [part for part in parts if part not in texts] == []


def test_the_runbook_names_every_consequence_of_a_check() -> None:
    page = _page("operate/runbook.md")
    words = {
        Consequence.STOPS: "readers keep the previous snapshot",
        Consequence.REFUSES: "ledger `refused`",
        Consequence.HOLDS_BACK: "the rows in `quarantine.<table>`",
        Consequence.REPORTS: "passed; a warning",
        Consequence.ACCEPTED: "that `corrections.csv` accepts",
    }
    assert [consequence for consequence in Consequence if words[consequence] not in page] == []


def test_the_lists_of_the_page_of_sources_are_fresh() -> None:
    page = (DOCS / "use" / "data_sources.md").read_text(encoding="utf-8")
    assert with_lists(page) == page, "run `make docs`"


def test_every_source_of_raw_names_publishers_and_licence() -> None:
    tables = {source.table: source for mart in catalog().marts for source in mart.sources}
    figures = {name: source for name, source in tables.items() if name not in ("documents", "knowledge_cutoff")}
    assert [name for name, source in figures.items() if not source.publishers or source.licence == "unknown"] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_a_page_works(page: str) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", _text(PROJECT_ROOT / page)):
        path, _, anchor = link.partition("#")
        if "://" in link:
            continue
        target = (PROJECT_ROOT / page).parent / path if path else PROJECT_ROOT / page
        assert target.exists(), link
        assert not anchor or anchor in _anchors(target), link


@pytest.mark.parametrize("page", WRITTEN)
def test_every_path_on_a_page_exists(page: str) -> None:
    paths = {
        quote.rstrip("/")
        for quote in _quoted(_text(PROJECT_ROOT / page))
        if re.match(r"(?:orchestration|dbt_project|expectations|tests|docs|requirements)/", quote)
        and not re.search(r"[<*]|\.\.\.", quote)
    }
    assert [path for path in sorted(paths) if not (PROJECT_ROOT / path).exists()] == []


def test_the_site_has_every_page_in_its_navigation() -> None:
    site = yaml.safe_load((PROJECT_ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    listed = re.findall(r"[\w/]+\.md", str(site["nav"]))
    assert sorted(f"docs/{page}" for page in listed) == [page for page in PAGES if page.startswith("docs/")]


def test_every_unit_of_a_column_name_is_on_the_page_of_names() -> None:
    reported = re.findall(r"`_(\w+)`", _page("names.md").partition("## Columns")[2].partition("## Code")[0])
    assert set(UNITS) - set(reported) == set()


def test_the_readme_is_short() -> None:
    assert len((PROJECT_ROOT / "README.md").read_text(encoding="utf-8").splitlines()) < 120


def test_the_citation_has_the_version_of_the_package() -> None:
    citation = yaml.safe_load((PROJECT_ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert (citation["version"], citation["license"]) == (__version__, "Apache-2.0")
