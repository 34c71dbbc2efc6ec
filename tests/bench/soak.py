#!/usr/bin/env python3
"""Everything at once for a long time: does hangu inline lose, forget, grow or break anything?

usage: soak.py BUILD RULES [--minutes N] [--config FILE] [--variant-note TEXT] [--scale X] [--workers N] [--flows N] [--keep DIR]
               as root; needs nginx-light and redis-server; wrk if it is there. One minute is a trial of the script itself: memory is
               judged from six minutes on, less the first three

RULES: rules that only alert (what a rule drops would count as lost); one for the markers is added. FILE: a configuration
instead of the packaged one; its outputs and rule files are not used. --scale: of all rates, 0.2 for a build with sanitizers. DIR
gets the event files and what hangu said.

At the same time, for N minutes (20): marker connections, each of which must have its alert exactly once in eve.json (rotated, and
read as it grows); numbered datagrams there and back; pages by keep-alive, downloads with their hash, Telnet, DNS; SYNs of
random sources, so many that the flow table is full without a pause (--flows: its size; SYNs of five seconds must not fit); a
reload of all rules every 2 s; a Redis that is killed every 20 s and stays away for 5; `worker-restart` every 10 s where the control socket
has it. What the Redis output drops meanwhile is counted, not a fault.

Exit status 1: a goal of the table was missed. Retransmissions are no goal: what comes late on a busy machine is sent again;
those of the kernel's tables stand beside the probes and spurious ones that explain them.
"""
import argparse
import contextlib
import hashlib
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'system'))
from lab import SERVER, Lab, sh, until  # noqa: E402
from reloads import Part  # noqa: E402

PACKAGED = os.path.join(HERE, '..', '..', 'packaging', 'hangu.yaml')
NOT_OURS = ('run-as', 'outputs', 'default-rule-path', 'rule-files', 'classification-file', 'rules', 'default-log-dir', 'linkage')
OUTPUTS = '''
outputs:
  - eve-log:
      enabled: yes
      filetype: regular
      filename: eve.json
      rotate-size: 64mb
      rotate-keep: 3
      types: [ alert, anomaly: {types: {decode: no, stream: no}}, http, dns, tls, telnet, files, drop: {flows: start}, flow, stats ]
  - eve-log: {enabled: yes, filetype: redis, redis: {server: %s/redis.sock, mode: publish}}
'''
SID = 4200000001
RULE = 'alert http any any -> any any (msg:"marker"; flow:established,to_server; http.uri; content:"/marker-"; sid:%d;)\n' % SID
NGINX = '''
daemon off; worker_processes 1; pid %(folder)s/nginx.pid; error_log /dev/null;
events { worker_connections 512; }
http { access_log off; client_body_temp_path %(folder)s; proxy_temp_path %(folder)s; fastcgi_temp_path %(folder)s;
	uwsgi_temp_path %(folder)s; scgi_temp_path %(folder)s; keepalive_requests 1000;
	server { listen 80; location / { root %(folder)s; } location /marker- { return 200 "seen\\n"; } } }
'''
PACED = 'function delay() return %d end\n'
REPORTS = re.compile(r'ERROR: (?:Address|Leak)Sanitizer|WARNING: ThreadSanitizer|runtime error')
KERNEL = ('RetransSegs', 'TCPLossProbes', 'TCPSpuriousRTOs', 'TCPDSACKRecv', 'TCPTimeouts')
SAMPLE, TELL, WARM = 5, 30, 180


def without(text, keys):
	"""A YAML file less some of its sections."""
	kept, keep = [], True
	for line in text.splitlines():
		if re.match(r'[\w-]+:', line):
			keep = line.split(':')[0] not in keys
		if keep:
			kept.append(line)
	return '\n'.join(kept) + '\n'


