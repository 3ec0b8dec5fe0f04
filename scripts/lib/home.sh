# Where things are. Sourced first, from the checkout's own folder.

umask 022
GEOMATCH_HOME=${GEOMATCH_HOME:-$PWD/.geomatch}
case $GEOMATCH_HOME in
/*) ;;
*) GEOMATCH_HOME=$PWD/$GEOMATCH_HOME ;;
esac
export GEOMATCH_HOME

# Said before anything long begins: as root PostgreSQL runs as an ordinary user, who has to get there.
need_home() {
    mkdir -p "$GEOMATCH_HOME" || stop 3 "cannot write to $GEOMATCH_HOME; set GEOMATCH_HOME to a folder you may write"
    [ "$(id -u)" -eq 0 ] || return 0
    "$python" -B scripts/lib/may_enter.py "$GEOMATCH_HOME" || exit $?
}
