"""What checkpoints hold."""

from __future__ import annotations

from graph.run.checkpoints import ChecksumSerializer
from ledger.errors import RunLocked


def test_of_an_error_that_ended_a_step_its_text_is_kept() -> None:
    serializer = ChecksumSerializer()
    error = RunLocked("orders", pid=7, host="here", run_id="r")
    assert serializer.loads_typed(serializer.dumps_typed(error)) == repr(error)
