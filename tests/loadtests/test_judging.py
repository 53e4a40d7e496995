"""Gates are judged by what was measured in windows, and say what they found."""

from __future__ import annotations

from loadtests.gates.judging import (
    ALL,
    Answers,
    Gate,
    Verdict,
    Window,
    from_documents,
    judge,
    rows,
    silence,
)


def window(seconds: float = 10, errors: int = 0, **milliseconds: list[float]) -> Window:
    return Window(seconds, {name: Answers(took, errors) for name, took in milliseconds.items()})


def test_a_window_that_was_disturbed_does_not_miss_a_gate_alone() -> None:
    windows = [window(state=[10]), window(state=[900]), window(state=[12])]
    found = judge(Gate("p95", "<", 20, "state"), windows, "median")
    assert (found.value, found.met) == (12, True)


def test_a_gate_is_missed_in_most_windows_and_says_value_and_aim() -> None:
    windows = [window(state=[10]), window(state=[23.44]), window(state=[25])]
    found = judge(Gate("p95", "<", 20, "state"), windows, "median")
    assert not found.met
    assert found.sentence == "state: p95 is 23.4 ms, has to be < 20 ms"


def test_the_best_window_counts_where_that_is_wanted_whichever_way_is_better() -> None:
    windows = [window(state=[10] * 30), window(state=[90] * 10)]
    assert judge(Gate("p95", "<", 20, "state"), windows, "best").value == 10
    assert judge(Gate("a second", "≥", 3), windows, "best").value == 3
    assert judge(Gate("a second", "≥", 3), windows, "median").value == 2


def test_on_a_slower_machine_answers_may_take_longer_and_errors_are_as_many() -> None:
    windows = [window(state=[39], errors=1)]
    assert judge(Gate("p95", "<", 20, "state"), windows, "best", slowness=2).met
    assert not judge(Gate("p95", "<", 20, "state"), windows, "best", slowness=1.9).met
    assert not judge(Gate("errors %", "<", 1), windows, "best", slowness=2).met


def test_an_aim_that_is_just_reached_is_missed_where_it_has_to_be_below_it() -> None:
    assert not judge(Gate("p95", "<", 20, "state"), [window(state=[20])], "median").met
    assert judge(Gate("a second", "≥", 500), [window(1, state=[1] * 500)], "median").met


def test_errors_count_in_every_window_even_in_the_best() -> None:
    windows = [window(state=[1] * 99), window(errors=2, state=[1] * 101)]
    found = judge(Gate("errors %", "<", 1), windows, "best")
    assert (found.value, found.met) == (1, False)


def test_a_site_that_falls_silent_is_missed_and_is_not_as_fast_as_before() -> None:
    windows = [window(state=[10] * 30), Window(10), Window(10)]
    assert silence(windows).value == 2
    assert not silence(windows).met
    assert silence(windows[:1]).met
    assert judge(Gate("a second", "≥", 3), windows, "median").value == 0


def test_what_was_never_asked_for_is_missed() -> None:
    found = judge(Gate("p95", "<", 20, "state"), [window(timeline=[1])], "best")
    assert not found.met
    assert found.sentence == "state: p95 no request was measured, has to be < 20 ms"


def test_all_requests_are_judged_together() -> None:
    windows = [window(1, state=[1] * 300, timeline=[60] * 200)]
    assert judge(Gate("a second", "≥", 500), windows, "median").value == 500
    assert judge(Gate("p95", "<", 50), windows, "median").value == 60


def test_the_table_sets_each_request_beside_its_gates() -> None:
    windows = [window(10, state=[10] * 50, timeline=[30] * 20)]
    gates = [
        Gate("p95", "<", 20, "state"),
        Gate("p95", "<", 20, "timeline"),
        Gate("p99", "<", 50, "timeline"),
    ]
    state, timeline, everything = rows(
        windows, [judge(gate, windows, "median") for gate in gates], "median"
    )
    assert state == {
        "request": "state",
        "count": 50,
        "a second": 5,
        "p50 ms": 10,
        "p95 ms": 10,
        "p99 ms": 10,
        "errors": 0,
        "gate": "p95 < 20 ms",
        "": "met",
    }
    assert (timeline["gate"], timeline[""]) == ("p95 < 20 ms, p99 < 50 ms", "MISSED")
    assert (everything["request"], everything["count"], everything[""]) == (ALL, 70, "")


def test_verdicts_are_the_same_after_they_were_kept() -> None:
    verdicts = [Verdict("events", "lost", 0, "≤", 0), Verdict("a", "p95", None, "<", 20, " ms")]
    assert from_documents([each.document() for each in verdicts]) == verdicts
    assert [each.document()["met"] for each in verdicts] == [True, False]
