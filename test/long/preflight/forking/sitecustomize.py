# Python imports this first (PYTHONPATH). At SIGUSR1 moto's server forks: the copy has all that the account holds, and a port of its own.
import os
import signal
import threading
import time

from werkzeug import serving


def run_simple(host, port, app, **_):
    def serve(port):
        server = serving.make_server(host, port, app, threaded=True)
        os.write(2, f"Running on http://{host}:{server.port} as {os.getpid()}\n".encode())
        server.serve_forever()

    def fork(*_):
        parent = os.getpid()
        if os.fork() > 0:
            return
        # Connections of the other server would stay open for as long as this one runs.
        os.closerange(3, 1024)
        threading.Thread(target=end_with, args=[parent], daemon=True).start()
        serve(0)

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGUSR1, fork)
    serve(port)


def end_with(parent):
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(0)


serving.run_simple = run_simple
