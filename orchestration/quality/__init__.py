"""What a good load looks like is data, in `expectations/`; here it is held against the rows of a load.

Belongs here: running the suites, and telling a person which rule was broken by which rows of which document.
Does not belong here: the rules themselves, and checks on models (those are dbt tests).
"""

from orchestration.quality.suites import RuleResult, SuiteResult, check

__all__ = ["RuleResult", "SuiteResult", "check"]
