# Talking to a person on stderr: what happens, how long it has been going on, and what to type when it cannot.

say() {
    printf '%s\n' "$*" >&2
}

# stop CODE WORDS…: 2 mend what was typed, 3 something needed is unavailable
stop() {
    code=$1
    shift
    say "$@"
    exit "$code"
}

# watched WORDS COMMAND…: run it quietly, show that it goes on, and its last lines only where it fails.
# On a terminal one line moves; elsewhere a line at the start and one every ten seconds.
watched() {
    words=$1
    shift
    log=$(mktemp)
    "$@" >"$log" 2>&1 </dev/null &
    child=$!
    # a shell's background children ignore Ctrl-C, so it is handed on
    trap 'kill "$child" 2>/dev/null; rm -f "$log"; exit 130' INT TERM
    began=$(date +%s)
    said=0
    [ -t 2 ] || say "$words …"
    while kill -0 "$child" 2>/dev/null; do
        went=$(($(date +%s) - began))
        if [ -t 2 ]; then
            printf '\r\033[K%s … %s s  %.60s' "$words" "$went" "$(tail -c 200 "$log" | tr '\r' '\n' | tail -n 1)" >&2
        elif [ "$went" -ge $((said + 10)) ]; then
            said=$went
            say "$words … $went s"
        fi
        sleep 0.2
    done
    if wait "$child"; then result=0; else result=$?; fi
    trap - INT TERM
    [ -t 2 ] && printf '\r\033[K' >&2
    if [ "$result" -eq 0 ]; then
        say "$words: done in $(($(date +%s) - began)) s"
    else
        say "$words: failed"
        tail -n 20 "$log" >&2
    fi
    rm -f "$log"
    return "$result"
}
