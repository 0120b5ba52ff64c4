import unittest
from main import caesar
tc = unittest.TestCase()
check = tc.assertEqual
check(caesar("abc", 1), "bcd")
check(caesar("xyz", 3), "abc")
check(caesar("Hello, World!", 5), "Mjqqt, Btwqi!")
print("all good")
