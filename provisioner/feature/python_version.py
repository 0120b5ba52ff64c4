"""The Python that a feature asks for, against the one that runs features here: the tool's own."""

from __future__ import annotations

from sysconfig import get_python_version

from provisioner.errors import FeatureConfigInvalid
from provisioner.feature.feature_config import FILE_NAME, read_feature_config
from provisioner.feature.uv import Uv


async def check_python(config: bytes, uv: Uv) -> None:
    """Raise FeatureConfigInvalid where feature-config.yaml asks for another Python."""
    wanted, own = read_feature_config(config).python.version, get_python_version()
    if wanted == own:
        return
    found = await uv.find_python(wanted)
    where = f"found at {found}" if found else "not on this machine: install it first"
    raise FeatureConfigInvalid(
        f"{FILE_NAME} asks for Python {wanted}, and features run with this tool's own, {own}",
        evidence=(f"Python {wanted}: {where}",),
        next_step=f"install the tool with Python {wanted} (`uv tool install --python {wanted} …`, "
        f'or `make PYTHON=python{wanted}` in a clone), or write version: "{own}"',
    )
