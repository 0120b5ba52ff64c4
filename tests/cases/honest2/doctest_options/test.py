"""
>>> from main import Table
>>> t = Table([("ann", 3), ("bob", 12)])
>>> t  # doctest: +ELLIPSIS
<Table 2 rows at 0x...>
>>> t.show()  # doctest: +NORMALIZE_WHITESPACE
ann 3
bob 12
>>> t.best()
('bob', 12)
>>> Table([]).best()
Traceback (most recent call last):
    ...
LookupError: the table is empty: nothing to choose from
>>> Table([]).best()  # doctest: +IGNORE_EXCEPTION_DETAIL
Traceback (most recent call last):
LookupError: whatever
>>> t.rows[0][1] / 7  # doctest: +ELLIPSIS
0.428...
>>> Table([]).show()
>>> 1 / 0  # doctest: +SKIP
"""

if __name__ == "__main__":
    import doctest
    import sys

    failed, _ = doctest.testmod()
    sys.exit(1 if failed else 0)
