"""Runs the rehearsal's commands inside the virtual machine. No agent host has this program.

Reads a JSON object per line from a virtio port, runs its command as root, and writes a JSON object per line as the
answer. It uses no network, so the commands don't change the traffic that the rehearsal records.
"""
import json
import select
import subprocess
import threading

PORT = '/dev/virtio-ports/airlock.rehearsal'


def run(ask):
    try:
        done = subprocess.run(['bash', '-c', ask['run']], capture_output=True, stdin=subprocess.DEVNULL,
                              timeout=ask['seconds'])
        answer = {'code': done.returncode, 'out': done.stdout, 'errors': done.stderr}
    except subprocess.TimeoutExpired:
        answer = {'code': -1, 'out': b'', 'errors': b'not finished within %d s' % ask['seconds']}
    return {key: value.decode('utf-8', 'replace')[:200000] if isinstance(value, bytes) else value
            for key, value in answer.items()}


def main():
    write = threading.Lock()
    with open(PORT, 'r+b', buffering=0) as port:
        def say(message):
            with write:
                port.write(json.dumps(message).encode() + b'\n')

        def answer(ask):
            say({'id': ask['id'], **run(ask)})

        with open('/proc/sys/kernel/random/boot_id') as file:
            say({'ready': file.read().strip()})
        waiting = b''
        while True:
            select.select([port], [], [])
            part = port.read(65536)
            if not part:
                return
            waiting += part
            *lines, waiting = waiting.split(b'\n')
            for line in lines:
                if line:
                    threading.Thread(target=answer, args=(json.loads(line),), daemon=True).start()


main()
