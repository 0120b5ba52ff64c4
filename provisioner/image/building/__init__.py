"""How a feature's images are built: the docker command, the Dockerfile, why a build failed."""
