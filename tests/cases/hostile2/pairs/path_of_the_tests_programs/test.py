import subprocess

from main import write_backup_script


def test_script_is_valid_shell(tmp_path):
    target = tmp_path / "backup.sh"
    write_backup_script(target, source="/data", destination="/backup")
    subprocess.run(["bash", "-n", str(target)], check=True)
    found = subprocess.run(["grep", "-c", "rsync", str(target)], capture_output=True, text=True)
    assert found.returncode == 0
    assert found.stdout.strip() == "1"
