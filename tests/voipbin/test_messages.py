from harness.voipbin.messages import platform_prompt, system_messages


def test_platform_prompt_comes_before_the_customers() -> None:
    assert system_messages("You sell tea.") == (platform_prompt(), "You sell tea.")


def test_message_without_content_is_dropped() -> None:
    assert system_messages("  ") == (platform_prompt(),)


def test_parameter_comes_third_as_json_when_there_is_any() -> None:
    assert system_messages("You sell tea.", parameter={"shop": "Köln"})[2:] == ('{"shop": "Köln"}',)
    assert len(system_messages("You sell tea.", parameter={})) == 2


def test_platform_prompt_tells_how_to_read_a_key_press_and_not_to_invent() -> None:
    assert "DTMF_EVENT" in platform_prompt()
    assert "Do not invent" in platform_prompt()
