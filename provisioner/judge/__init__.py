"""Green is a fact: runs tests against code in the sandbox and says what happened."""