class Follower(threading.Thread):
	"""Reads eve.json as it grows and through its rotations; knows the markers."""

	MARKER = re.compile(rb'"url":"/marker-([0-9]+)"')

	def __init__(self, path):
		super().__init__(daemon=True)
		self.path, self.over, self.rest = path, False, b''
		self.lines = self.bytes = self.broken = self.files = 0
		self.alerts, self.drops = {}, []

	def line(self, text):
		self.lines += 1
		self.broken += not (text.startswith(b'{') and text.endswith(b'}'))
		if b'"signature_id":%d,' % SID in text and b'"event_type":"alert"' in text:
			number = int(self.MARKER.search(text)[1])
			self.alerts[number] = self.alerts.get(number, 0) + 1
		elif b'"event_type":"drop"' in text and len(self.drops) < 10:
			self.drops.append(text.decode())

	def take(self, f):
		"""What there is of the file."""
		while part := f.read(1 << 20):
			self.bytes += len(part)
			*lines, self.rest = (self.rest + part).split(b'\n')
			for text in lines:
				self.line(text)

	def file(self):
		"""One file to its end: when its name belongs to another, or all is over."""
		with open(self.path, 'rb') as f:
			self.files += 1
			while True:
				over = self.over
				try:
					moved = os.stat(self.path).st_ino != os.fstat(f.fileno()).st_ino
				except FileNotFoundError:
					moved = False
				self.take(f)
				if moved or over:
					self.broken += self.rest != b''
					self.rest = b''
					return moved
				time.sleep(0.2)

	def run(self):
		until(lambda: os.path.exists(self.path) or self.over, 60)
		while self.file():
			pass


class Redis:
	"""Killed and started again until it is told to stop."""

	def __init__(self, folder, stop):
		self.folder, self.stop, self.deaths, self.process = folder, stop, 0, None

	def start(self):
		self.process = subprocess.Popen(['redis-server', '--port', '0', '--unixsocket', self.folder + '/redis.sock', '--dir', self.folder,
		                                 '--save', ''], stdout=subprocess.DEVNULL)

	def kill(self):
		if self.process:
			self.process.kill()
			self.process.wait()

	def live(self):
		while not self.stop.wait(15):
			self.kill()
			self.deaths += 1
			if self.stop.wait(5):
				return
			self.start()


class Orders:
	"""Orders to the control socket, one kind again and again."""

	def __init__(self, h, stop, command, every):
		self.h, self.stop, self.command, self.every = h, stop, command, every
		self.done, self.failed, self.longest, self.why = 0, 0, 0, ''

	def live(self):
		while not self.stop.is_set():
			begin = time.monotonic()
			try:
				self.h.ask(self.command)
				self.done += 1
			except (AssertionError, OSError, ValueError) as e:
				if not self.stop.is_set():
					self.failed += 1
					self.why = str(e) or repr(e)
			took = time.monotonic() - begin
			self.longest = max(self.longest, took)
			self.stop.wait(max(0, self.every - took))


def sinks(path):
	"""Of each output: its figures, by name of the figure."""
	with socket.socket(socket.AF_UNIX) as s:
		s.settimeout(30)
		s.connect(path)
		s.sendall(b'GET /metrics HTTP/1.1\r\n\r\n')
		text = b''
		while part := s.recv(1 << 16):
			text += part
	found = {}
	for figure, sink, value in re.findall(r'^hangu_sink_(\w+)\{sink="[^(]*\((\w+)\)"\} (\d+)', text.decode(), re.M):
		found.setdefault(sink, {})[figure] = int(value)
	return found


def busy():
	"""CPU seconds of all CPUs that were not idle, up to now: see inline.py."""
	with open('/proc/stat', encoding='ascii') as f:
		_, _, _, idle, iowait, _, _, steal = map(int, f.readline().split()[1:9])
	return time.monotonic() * os.cpu_count() - (idle + iowait + steal) / os.sysconf('SC_CLK_TCK')


def kernel(lab, who):
	"""What the TCP of a host counts, of what explains repetitions."""
	found, names = {}, []
	for line in lab.on(who, 'cat', '/proc/net/snmp', '/proc/net/netstat').stdout.splitlines():
		words = line.split()
		if words[1].lstrip('-').isdigit():
			found.update((n, int(v)) for n, v in zip(names, words[1:]) if n in KERNEL)
		names = words[1:]
	return found


