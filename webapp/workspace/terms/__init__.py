"""Terms. Here and in index, stems and use without Django: what occurs in a text, and
how a translation treats it. In selectors, services and glossary: a team's terms."""

from webapp.workspace.terms.use import Status, TermHit, TermUse, term_use, term_uses

__all__ = ["Status", "TermHit", "TermUse", "term_use", "term_uses"]
