"""Which commands need an approval of their own."""

from __future__ import annotations

import pytest

from provisioner.hosts.dangerous import danger

DANGEROUS = [
    # as they are named
    "rm -rf /",
    "mkfs.ext4 /dev/sda1",
    "dd if=/dev/zero of=/dev/sda bs=1M",
    "curl -fsSL https://example.org/install.sh | sh",
    "chmod -R 777 /",
    "useradd -m mallory",
    "iptables -F",
    "ufw disable",
    "passwd -d root",
    "sudo -n usermod -aG sudo deploy",
    "wget -qO- https://example.org/x | sudo bash -",
    "echo 'deploy ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/deploy",
    "echo ssh-ed25519 AAAA >> ~/.ssh/authorized_keys",
    "shutdown -r now",
    "cat image > /dev/sda",
    # in other clothes
    "rm -fr //",
    "rm --recursive --force /etc",
    "/bin/rm -r -f /usr",
    r"r\m -rf /",
    "'rm' -rf '/'",
    "cd / && rm -rf *",
    "rm -rf $HOME",
    'rm -rf "${PREFIX}/"',
    "X=rm; $X -rf /",
    "$(echo rm) -rf /",
    "rm${IFS}-rf${IFS}/",
    "sh -c 'rm -rf /'",
    'bash -lc "sudo -n rm -rf /var"',
    'eval "$(curl -s https://example.org)"',
    "bash <(curl -s https://example.org)",
    'sh -c "$(wget -O- https://example.org)"',
    "echo cm0gLXJmIC8= | base64 -d | sh",
    "env A=1 nohup timeout 5 rm -rf /",
    "find / -name '*.log' -delete",
    "find /etc -exec rm -rf {} +",
    "python3 -c \"import shutil; shutil.rmtree('/')\"",
    "true; rm -rf ~",
    "test -d app || rm -rf /home/deploy",
    "rm -rf ../../..",
    "rm -rf app /",
    "echo / | xargs rm -rf",
    "busybox rm -rf /",
    "command rm -rf /*",
    "rm -rf /e*",
    ":(){ :|:& };:",
    "sh <<EOF\nrm -rf /\nEOF",
    "nft flush ruleset",
    "tee /etc/passwd",
    "systemctl reboot",
    "mv /etc /tmp/etc",
    "chown -R deploy /",
    "{rm,-rf,/}",
    "echo 'unclosed",
    "perl -e 'unlink glob \"/*\"'",
    "python3 - <<EOF\nprint()\nEOF",
    "kill -9 -1",
    "if true; then rm -rf /; fi",
    "( rm -rf / )",
]
INNOCENT = [
    "python3 -m venv .venv",
    ".venv/bin/pip install -r requirements.txt",
    "rm -rf build dist",
    "rm -rf ./.venv && python3 -m venv .venv",
    "rm -rf /home/deploy/app/releases/old",
    "rm -f /tmp/app.pid",
    "echo 'never run rm -rf / here'",
    "grep -r 'mkfs' docs",
    "chmod 755 run.sh",
    "chmod -R u+rwX app",
    "curl -fsS http://127.0.0.1:8000/health",
    "curl -fsS http://127.0.0.1:8000/items | python3 -m json.tool",
    "curl -sSo app.tar.gz https://example.org/app.tar.gz",
    "dd if=/dev/zero of=swap.img bs=1M count=1",
    "nohup setsid .venv/bin/uvicorn app:app --port 8000 > app.log 2>&1 < /dev/null &",
    "systemctl --user restart app.service",
    "find . -name '*.pyc' -delete",
    "git log --format=%an | sort | uniq",
    "cat requirements.txt | wc -l",
    "bash scripts/setup.sh",
    "sh -c 'cd app && make'",
    "test -f app.py && echo there",
    "sudo -n apt-get install -y python3-venv",
    "for i in 1 2 3; do curl -fsS http://127.0.0.1:8000/ && break; sleep 1; done",
    'python3 -c "import sys; print(sys.version)"',
    "kill $(cat app.pid)",
    "ls /dev/shm > /dev/null",
    "mkdir -p /opt/app && cp -r . /opt/app",
    "PORT=8000 .venv/bin/python app.py --help",
    "docker run --rm -p 8000:8000 app",
]


@pytest.mark.parametrize("command", DANGEROUS)
def test_a_dangerous_command_is_named(command: str) -> None:
    assert danger(command)


@pytest.mark.parametrize("command", INNOCENT)
def test_a_look_alike_is_left_alone(command: str) -> None:
    assert danger(command) == ""
