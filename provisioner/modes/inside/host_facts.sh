# What a host is and has, as lines of name=value; read by provisioner/hosts/facts.py.
# One process of sh, its input: nothing is written, and nothing asks a question.
LC_ALL=C
export LC_ALL
has() { command -v "$1" >/dev/null 2>&1; }

echo "system=$(uname -s)"
echo "machine=$(uname -m)"
echo "user=$(id -un)"
echo "uid=$(id -u)"
echo "home=$HOME"
if [ -r /etc/os-release ]; then
    (
        . /etc/os-release
        echo "distribution=$ID ${VERSION_ID:-}"
    )
fi
if libc=$(getconf GNU_LIBC_VERSION 2>/dev/null); then
    echo "libc=$libc"
elif ls /lib/ld-musl-* >/dev/null 2>&1; then
    echo "libc=musl"
fi
for one in apt-get dnf yum zypper apk pacman; do
    if has "$one"; then
        echo "package_manager=$one"
        break
    fi
done
(
    IFS=:
    for folder in $PATH /usr/local/bin /usr/bin "$HOME/.local/bin" "$HOME"/.pyenv/versions/*/bin \
        "$HOME"/.local/share/uv/python/*/bin; do
        case $folder in */shims) continue ;; esac
        for python in "$folder"/python3.[0-9] "$folder"/python3.[0-9][0-9]; do
            [ -x "$python" ] && echo "python=$python"
        done
    done
)
for one in timeout tar uv git; do
    has "$one" && echo "tool=$one"
done
if has docker; then
    docker version >/dev/null 2>&1 && echo "docker=answers" || echo "docker=installed"
fi
if [ -d /run/systemd/system ]; then
    if [ "$(id -u)" = 0 ]; then
        echo "systemd=system"
    elif XDG_RUNTIME_DIR=/run/user/$(id -u) systemctl --user show-environment >/dev/null 2>&1 &&
        [ -e "/var/lib/systemd/linger/$(id -un)" ]; then
        echo "systemd=user"
    fi
fi
if [ "$(id -u)" = 0 ]; then
    echo "privileges=root"
elif has sudo && sudo -n true >/dev/null 2>&1; then
    echo "privileges=sudo"
fi
df -Pk "$HOME" | awk 'NR == 2 { print "disk_free_kb=" $4 }'
df -Pi "$HOME" 2>/dev/null | awk 'NR == 2 && $4 ~ /^[0-9]+$/ { print "inodes_free=" $4 }'
awk '/^MemTotal:/ { print "memory_kb=" $2 } /^MemAvailable:/ { print "memory_free_kb=" $2 }' /proc/meminfo
cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk '$4 == "0A" { sub(/.*:/, "", $2); print "listening=" $2 }' | sort -u
[ -r /proc/sys/kernel/random/boot_id ] && echo "boot=$(cat /proc/sys/kernel/random/boot_id)"
echo "end=facts"
