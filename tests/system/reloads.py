"""Rules exchanged again and again under live load: numbered datagrams, marker connections, and what each exchange says of itself."""
import json
import os
import subprocess
import sys
import threading
import time

from lab import SERVER, until

TRAFFIC = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'bench', 'traffic.py')
MARKER = 'alert http any any -> any any (msg:"marker"; flow:established,to_server; http.uri; content:"/marker-"; sid:4200000001;)\n'
# Between the two sets two rules come, one goes, one changes.
SETS = (MARKER + 'alert udp any any -> any 9 (content:"one"; sid:4200000002;)\nalert udp any any -> any 9 (content:"gone"; sid:4200000003;)\n',
	MARKER + 'alert udp any any -> any 9 (content:"other"; sid:4200000002;)\n' +
	''.join('alert udp any any -> any 9 (content:"new%d"; sid:%d;)\n' % (i, i) for i in (4200000004, 4200000005)))
CHANGES = ((1, 2, 1), (2, 1, 1))  # added, removed, changed: back to the first set, on to the second
SERVE = 'import http.server as h\nclass H(h.BaseHTTPRequestHandler):\n protocol_version = "HTTP/1.1"\n def log_message(s, *a): pass\n' \
	' def do_GET(s):\n  s.send_response(200); s.send_header("Content-Length", "5"); s.end_headers(); s.wfile.write(b"seen\\n")\n' \
	'class S(h.ThreadingHTTPServer):\n request_queue_size = 128\nS(("%s", 80), H).serve_forever()' % SERVER


class Part:
	"""A process of traffic.py and the latest of its figures."""

	def __init__(self, lab, who, *words):
		self.last, self.words, self.spoke = {}, words, threading.Event()
		self.process = subprocess.Popen(['ip', 'netns', 'exec', lab.names[who], sys.executable, TRAFFIC, *map(str, words)],
			stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
		self.thread = threading.Thread(target=self.read, daemon=True)
		self.thread.start()

	def read(self):
		for line in self.process.stdout:
			self.last = json.loads(line)
			self.spoke.set()

	def end(self):
		"""Its last figures."""
		self.process.stdin.close()
		if self.process.wait(60) != 0:
			raise RuntimeError('traffic.py %s ended with %d' % (self.words, self.process.returncode))
		self.thread.join(10)
		return self.last


def write(path, i):
	with open(path, 'w', encoding='ascii') as f:
		f.write(SETS[i % 2])


def resident(h):
	with open('/proc/%d/status' % h.process.pid, encoding='ascii') as f:
		return next(int(line.split()[1]) / 1024 for line in f if line.startswith('VmRSS'))


def exchange(h, path, i):
	"""One exchange; what hangu says of it."""
	write(path, i)
	h.ask('ruleset-reload-rules')
	said = h.ask('ruleset-reload-report')
	changes = tuple(said[what]['rules'] for what in ('added', 'removed', 'changed'))
	assert changes == CHANGES[i % 2] and said['changed']['first'] == [{'gid': 1, 'sid': 4200000002}] and said['rules_failed'] == 0, said
	return said


def run(lab, h, path, seconds, every, datagrams=500, markers=20):
	"""Exchanges all the time; figures. hangu runs with `path` (write(path, 0)) and is stopped."""
	lab.start('server', sys.executable, '-c', SERVE)
	echo = Part(lab, 'server', 'echo')
	echo.spoke.wait(30)
	assert until(lambda: lab.on('client', 'curl', '-sf', '-m', '2', 'http://%s/page' % SERVER).returncode == 0, 30)
	udp, marks = Part(lab, 'client', 'udp', datagrams), Part(lab, 'client', 'markers', markers, 1)
	reports, held, end = [], [], time.monotonic() + seconds
	while time.monotonic() < end:
		begin = time.monotonic()
		reports.append(exchange(h, path, len(reports) + 1))
		held.append(resident(h))
		time.sleep(max(0, every - (time.monotonic() - begin)))
	marks, udp, echo = marks.end(), udp.end(), echo.end()
	drops = [h.ask('iface-stat', iface=name)['drop'] for name in ('b0', 'b1')]
	assert h.stop() == 0, h.said()
	alerts = {}
	for e in h.events('alert'):
		if e['alert']['signature_id'] == 4200000001:
			alerts[e['http']['url']] = alerts.get(e['http']['url'], 0) + 1
	done = ['/marker-%d' % n for n in range(1, marks['tried'] + 1) if n not in marks['failed']]
	return {'reloads': len(reports), 'took_ms': [r['took_ms'] for r in reports], 'compile_ms': [r['compile_ms'] for r in reports], 'held_mb': held,
		'sent': udp['sent'], 'lost there': udp['sent'] - echo['got'], 'lost back': echo['got'] - udp['got'], 'drops': sum(drops),
		'markers': len(done), 'failed': len(marks['failed']), 'missing': [u for u in done if u not in alerts],
		'doubled': [u for u, n in alerts.items() if n > 1]}
