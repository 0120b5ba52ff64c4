"""GitHub: workflow runs, their jobs and logs, pull requests."""
