# A Chromium for the tests; GEOMATCH_CHROMIUM tells them where it is.

# Playwright's own driver, a program of Node's, also asks for libatomic, which a small Debian lacks
browser_packages="chromium-headless-shell fonts-dejavu-core libatomic1"

need_chromium() {
    own=$GEOMATCH_HOME/chromium
    has_chromium && return 0
    if has_apt; then
        if become_root; then install_chromium; else unpack_chromium "$own"; fi && has_chromium && return 0
    fi
    stop 3 "Chromium is missing and could not be fetched. On Debian type:
    sudo apt-get update && sudo apt-get install $browser_packages
or name one with GEOMATCH_CHROMIUM=/path/to/chromium"
}

has_chromium() {
    [ ! -d "$own/driver" ] || export LD_LIBRARY_PATH="$own/driver"
    "$python" -c 'import ctypes; ctypes.CDLL("libatomic.so.1")' 2>/dev/null || return 1
    for browser in "$GEOMATCH_CHROMIUM" "$(command -v chromium)" "$(command -v chromium-headless-shell)" "$own/run"; do
        if [ -n "$browser" ] && [ -x "$browser" ]; then
            export GEOMATCH_CHROMIUM="$browser"
            return 0
        fi
    done
    return 1
}

install_chromium() {
    apt-cache show chromium-headless-shell >/dev/null 2>&1 || apt_refresh || return 1
    # shellcheck disable=SC2086 # several packages
    apt_install Chromium $browser_packages && return 0
    # shellcheck disable=SC2086
    apt_refresh && apt_install Chromium $browser_packages
}

unpack_chromium() {
    # shellcheck disable=SC2086
    unpack_packages Chromium "$1" $browser_packages && write_chromium_command "$1" &&
        watched "trying Chromium" "$1/run" --version
}

# Unpacked programs look for libraries and fonts where they would have been installed, so they are told where
write_chromium_command() {
    libraries=$(find "$1/usr/lib" "$1/lib" -name '*.so*' -printf '%h\n' | sort -u | paste -s -d :)
    mkdir -p "$1/driver"
    cp -P "$1"/usr/lib/*-linux-gnu/libatomic.so.1* "$1/driver"
    cat >"$1/fonts.conf" <<END
<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>$1/usr/share/fonts</dir><cachedir>$1/font-cache</cachedir></fontconfig>
END
    cat >"$1/run" <<END
#!/bin/sh
export LD_LIBRARY_PATH="$libraries" FONTCONFIG_FILE="$1/fonts.conf"
exec "$1/usr/lib/chromium/chromium-headless-shell" "\$@"
END
    chmod +x "$1/run"
}
