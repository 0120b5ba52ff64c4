from pathlib import Path

from provisioner.feature.scaffold import (
    ScaffoldPlan,
    feature_folder,
    plan_scaffold,
    read_existing,
    read_template,
    template_dir,
)
from provisioner.files.atomic import atomic_write_all


def write_scaffold(workspace: Path, feature: str) -> ScaffoldPlan:
    """Write the files that a feature's folder still needs."""
    folder, template = feature_folder(workspace, feature), read_template(template_dir())
    plan = plan_scaffold(feature, template, read_existing(workspace, folder, template))
    atomic_write_all({folder / name: data for name, data in plan.files.items()})
    return plan
