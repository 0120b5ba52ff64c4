"""The runners: pytest, unittest, and suites that need neither."""
