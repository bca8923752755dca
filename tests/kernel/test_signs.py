"""What cannot stand on paper is left out of a text, and nothing else."""

from ricomi_workflow.kernel.text import printable


def test_controls_and_no_characters_are_left_out() -> None:
    assert printable("a\x00b\x07c\x0bd\x1be\x85f\ud800g\uffffh\ufffe") == "abcdefgh"


def test_line_ends_letters_and_signs_of_any_script_stay() -> None:
    text = "uno\r\n\tdois é 日本 😀 عرب \u200d"
    assert printable(text) == text
