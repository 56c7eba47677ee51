"""Locates the dbt project for Dagster.

Belongs here: what Dagster needs from the project before it can define the models' assets.
"""

from __future__ import annotations

from dagster_dbt import DbtProject

from orchestration.warehouse.dbt_process import DBT_PROJECT

dbt_project = DbtProject(project_dir=DBT_PROJECT, profiles_dir=DBT_PROJECT)
