"""What may be wrong with a translation. Without Django."""

from webapp.workspace.checks.finding import Finding, Severity
from webapp.workspace.checks.run import checks_run

__all__ = ["Finding", "Severity", "checks_run"]
