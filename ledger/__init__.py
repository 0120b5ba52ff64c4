"""The record of runs, calls, effects and costs, in one database."""
