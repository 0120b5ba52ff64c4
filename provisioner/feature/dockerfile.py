"""The Dockerfile of a feature, rendered from feature-config.yaml: dependencies, then sources.

Its two stages are also built alone, as the dependency image and the final image.
"""

from __future__ import annotations

import json
import re

from provisioner.feature.feature_config import FeatureConfig

#: The program in the context of a build, where this machine has one for the image's platform.
UV = "uv"
#: The ids of a build's secrets. `index` holds variables of uv and pip, a line each, quoted for sh.
CA_BUNDLE, INDEX = "ca-bundle", "index"
#: The label of the stage that a builder without mounts needs: the build that it belongs to.
BUILD_STAGE = "ai-assisted-deploy.build-stage"
#: Where a volume for the service's data belongs; nobody else may write to a container's files.
DATA_DIR = "/data"

_SETTINGS = """\
    if [ -f {secrets}/ca-bundle ]; then \\
        export SSL_CERT_FILE={secrets}/ca-bundle PIP_CERT={secrets}/ca-bundle; fi \\
    && if [ -f {secrets}/index ]; then set -a && . {secrets}/index && set +a; fi \\
    && """
_UV = """\
python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore \\
        --no-compile --upgrade --target /opt/uv uv"""
_HAS_UV = "/opt/uv/bin/uv --version >/dev/null 2>&1"
# Bytecode not by uv: it would run what packages put into .pth files, beside the index's passwords.
_ENVIRONMENT = """\
/opt/uv/bin/uv venv --quiet --python "$(command -v python3)" /opt/venv \\
    && /opt/uv/bin/uv pip sync --python /opt/venv/bin/python --link-mode copy \\
        --no-build --allow-empty-requirements {lock} \\
    && {{ python3 -I -S -m compileall -q -j 0 /opt/venv/lib || true; }}"""
_SECRETS = "--mount=type=secret,id=ca-bundle --mount=type=secret,id=index"

_WITH_MOUNTS = """\
# uv, in a stage of its own: it is kept until the base image changes.
FROM {base} AS uv
{copy_uv}RUN --mount=type=cache,id=ai-assisted-deploy-pip,target=/root/.cache/pip \\
    {secrets} \\
{settings}{uv}

# The packages of requirements.lock: kept until that file changes. Certificates and the index of
# the host come as secrets and are in no layer.
FROM {base} AS dependencies
{packages}RUN --mount=type=bind,from=uv,source=/opt/uv,target=/opt/uv \\
    --mount=type=bind,source=requirements.lock,target=/opt/requirements.lock \\
    --mount=type=cache,id=ai-assisted-deploy-uv,target=/root/.cache/uv \\
    {secrets} \\
{settings}{environment} \\
    && install -d -o 65534 -g 65534 {data}
"""
_WITHOUT_MOUNTS = """\
FROM {base} AS build
{label}{copy_uv}COPY . /opt/build/
RUN \\
{settings}{uv} \\
    && {environment}

FROM {base} AS dependencies
{packages}COPY --from=build /opt/venv /opt/venv
RUN install -d -o 65534 -g 65534 {data}
"""
_PACKAGES = """\
RUN {mount}apt-get update -qq{options} \\
    && apt-get install -y -qq --no-install-recommends{options} {names} \\
    && rm -rf /var/lib/apt/lists/*
"""
_ENV = """\
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 DATA_DIR={data}
"""

_SERVICE = """\
FROM {start}
ENV FEATURE={feature}
{env}LABEL org.opencontainers.image.title="{feature}"
USER 65534:65534
EXPOSE {port}
HEALTHCHECK --interval=10s --timeout=5s --start-period={startup}s --retries=3 \\
    CMD {health}
CMD {command}
COPY {sources} .
"""


def render_dockerfile(config: FeatureConfig) -> str:
    """Render the whole file, for BuildKit; the image's own REVISION comes with the deployment."""
    return f"{dependency_stage(config)}\n{service_stage(config, 'dependencies')}"


def dependency_stage(
    config: FeatureConfig, *, mounts: bool = True, with_uv: bool = False, stage: str = ""
) -> str:
    """Render what the dependency image is built from; `with_uv`, the program is in the context.

    Without `mounts`, for a builder that has none, the host's settings are files of the context and
    stay in a stage that is thrown away; `stage` names it, so that what is left of it is found.
    """
    secrets = "/run/secrets" if mounts else "/opt/build"
    packages = ""
    if config.image.packages:
        packages = _PACKAGES.format(
            mount="--mount=type=secret,id=ca-bundle " if mounts else "",
            options=" \\\n        -o Acquire::https::CAInfo=/run/secrets/ca-bundle"
            if mounts
            else "",
            names=" ".join(sorted(config.image.packages)),
        )
    template = _WITH_MOUNTS if mounts else _WITHOUT_MOUNTS
    return template.format(
        base=config.base_image,
        packages=packages,
        secrets=_SECRETS,
        settings=_SETTINGS.format(secrets=secrets),
        copy_uv=f"COPY {UV} /opt/uv/bin/\n" if with_uv else "",
        uv=f"{_HAS_UV} || {_UV}" if with_uv else _UV,
        environment=_ENVIRONMENT.format(
            lock="/opt/requirements.lock" if mounts else "/opt/build/requirements.lock"
        ),
        label=f'LABEL {BUILD_STAGE}="{stage}"\n' if stage else "",
        data=DATA_DIR,
    ) + _ENV.format(data=DATA_DIR)


def service_stage(config: FeatureConfig, start: str, sources: str = ".") -> str:
    """Render what the final image is built from: the folder `sources`, last, on `start`."""
    env = config.service.env.items()
    url = f"http://127.0.0.1:{config.service.port}{config.service.health_path}"
    health = f"import urllib.request; urllib.request.urlopen({url!r}, timeout=4)"
    command = [
        *("/opt/venv/bin/python", "-m", "uvicorn", "service:app", "--host", "0.0.0.0"),
        *("--port", str(config.service.port)),
        *("--timeout-graceful-shutdown", str(config.timeouts.stop_seconds)),
    ]
    return _SERVICE.format(
        start=start,
        feature=config.feature,
        env="".join(f"ENV {name}={_quoted(one)}\n" for name, one in env if isinstance(one, str)),
        port=config.service.port,
        startup=config.timeouts.startup_seconds,
        health=json.dumps(["/opt/venv/bin/python", "-c", health]),
        command=json.dumps(command),
        sources=sources,
    )


def _quoted(value: str) -> str:
    """A value of ENV: in double quotes, where \\, \" and $ have a meaning of their own."""
    return '"' + re.sub(r'([\\"$])', r"\\\1", value) + '"'
