# PostgreSQL with PostGIS: what is there is used, else it is installed, else unpacked without root.

has_postgis() {
    for control in "$1"/usr/share/postgresql/*/extension/postgis.control; do
        version=${control%/extension/postgis.control}
        version=${version##*/}
        # development packages ship pg_config without a server, so the programs themselves are looked for
        [ -e "$control" ] && [ -x "$1/usr/lib/postgresql/$version/bin/initdb" ] &&
            [ -x "$1/usr/lib/postgresql/$version/bin/postgres" ] && return 0
    done
    return 1
}

# The newest PostGIS that apt offers, for the newest server here where there is one
choose_postgis() {
    offered=$("$@" search --names-only '^postgresql-[0-9]+-postgis-3$' | cut -d ' ' -f 1 | sort -V)
    for folder in /usr/lib/postgresql/*/bin/initdb; do
        version=${folder#/usr/lib/postgresql/}
        version=${version%/bin/initdb}
        case "$offered" in
        *"postgresql-$version-postgis-3"*) found=postgresql-$version-postgis-3 ;;
        esac
    done
    postgis=${found:-$(printf '%s\n' "$offered" | tail -n 1)}
    [ -n "$postgis" ]
}

private_apt_cache() {
    apt-cache -o Dir::State::lists="$GEOMATCH_HOME/apt/lists" -o Dir::Cache="$GEOMATCH_HOME/apt/cache" "$@"
}

# Debian makes and starts a server of its own on port 5432 unless it is told beforehand not to
want_no_system_server() {
    settings=/etc/postgresql-common/createcluster.conf
    # shellcheck disable=SC2086,SC2016
    $as_root sh -c 'mkdir -p "${1%/*}"; grep -qs "^ *create_main_cluster" "$1" ||
        echo "create_main_cluster = false" >>"$1"' sh "$settings"
}

install_postgis() {
    found=""
    choose_postgis apt-cache || apt_refresh || return 1
    choose_postgis apt-cache || return 1
    want_no_system_server
    apt_install "PostgreSQL and PostGIS" "$postgis" && return 0
    # lists that are too old name files that are no longer there
    apt_refresh && apt_install "PostgreSQL and PostGIS" "$postgis"
}

unpack_postgis() {
    found=""
    private_lists || return 1
    choose_postgis private_apt_cache || return 1
    server=${postgis%-postgis-3}
    unpack_packages "PostgreSQL and PostGIS" "$GEOMATCH_HOME/unpacked" \
        "$server" "postgresql-client-${server#postgresql-}" "$postgis" || return 1
    # a script of the package would make this link, and unpacking runs none
    for control in "$GEOMATCH_HOME"/unpacked/usr/share/postgresql/*/extension/*-3.control; do
        ln -sf "${control##*/}" "${control%-3.control}.control"
    done
}

need_postgis() {
    if has_postgis "" || has_postgis "$GEOMATCH_HOME/unpacked"; then return 0; fi
    if has_apt; then
        if become_root; then install_postgis && return 0; fi
        unpack_postgis && return 0
    fi
    stop 3 "PostgreSQL with PostGIS is missing and could not be fetched. On Debian or Ubuntu type:
    sudo apt-get update && sudo apt-get install postgresql-15-postgis-3
or use a server of your own: GEOMATCH_DATABASE_URL=postgresql://user@host/database scripts/run"
}
