import doctest
import main
result = doctest.testmod(main)
assert result.attempted > 0
assert result.failed == 0
assert main.rev("abc") == "cba"
