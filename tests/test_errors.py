from harness.errors import Fault, MissingExtraError, MissingKeyError, SuiteError, UnknownNameError


def test_faults_are_listed_all_at_once_in_file_order() -> None:
    late = Fault(file="b.suite.yaml", line=3, column=5, key="cases[0].id", message="expected a text")
    early = Fault(file="a.suite.yaml", line=0, column=0, key="", message="is empty")

    text = str(SuiteError((late, early)))

    assert text.splitlines() == [
        "2 faults in the suite files; no call was placed:",
        "  a.suite.yaml: is empty",
        "  b.suite.yaml:3:5: cases[0].id: expected a text",
    ]


def test_an_unknown_name_suggests_the_nearest_or_lists_all() -> None:
    near = UnknownNameError(kind="persona", name="ana", known=("anna", "bruno"))
    far = UnknownNameError(kind="persona", name="zzz", known=("bruno", "anna"))

    assert str(near) == "unknown persona 'ana'. Did you mean 'anna'?"
    assert str(far) == "unknown persona 'zzz'. Known: anna, bruno."


def test_what_is_missing_names_the_command_or_variable_that_mends_it() -> None:
    assert "pip install 'voipbin-harness[openai]'" in str(
        MissingExtraError(what="engine_model openai.gpt-4o", package="openai", extra="openai")
    )
    assert "OPENAI_API_KEY" in str(MissingKeyError(what="engine_model openai.gpt-4o", variable="OPENAI_API_KEY"))
