"""When sound that came over the network is played."""

from harness.simulator.server.media import UNPLAYED_FRAMES, Playout


def played(playout: Playout, ticks: int) -> str:
    """Return what each tick gives, as letters; a dot is nothing."""
    return "".join((given.decode() if (given := playout.next()) else ".") for _ in range(ticks))


def test_sound_begins_when_enough_of_it_waits() -> None:
    playout = Playout()
    playout.put(b"a")
    assert played(playout, 1) == "."
    playout.put(b"b")
    assert played(playout, 1) == "."
    playout.put(b"c")
    assert played(playout, 5) == "abc.."


def test_sound_shorter_than_the_prefill_is_played_all_the_same() -> None:
    playout = Playout()
    playout.put(b"a")
    assert played(playout, 6) == "...a.."


def test_sound_that_runs_dry_waits_again_before_it_goes_on() -> None:
    playout = Playout()
    for letter in (b"a", b"b", b"c"):
        playout.put(letter)
    assert played(playout, 4) == "abc."
    playout.put(b"d")
    assert played(playout, 1) == "."
    playout.put(b"e")
    playout.put(b"f")
    assert played(playout, 4) == "def."


def test_far_too_much_sound_is_lost_at_its_end() -> None:
    playout = Playout()
    for _ in range(UNPLAYED_FRAMES + 10):
        playout.put(b"a")
    assert played(playout, UNPLAYED_FRAMES + 1) == "a" * UNPLAYED_FRAMES + "."
