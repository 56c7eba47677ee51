"""Where the dbt project is, for Dagster.

Belongs here: what Dagster needs to know of the project before it can define the models' assets.
"""

from __future__ import annotations

from dagster_dbt import DbtProject

from orchestration.warehouse.dbt_process import DBT_PROJECT

dbt_project = DbtProject(project_dir=DBT_PROJECT, profiles_dir=DBT_PROJECT)
