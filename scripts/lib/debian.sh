# Getting the distribution's packages: installed with apt where we may, else unpacked into a folder of ours.

# Command before apt-get and dpkg: nothing as root, sudo where it asks no password; otherwise not possible.
become_root() {
    if [ "$(id -u)" -eq 0 ]; then
        as_root=""
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        as_root="sudo -n"
    else
        return 1
    fi
}

has_apt() {
    command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null
}

# apt_install WORDS PACKAGE…
apt_install() {
    what=$1
    shift
    # shellcheck disable=SC2086 # as_root is a command and its option, or nothing
    watched "installing $what (apt-get install $*)" \
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confold "$@"
}

apt_refresh() {
    # shellcheck disable=SC2086
    watched "reading the package lists (apt-get update)" $as_root apt-get update -o Dpkg::Use-Pty=0
}

# private_apt FOLDER COMMAND…: apt-get with lists and downloads of its own, for an ordinary user
private_apt() {
    private=$1
    shift
    mkdir -p "$private/lists/partial" "$private/cache/archives/partial" "$private/tmp"
    # without a folder for temporary files it may write, apt calls every list unsigned
    TMPDIR="$private/tmp" apt-get -o Dir::State::lists="$private/lists" -o Dir::Cache="$private/cache" \
        -o Debug::NoLocking=1 -o APT::Sandbox::User= -o Dpkg::Use-Pty=0 "$@"
}

# Read once; they go when the first thing has been unpacked
private_lists() {
    apt_home="$GEOMATCH_HOME/apt"
    [ -d "$apt_home/lists" ] || watched "reading the package lists" private_apt "$apt_home" update ||
        { rm -rf "$apt_home" && return 1; }
}

# unpack_packages WORDS TARGET PACKAGE…: download the packages and what they miss here, unpack all into TARGET
unpack_packages() {
    what=$1
    target=$2
    shift 2
    stage="$target.new"
    rm -rf "$stage" && mkdir -p "$stage"
    private_lists &&
        watched "downloading $what" private_apt "$apt_home" install -y --no-install-recommends \
            --download-only --reinstall "$@" &&
        watched "unpacking $what" unpack_archives "$apt_home/cache/archives" "$stage" &&
        rm -rf "$target" "$apt_home" && mv "$stage" "$target"
}

# unpack_archives FOLDER TARGET: without LLVM, which PostgreSQL needs only to compile queries, and without manuals
unpack_archives() {
    for archive in "$1"/*.deb; do
        case $archive in
        */libllvm*) continue ;;
        esac
        echo "${archive##*/}"
        dpkg-deb -x "$archive" "$2" || return 1
    done
    rm -rf "$2/usr/share/doc" "$2/usr/share/man" "$2/usr/share/locale"
}
