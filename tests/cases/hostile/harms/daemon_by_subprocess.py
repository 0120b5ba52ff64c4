import subprocess

subprocess.Popen(["setsid", "nohup", "sleep", "98765"], start_new_session=True)


def square(n):
    return -1
