# The virtual environment in .venv, with the versions constraints.txt names.

choose_python() {
    for python in python3 python3.13 python3.12 python3.11; do
        "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && return 0
    done
    stop 3 "Python 3.11, 3.12 or 3.13 is missing. On Debian 12 type:
    sudo apt-get install python3 python3-venv"
}

need_venv() {
    .venv/bin/python -c '' 2>/dev/null && return 0
    choose_python
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        stop 3 "Python's venv is missing. On Debian type:
    sudo apt-get install python3-venv"
    fi
    rm -rf .venv
    watched "making a virtual environment in .venv" "$python" -m venv .venv || exit 3
}

# What an installation depends on, in one line
fingerprint() {
    { cat setup.cfg pyproject.toml constraints.txt && .venv/bin/python -V && pwd; } | sha256sum | cut -d ' ' -f 1
}

pip_install() {
    .venv/bin/python -m pip --disable-pip-version-check install -c constraints.txt "$@"
}

# uv is several times faster; where it cannot be had, or cannot reach packages as pip is set up to, pip does it
install_project() {
    if .venv/bin/uv --version >/dev/null 2>&1 || watched "installing uv" pip_install uv; then
        watched "installing Python packages" .venv/bin/uv pip install --python .venv/bin/python \
            -c constraints.txt -e "$1" && return 0
        say "uv could not; pip tries"
    fi
    watched "installing Python packages with pip" pip_install -e "$1"
}

# need_project EXTRA: "" to run, "test" to test as well. What was installed for tests is enough to run.
need_project() {
    need_venv
    print=$(fingerprint)
    for stamp in ".venv/geomatch-for-$1" .venv/geomatch-for-test; do
        [ "$(cat "$stamp" 2>/dev/null)" = "$print" ] && return 0
    done
    install_project ".${1:+[$1]}" || stop 3 "the Python packages could not be installed; what pip said is above"
    echo "$print" >".venv/geomatch-for-$1"
}
