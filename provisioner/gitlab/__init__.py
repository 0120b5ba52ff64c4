"""GitLab: pipelines of a commit, their jobs and traces."""
