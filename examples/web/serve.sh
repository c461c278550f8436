#!/usr/bin/env bash
# Serves the page on 127.0.0.1, on the port given or 8000; with port 0 on any that is free.
set -euo pipefail
cd "$(dirname "$0")"
[ -f dist/index.html ] || { echo "serve.sh: run build.sh first" >&2; exit 1; }
exec python3 -u - "${1:-8000}" <<'PYTHON'
import functools, http.server, sys

class Handler(http.server.SimpleHTTPRequestHandler):
    extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map,
                      ".js": "text/javascript", ".wasm": "application/wasm"}

    def end_headers(self):
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, *_):
        pass

handler = functools.partial(Handler, directory="dist")
with http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), handler) as server:
    print(f"http://127.0.0.1:{server.server_port}/", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
PYTHON
