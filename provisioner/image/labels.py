"""Labels of images and containers: everything that is left in an engine is found by them."""

from __future__ import annotations

#: What it is: "environment" (a dependency image), "image", "container", "sandbox".
KIND = "ai-assisted-deploy"
FEATURE = f"{KIND}.feature"
RUN = f"{KIND}.run"
PLATFORM = f"{KIND}.platform"
ENV_KEY = f"{KIND}.env_key"
SRC_KEY = f"{KIND}.src_key"
#: JSON, digest by name: the source files of an image; what a dependency image was made from.
SOURCES = f"{KIND}.sources"
PARTS = f"{KIND}.parts"

ENVIRONMENT, IMAGE = "environment", "image"
#: Repositories of the two kinds; tags are keys, with the feature's name for a final image.
REPOSITORIES = {ENVIRONMENT: f"{KIND}/environment", IMAGE: f"{KIND}/service"}
