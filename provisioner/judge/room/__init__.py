"""What runs inside the sandbox: the proctor, and the candidate process it forks for each suite.

Nothing here is trusted with an answer. The tests that arrive have their expected values cut out;
the examiner outside keeps them and decides. Imported relatively, under the name ``room``.
"""