class Samples:
	"""Memory and counters of the process, every few seconds; two numbers each are kept."""

	def __init__(self, h, most, metrics):
		self.h, self.most, self.metrics, self.begin = h, most, metrics, time.monotonic()
		self.rss, self.full, self.counters, self.sinks, self.ports, self.failed = [], [], {}, {}, {}, 0

	def memory(self):
		with open('/proc/%d/status' % self.h.process.pid, encoding='ascii') as f:
			fields = dict(line.split(':', 1) for line in f)
		return int(fields['VmRSS'].split()[0]) / 1024, int(fields['RssAnon'].split()[0]) / 1024

	def take(self, flooded=True):
		try:
			self.rss.append((time.monotonic() - self.begin, *self.memory()))
			before = self.counters.get('flow', {}).get('get_used', 0)
			self.counters = self.h.ask('dump-counters')
			self.ports = {name: self.h.ask('iface-stat', iface=name) for name in ('b0', 'b1')}
			self.sinks = sinks(self.metrics)
			flow = self.counters['flow']
			if flooded:
				self.full.append((time.monotonic() - self.begin, flow['active'] / self.most, flow['get_used'] > before))
		except (AssertionError, OSError, KeyError):
			self.failed += 1

	def slope(self, which=1):
		"""MB a minute by least squares, and from which second on."""
		first = min(WARM, self.rss[-1][0] / 2)
		points = [(r[0] / 60, r[which]) for r in self.rss if r[0] >= first]
		x, y = (sum(p[i] for p in points) / len(points) for i in (0, 1))
		below = sum((p[0] - x) ** 2 for p in points)
		return sum((p[0] - x) * (p[1] - y) for p in points) / below if below else 0, first


class Run:
	def __init__(self, options, lab, folder, h):
		self.o, self.lab, self.folder, self.h = options, lab, folder, h
		self.stop = threading.Event()
		self.follower = Follower(h.folder + '/eve.json')
		self.redis = Redis(folder, self.stop)
		self.samples = Samples(h, options.flows, folder + '/metrics.sock')
		self.orders = [Orders(h, self.stop, 'ruleset-reload-rules', 2)]
		if 'worker-restart' in h.ask('command-list')['commands']:
			self.orders.append(Orders(h, self.stop, 'worker-restart', 10))
		self.parts, self.web = {}, None

	def part(self, who, name, *words):
		self.parts[name] = Part(self.lab, who, name, *words)

	def begin_traffic(self):
		x = self.o.scale
		self.part('server', 'echo')
		self.part('server', 'serve')
		self.lab.start('server', 'nginx', '-c', self.folder + '/nginx.conf')
		for name in ('echo', 'serve'):
			self.parts[name].spoke.wait(30)
		until(lambda: self.lab.on('client', 'curl', '-sf', '-m', '2', 'http://%s/page' % SERVER).returncode == 0, 30)
		mac = self.lab.on('server', 'cat', '/sys/class/net/s0/address').stdout.strip()
		self.part('client', 'udp', 2000 * x)
		self.part('client', 'markers', 20 * x, 1)
		self.part('client', 'downloads', 2 / x, self.o.digest)
		self.part('client', 'talk')
		self.part('client', 'flood', 2000, mac)
		if shutil.which('wrk'):
			with open(self.folder + '/wrk', 'w', encoding='ascii') as f:
				self.web = subprocess.Popen(['ip', 'netns', 'exec', self.lab.names['client'], 'wrk', '-t', '1', '-c', '8', '-d',
				                             '%ds' % (self.o.minutes * 60 + 600), '-s', self.folder + '/paced.lua', 'http://%s/page' % SERVER], stdout=f)
		else:
			self.part('client', 'pages', 100 * x)

	def tell(self, begin, cpu):
		p, s = {k: v.last for k, v in self.parts.items()}, self.samples
		took, redis = time.monotonic() - begin, s.sinks.get('redis', {})
		print('%4d s  RSS %d MB  markers %d/%d  datagrams %d/%d/%d  reloads %d  restarts %d  flows %d%%  redis lost %d  CPU %d%% of all' % (
			took, s.rss[-1][1], len(self.follower.alerts), p['markers'].get('tried', 0), p['udp'].get('sent', 0), p['echo'].get('got', 0),
			p['udp'].get('got', 0), self.orders[0].done, self.orders[1].done if len(self.orders) > 1 else 0,
			100 * s.full[-1][1] if s.full else 0, redis.get('lost', 0), 100 * (busy() - cpu) / took / os.cpu_count()), flush=True)

	def watch(self):
		"""Until the time is over or hangu is."""
		begin, cpu, told = time.monotonic(), busy(), 0
		while (took := time.monotonic() - begin) < self.o.minutes * 60 and self.h.process.poll() is None:
			self.samples.take()
			if took >= told + TELL:
				told += TELL
				self.tell(begin, cpu)
			time.sleep(SAMPLE - (time.monotonic() - begin) % SAMPLE)
		return time.monotonic() - begin

	def run(self):
		threads = [threading.Thread(target=t.live) for t in (self.redis, *self.orders)]
		self.follower.start()
		self.redis.start()
		try:
			self.begin_traffic()
			for t in threads:
				t.start()
			took = self.watch()
			figures = {name: self.parts[name].end() for name in reversed(self.parts)}
			self.stop.set()
			for t in threads:
				t.join()
			self.samples.take(False)
			# Behind the counters: it cuts its connections off, and what is under way then fits no session any more.
			if self.web:
				self.web.send_signal(signal.SIGINT)
				self.web.wait(10)
			status = self.h.stop()
		finally:
			self.stop.set()
			self.redis.kill()
		self.follower.over = True
		self.follower.join(60)
		return took, figures, status


