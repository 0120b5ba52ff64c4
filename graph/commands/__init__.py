"""What commands do without a run: on a folder, a log, a deployment, a commit."""
