"""Diagnosis of failures: the root cause named from a log, with the line that proves it.

A log is read once (``lines``); lines that hold a literal of a pattern are tried against it
(``patterns``, ``scan``), with the step and the section that they stand in (``structure``);
``ranking`` chooses the cause, ``targets`` reads what to act on, ``actions`` says what is done, and
``learned`` what earlier runs found out.
"""