def markers_of(figures, follower):
	"""done, missing, doubled."""
	failed = set(figures['failed'])
	done = [n for n in range(figures['first'], figures['first'] + figures['tried']) if n not in failed]
	return len(done), [n for n in done if n not in follower.alerts], [n for n, times in follower.alerts.items() if times > 1]


def goals(run, figures, status, said):
	"""Rows of the table: what, value, whether a goal was reached (None: no goal)."""
	s, f, udp, echo = run.samples, run.follower, figures['udp'], figures['echo']
	done, missing, doubled = markers_of(figures['markers'], f)
	slope, since = s.slope()
	warm = [x for x in s.full if x[0] >= min(60, s.full[-1][0] / 2)]
	full = sum(x[1] > 0.95 or x[2] for x in warm)
	reports = REPORTS.findall(said)
	file, redis = s.sinks.get('regular', {}), s.sinks.get('redis', {})
	rows = [
		('datagrams sent, lost there, lost back', '%d  %d  %d' % (udp['sent'], udp['sent'] - echo['got'], echo['got'] - udp['got']),
		 udp['sent'] == echo['got'] == udp['got']),
		('  seen twice; dropped at a socket of ours', '%d; %d' % (echo['doubled'] + udp['doubled'], echo['overrun'] + udp['overrun']), None),
		('  first runs lost [first, how many]', str(udp['holes']), None),
		('markers done, failed', '%d  %s' % (done, figures['markers']['failed'][:10]), not figures['markers']['failed']),
		('  alerted, missing, doubled', '%d  %s  %s' % (len(f.alerts), missing[:10], doubled[:10]), not missing and not doubled),
		('  retransmitted; slowest', '%d; %.2f s' % (figures['markers']['retransmitted'], figures['markers']['slowest']), None),
		('downloads done, failed', '%d  %d' % (figures['downloads']['done'], figures['downloads']['failed']), figures['downloads']['failed'] == 0),
		('Telnet sessions done, failed', '%d  %d' % (figures['talk']['sessions'], figures['talk']['sessions_failed']),
		 figures['talk']['sessions_failed'] == 0),
		('DNS answers, missing', '%d  %d' % (figures['talk']['answers'], figures['talk']['answers_missing']),
		 figures['talk']['answers_missing'] == 0),
		('SYNs sent, refused by the kernel', '%d  %d' % (figures['flood']['sent'], figures['flood']['refused']), None)]
	for o in run.orders:
		rows.append((o.command + ' done, failed; longest', '%d  %d; %.1f s  %s' % (o.done, o.failed, o.longest, o.why), o.done > 0 and o.failed == 0))
	rows += [
		('device: dropped at b0, b1', '%s  %s' % tuple(s.ports.get(n, {}).get('drop') for n in ('b0', 'b1')),
		 all(s.ports.get(n, {}).get('drop') == 0 for n in ('b0', 'b1'))),
		('packets dropped by reason', ' '.join('%s %d' % row for row in leaves(s.counters['ips']['drop_reason'])),
		 not list(leaves(s.counters['ips']['drop_reason']))),
		('table full, samples of', '%d of %d; least %d%%' % (full, len(warm), 100 * min(x[1] for x in warm)), full == len(warm)),
		('  times it became full, unanswered that made room, refused', '%d  %d  %d' % (
			s.counters['flow']['emerg_mode_entered'], s.counters['flow']['get_used'], s.counters['flow']['memcap']), s.counters['flow']['memcap'] == 0),
		('file: lines, written, broken, lost', '%d  %d  %d  %d' % (f.lines, file['written'], f.broken, file['lost']),
		 f.lines >= file['written'] and f.broken == 0 and file['lost'] == 0),
		('  lost before the outputs', str(s.counters['output']['lost']), s.counters['output']['lost'] == 0),
		('Redis: deaths; written, lost, reconnects', '%d; %d  %d  %d' % (run.redis.deaths, redis['written'], redis['lost'], redis['reconnects']), None),
		('RSS first, last, most', '%d  %d  %d MB' % (s.rss[0][1], s.rss[-1][1], max(r[1] for r in s.rss)), None),
		('RSS slope from %d s on' % since, '%.2f MB/minute (anonymous %.2f)' % (slope, s.slope(2)[0]),
		 slope < 1 if s.rss[-1][0] >= 2 * WARM else None),
		('samples failed', str(s.failed), s.failed == 0),
		('sanitizer reports', str(len(reports)), not reports),
		('exit status', str(status), status == 0)]
	return rows


