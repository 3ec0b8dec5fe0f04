# Pango and a font: what PDFs are made with. Running goes on without them, tests do not.

pango_packages="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core"

need_pango() {
    own_pango=$GEOMATCH_HOME/pango
    has_pango && return 0
    if has_apt; then
        if become_root; then install_pango; else unpack_pango "$own_pango"; fi && has_pango && return 0
    fi
    stop 3 "Pango is missing and could not be fetched; PDFs need it. On Debian type:
    sudo apt-get update && sudo apt-get install $pango_packages"
}

# want_pango: the same for running, where a page says so kindly when there is none
want_pango() {
    own_pango=$GEOMATCH_HOME/pango
    has_pango && return 0
    if has_apt && become_root && install_pango; then return 0; fi
    say "without Pango no PDFs are made; pages say so and print by their own style"
}

has_pango() {
    if [ -d "$own_pango/lib" ]; then
        export LD_LIBRARY_PATH="$own_pango/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
        export FONTCONFIG_FILE="$own_pango/fonts.conf"
    fi
    "$python" -c 'import ctypes
for name in ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0"):
    ctypes.CDLL(name)' 2>/dev/null
}

install_pango() {
    apt-cache show libpango-1.0-0 >/dev/null 2>&1 || apt_refresh || return 1
    # shellcheck disable=SC2086 # several packages
    apt_install Pango $pango_packages && return 0
    # shellcheck disable=SC2086
    apt_refresh && apt_install Pango $pango_packages
}

# Unpacked libraries look for one another and for fonts where they would have been installed, so they are told where
unpack_pango() {
    # shellcheck disable=SC2086
    unpack_packages Pango "$1" $pango_packages || return 1
    mkdir -p "$1/lib"
    find "$1/usr/lib" "$1/lib" -name '*.so*' -exec ln -sf {} "$1/lib/" \; 2>/dev/null
    cat >"$1/fonts.conf" <<END
<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>$1/usr/share/fonts</dir><cachedir>$1/font-cache</cachedir></fontconfig>
END
}
