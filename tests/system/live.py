#!/usr/bin/env python3
"""`hangu run` inline between two hosts in network namespaces: what passes, what is dropped, what is told.

usage: live.py PROGRAM          prints TAP; skipped without root
"""
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import tap  # noqa: E402
from lab import CLIENT, SERVER, Lab, missing, until  # noqa: E402

PROGRAM = sys.argv[1] if len(sys.argv) > 1 else ''

RULES = '''
alert http any any -> any any (msg:"seen"; http.uri; content:"/seen"; sid:1;)
drop http any any -> any any (msg:"stopped"; http.uri; content:"/stopped"; sid:2;)
'''

SERVE = 'import http.server as h\nclass H(h.BaseHTTPRequestHandler):\n' \
	' def do_GET(s):\n  s.send_response(200); s.send_header("Content-Length", "6"); s.end_headers(); s.wfile.write(b"hello\\n")\n' \
	'h.ThreadingHTTPServer(("%s", 80), H).serve_forever()' % SERVER


def fetch(lab, path):
	return lab.on('client', 'curl', '-s', '-m', '3', 'http://%s%s' % (SERVER, path)).stdout


def serve(lab):
	lab.start('server', sys.executable, '-c', SERVE)
	until(lambda: lab.on('server', sys.executable, '-c',
	                     'import socket; socket.create_connection(("%s", 80), 1)' % SERVER).returncode == 0)


def rules_file(folder):
	path = folder + '/live.rules'
	with open(path, 'w') as f:
		f.write(RULES)
	return path


def passes_alerts_and_drops():
	with tempfile.TemporaryDirectory() as folder, Lab() as lab:
		serve(lab)
		assert fetch(lab, '/before') == '', 'the hosts see each other without hangu'
		with lab.hangu(PROGRAM, '-S', rules_file(folder)) as h:
			assert fetch(lab, '/plain') == 'hello\n', h.said()
			assert fetch(lab, '/seen') == 'hello\n'
			assert fetch(lab, '/stopped') == ''
			assert fetch(lab, '/plain') == 'hello\n', 'other connections pass'
			assert h.stop() == 0, h.said()
			alerts = {e['alert']['signature_id']: e for e in h.events('alert')}
			assert set(alerts) == {1, 2}
			assert alerts[1]['alert']['action'] == 'allowed' and alerts[2]['alert']['action'] == 'blocked'
			assert all(e['src_ip'] == CLIENT and e['in_iface'] == 'b0' for e in alerts.values())
			urls = [e['http']['url'] for e in h.events('http')]
			assert urls.count('/plain') == 2 and '/seen' in urls
			assert h.events('flow'), 'flows end when hangu does'


def bad_use_is_explained():
	for words, expected in ((['-i', 'nosuch0'], "there is no network interface 'nosuch0'"),
	                        ([], 'no interface to listen on'),
	                        (['--inline', 'b0'], '--inline takes the names of two interfaces'),
	                        (['--set', 'dpdk.interfaces.0.interfce=x'], "did you mean 'interface'?")):
		r = subprocess.run([PROGRAM, 'run', *words], capture_output=True, text=True)
		assert r.returncode in (1, 3) and expected in r.stderr, (words, r.returncode, r.stderr)


def needing_root(case):
	return lambda: 'skip: ' + missing() if missing() else case()


if __name__ == '__main__':
	if not os.path.exists(PROGRAM):
		sys.exit(__doc__)
	sys.exit(tap.run('live', [
		('plain traffic passes, alerts are told, drops are dropped', needing_root(passes_alerts_and_drops)),
		('bad use is one sentence with the way out', bad_use_is_explained),
	]))