def leaves(counters, above=''):
	"""Counters that are not zero, by their whole names."""
	for name, value in counters.items():
		if isinstance(value, dict):
			yield from leaves(value, above + name + '.')
		elif value:
			yield above + name, value


def show(run, took, rows, before):
	print('\n%s, %d minutes, %s' % (run.o.build, round(took / 60), run.o.variant_note or 'no note'))
	for what, value, reached in rows:
		print('%-60s %-6s %s' % (what, {None: '', True: 'ok', False: 'MISSED'}[reached], value))
	for who, then in before.items():
		now = kernel(run.lab, who)
		print('%-60s %-6s %s' % ('TCP of the ' + who, '', '  '.join('%s %d' % (k, now[k] - then[k]) for k in KERNEL if k in now)))
	if run.web:
		with open(run.folder + '/wrk', encoding='utf-8') as f:
			text = f.read()
		print('%-60s %-6s %s' % ('wrk', '', '; '.join(re.findall(r'\d+ requests in .*|Socket errors: .*', text))))
	for record in run.follower.drops:
		print('dropped: ' + record)
	for name in ('detect', 'app_layer', 'tcp', 'output'):
		print('%-60s %-6s %s' % (name, '', ' '.join('%s %d' % row for row in leaves(run.samples.counters[name]))))


def prepare(options, folder):
	"""Files of the server and of hangu."""
	body = random.Random(1).randbytes(1 << 20)
	options.digest = hashlib.sha256(body).hexdigest()
	with open(options.config, encoding='utf-8') as f:
		config = without(f.read(), NOT_OURS) + OUTPUTS % folder
	for name, text in (('nginx.conf', NGINX % {'folder': folder}), ('paced.lua', PACED % (50 / options.scale)), ('page', 'hangu ' * 700),
	                   ('marker.rules', RULE), ('hangu.yaml', config)):
		with open('%s/%s' % (folder, name), 'w', encoding='utf-8') as f:
			f.write(text)
	with open(folder + '/file', 'wb') as f:
		f.write(body)
	os.chmod(folder, 0o755)


def main():
	p = argparse.ArgumentParser(usage=__doc__.split('\n\n', 1)[1])
	p.add_argument('build')
	p.add_argument('rules')
	p.add_argument('--minutes', type=float, default=20)
	p.add_argument('--config', default=PACKAGED)
	p.add_argument('--variant-note', default='')
	p.add_argument('--scale', type=float, default=1)
	p.add_argument('--workers', default='1')
	p.add_argument('--flows', type=int, default=8192)
	p.add_argument('--keep')
	options = p.parse_args()
	signal.signal(signal.SIGTERM, lambda *_: sys.exit('told to stop'))
	with contextlib.ExitStack() as stack:
		folder = stack.enter_context(tempfile.TemporaryDirectory(prefix='soak-'))
		prepare(options, folder)
		lab = stack.enter_context(Lab())
		h = stack.enter_context(lab.hangu(
			options.build + '/hangu', '-c', folder + '/hangu.yaml', '-S', options.rules, '-S', folder + '/marker.rules', '--workers', options.workers,
			'--set', 'flow.max=%d' % options.flows, '--set', 'metrics.listen=%s/metrics.sock' % folder, '--set', 'rules.cache-dir=%s/cache' % folder))
		if not os.path.exists(h.folder + '/control.sock'):
			sys.exit('hangu does not start: ' + h.said())
		run = Run(options, lab, folder, h)
		before = {who: kernel(lab, who) for who in ('client', 'server')}
		took, figures, status = run.run()
		rows = goals(run, figures, status, h.said())
		show(run, took, rows, before)
		if options.keep:
			shutil.copytree(h.folder, options.keep, ignore=shutil.ignore_patterns('*.sock'), dirs_exist_ok=True)
		if took < options.minutes * 60 or any(reached is False for _, _, reached in rows):
			print('\n'.join(line for line in h.said().splitlines() if '.rules:' not in line)[-3000:])
			sys.exit(1)


if __name__ == '__main__':
	main()
