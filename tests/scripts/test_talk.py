"""Long steps show that they go on; failed ones show their last words."""


def test_a_step_is_announced_and_its_own_talk_kept_back(sh) -> None:
    done = sh("watched 'making hay' echo plenty")
    assert done.stdout == ""
    assert done.stderr == "making hay …\nmaking hay: done in 0 s\n"


def test_a_failed_step_keeps_its_status_and_shows_its_last_words(sh) -> None:
    done = sh("watched 'making hay' sh -c 'echo first; echo it rains >&2; exit 7' || echo status $?")
    assert done.stdout == "status 7\n"
    assert "making hay: failed\nfirst\nit rains\n" in done.stderr


def test_a_failed_step_shows_no_flood(sh) -> None:
    done = sh("watched 'counting' sh -c 'seq 5000; exit 1' || :")
    assert done.stderr.splitlines()[2] == "4981"


def test_a_step_ends_with_the_script_that_is_interrupted(sh, tmp_path) -> None:
    """The signal comes to the script alone, as from a process manager; its child must not live on."""
    step = "(sleep 1; kill -TERM $$) & watched 'sleeping' sh -c 'echo $$ >child; exec sleep 600'"
    done = sh(step)
    assert done.returncode == 130
    assert sh("kill -0 $(cat child)").returncode != 0
