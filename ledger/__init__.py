"""What has happened: runs, calls, effects and costs, in one database."""
