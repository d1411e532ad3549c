import pytest

from harness.errors import ConfigurationError
from harness.voipbin.hashes import bare, prefixed


@pytest.mark.parametrize("spelled", ["0a1b2c3d4e5f", "direct.0a1b2c3d4e5f", " Direct.0A1B2C3D4E5F\n"])
def test_both_spellings_are_the_same_hash(spelled: str) -> None:
    assert bare(spelled) == "0a1b2c3d4e5f"
    assert prefixed(spelled) == "direct.0a1b2c3d4e5f"


@pytest.mark.parametrize("spelled", ["", "direct.", "0a1b2c3d4e5", "vb_planted-key"], ids=str)
def test_something_else_is_refused_and_not_repeated(spelled: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        prefixed(spelled)
    assert "12 hexadecimal digits" in str(caught.value)
    assert "planted" not in str(caught.value)
