#!/usr/bin/env python3
"""The same events whatever the burst, the number of workers, and the segments that a stream comes in.

usage: same.py PROGRAM BUFFERS                    the captures of tests/captures; prints TAP
       same.py PROGRAM BUFFERS --over PATH...     captures, or folders of them: figures, and each capture that differs

BUFFERS is the program made of buffers.c. Bursts and workers: the records of each flow are equal, in order. Streams cut anew
(recut.py): transactions, their buffers and files are equal, and so are (flow, transaction, signature) of rules on
application buffers; those on bodies only where every body fits the first inspection window.
"""
import collections
import functools
import json
import os
import re
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, '..', 'captures'), os.path.join(HERE, '..', 'system')]
import allrules
import make
import mutate
import packets
import recut
import tap
import traffic

BURSTS, WORKERS = (1, 2, 7, 32, 64), (1, 2, 3)
BYTES = 4096           # of a direction that are cut into single bytes in the sample; behind them random pieces
MOST = ('--set', 'packet-alert-max=255')
WINDOW = 30_000        # bytes of a body that fit the first inspection window
BODIES = ('file.data', 'http.request_body', 'http.response_body')
TRANSACTIONS = (*traffic.PROTOCOLS, 'ftp_data', 'login', 'fileinfo')
TIMES = ((('http',), 'latency_ms'), (('audit',), 'start'), (('audit',), 'end'), (('ftp', 'session'), 'duration_ms'))  # of packets, too
OF_PACKETS = ('timestamp', 'pcap_cnt', 'pkt_src', 'metadata')
CONFIG = '''%%YAML 1.1
---
outputs:
  - eve-log:
      types: [alert, anomaly, %s, login, flow, files: {force-hash: [md5]}]
''' % ', '.join(traffic.PROTOCOLS)


class Bench:
	"""One program, its rules and a folder to work in."""

	def __init__(self, program, buffers, folder):
		self.program, self.buffers, self.folder = os.path.abspath(program), os.path.abspath(buffers), folder
		self.rules = allrules.write(self.program, folder, allrules.FEW)
		self.config = os.path.join(folder, 'same.yaml')
		with open(self.config, 'w') as f:
			f.write(CONFIG)
		self.env = dict(os.environ, XDG_CACHE_HOME=folder, TZ='UTC', ASAN_OPTIONS='detect_leaks=0')
		with open(self.rules) as f:
			text = f.read()
		named = [(int(sid), head) for head, sid in re.findall(r'\(([\w.]+)[;:].*sid:(\d+);', text)]
		buffer_names = set(allrules.listed(self.program, 'buffers'))
		self.on_buffers = {sid for sid, head in named if head in buffer_names}
		self.on_bodies = {sid for sid, head in named if head in BODIES}

	def replay(self, paths, *options):
		"""{file name: its lines}."""
		out = tempfile.mkdtemp(dir=self.folder)
		command = [self.program, 'replay', '-c', self.config, '-S', self.rules, '-l', out, '--separate', *options, *paths]
		done = subprocess.run(command, env=self.env, stderr=subprocess.PIPE, timeout=600)
		assert done.returncode in (0, 2), done.stderr.decode(errors='replace')[-2000:]
		lines = {}
		for path in paths:
			with open(os.path.join(out, os.path.basename(path), 'eve.json'), 'rb') as f:
				lines[os.path.basename(path)] = f.read().splitlines()
		subprocess.run(['rm', '-r', out], check=True)
		return lines

	def buffers_of(self, paths):
		"""{file name: its buffers}."""
		done = subprocess.run([self.buffers, *paths], env=self.env, stdout=subprocess.PIPE, timeout=600)
		assert done.returncode == 0, 'buffers: exit status %d' % done.returncode
		of, out = None, {}
		for line in done.stdout.splitlines():
			if line.startswith(b'capture '):
				of = out[os.path.basename(line[8:].decode())] = collections.Counter()
			else:
				of[line] += 1
		return out


def by_flow(lines):
	"""{flow: its lines in order}; what has no flow stands under None, without an order."""
	flows = collections.defaultdict(list)
	for line in lines:
		flow = json.loads(line).get('flow_id')
		flows[flow].append(line)
	flows[None].sort()
	return flows


def first_difference(a, b):
	for flow in a.keys() | b.keys():
		if a.get(flow, []) != b.get(flow, []):
			for x, y in zip(a.get(flow, []) + [b'nothing'], b.get(flow, []) + [b'nothing']):
				if x != y:
					return 'flow %s\n%s\n%s' % (flow, x.decode()[:900], y.decode()[:900])
	return None


def differences(bench, paths, variants):
	"""(capture, options, difference) of those whose records change with the options; the first variant is the measure."""
	want = {name: by_flow(lines) for name, lines in bench.replay(paths, *variants[0]).items()}
	for options in variants[1:]:
		for name, lines in bench.replay(paths, *options).items():
			why = first_difference(want[name], by_flow(lines))
			if why:
				yield name, options, why


def burst_variants():
	return [['--set', 'replay.burst=%d' % b] for b in BURSTS]


def worker_variants(program):
	"""None: the program works with one only."""
	two = subprocess.run([program, 'replay', '--workers', '2', os.devnull], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
	return [['--workers', str(w)] for w in WORKERS] if two.returncode != 1 else None


def transactions(bench, lines):
	"""What must not depend on how a stream was cut: records without their packets, and alerts."""
	records, alerts, large, packets_alerts = collections.Counter(), set(), set(), collections.Counter()
	parsed = [json.loads(x) for x in lines]
	for r in parsed:
		kind = r['event_type']
		for path, name in TIMES:
			inner = functools.reduce(lambda object, key: object.get(key, {}), path, r)
			inner.pop(name, None)
		if max(r.get('fileinfo', {}).get('size', 0), r.get('http', {}).get('length', 0) if kind == 'http' else 0) > WINDOW:
			large.add(r['flow_id'])
		if kind in TRANSACTIONS or (kind == 'anomaly' and r['anomaly'].get('layer') == 'proto_parser'):
			records[json.dumps({k: v for k, v in r.items() if k not in OF_PACKETS}, sort_keys=True)] += 1
	for r in parsed:
		# Group 200: what meters show depends on the number of packets.
		sid = r['alert']['signature_id'] if r['event_type'] == 'alert' and r['alert']['gid'] != 200 else None
		packets_alerts[r.get('pcap_cnt')] += sid is not None
		if sid in bench.on_buffers and not (sid in bench.on_bodies and r['flow_id'] in large):
			alerts.add((r['flow_id'], r.get('tx_id'), sid, r['direction']))
	# Where a packet had as many as are kept, some are missing.
	return records, alerts if max(packets_alerts.values(), default=0) < int(MOST[1].split('=')[1]) else None


def cut_capture(bench, path, size):
	"""The path of the capture cut anew, and how many sessions were; None where there is nothing to cut."""
	link, frames = packets.read(path)
	if link is None:
		return None, 0
	out, clean, _ = recut.recut(link, frames, size, single=BYTES if size == 1 else 0)
	if len(out) == len(frames):
		return None, clean
	other = os.path.join(bench.folder, 'cut', os.path.basename(path) + '.pcap')
	os.makedirs(os.path.dirname(other), exist_ok=True)
	with open(other, 'wb') as f:
		f.write(packets.pcap(out, link))
	return other, clean


def shown(what, a, b):
	return '%s: only whole %s, only cut %s' % (what, list((a - b).elements())[:3], list((b - a).elements())[:3])


def cut_differences(bench, pairs):
	"""(capture, difference) of those pairs (capture, the same cut anew) that differ."""
	if not pairs:
		return
	lines, buffers = [], []
	for paths in zip(*pairs):
		lines.append(bench.replay(paths, *MOST, '-k', 'none'))
		buffers.append(bench.buffers_of(paths))
	for pair in pairs:
		names = [os.path.basename(p) for p in pair]
		parts = [transactions(bench, lines[i][names[i]]) + (buffers[i][names[i]],) for i in (0, 1)]
		for what, a, b in zip(('records', 'alerts', 'buffers'), *parts):
			if a != b and a is not None and b is not None:
				yield pair[0], shown(what, collections.Counter(a), collections.Counter(b))
				break


def sample(program, buffers, folder):
	bench = Bench(program, buffers, folder)
	paths = make.make(os.path.join(folder, 'captures'))

	def bursts():
		for name, options, why in differences(bench, paths, burst_variants()):
			raise AssertionError('%s with %s: %s' % (name, options[-1], why))

	def workers():
		variants = worker_variants(bench.program)
		if variants is None:
			return 'skip: replay takes one worker only'
		for name, options, why in differences(bench, paths, variants):
			raise AssertionError('%s with %s workers: %s' % (name, options[-1], why))
		return None

	def cut(size):
		cut = [(path, *cut_capture(bench, path, size)) for path in paths]
		for path, why in cut_differences(bench, [(path, other) for path, other, _ in cut if other]):
			raise AssertionError('%s: %s' % (os.path.basename(path), why))
		assert sum(clean for _, _, clean in cut) > 60

	def all_buffers():
		missing = allrules.buffers_without_rule(bench.program, bench.rules)
		assert not missing, 'no rule on %s' % missing

	return [('rules look into every buffer', all_buffers), ('bursts of 1, 2, 7, 32 and 64 give the same events', bursts),
		('1, 2 and 3 workers give the same events', workers), ('streams in single bytes give the same', lambda: cut(1)),
		('streams in random segments give the same', lambda: cut('random'))]


def over(program, buffers, paths):
	"""Figures over many captures; the number of differences."""
	count, at_once, began = collections.Counter(), 40, time.monotonic()
	with tempfile.TemporaryDirectory(prefix='hg-same-') as folder:
		bench = Bench(program, buffers, folder)
		every = list(mutate.captures(paths))
		for first in range(0, len(every), at_once):
			links = {}
			for i, path in enumerate(every[first:first + at_once], first):
				link = os.path.join(folder, '%d-%s' % (i, os.path.basename(path)))
				os.symlink(os.path.abspath(path), link)
				links[link] = path
			compare(bench, links, count)
			for link in links:
				os.unlink(link)
			if first // at_once % 10 == 9:
				print(dict(count), '%d s' % (time.monotonic() - began), flush=True)
	print(dict(count))
	return sum(n for what, n in count.items() if what.startswith('differ'))


def compare(bench, links, count):
	count['captures'] += len(links)
	for what, options in (('bursts', burst_variants()), ('workers', worker_variants(bench.program))):
		for name, option, why in differences(bench, list(links), options) if options else ():
			count['differ by ' + what] += 1
			print('DIFFERS %s %s: %s' % (links[os.path.join(bench.folder, name)], option[-1], why), flush=True)
	pairs = []
	for link in links:
		other, clean = cut_capture(bench, link, 1)
		count['sessions cut'] += clean if other else 0
		pairs += [(link, other)] if other else []
	count['captures cut'] += len(pairs)
	for link, why in cut_differences(bench, pairs):
		count['differ when cut'] += 1
		print('DIFFERS %s cut: %s' % (links[link], why[:3000]), flush=True)


def main():
	if len(sys.argv) == 3:
		with tempfile.TemporaryDirectory(prefix='hg-same-') as folder:
			return tap.run('same', sample(sys.argv[1], sys.argv[2], folder))
	if len(sys.argv) > 4 and sys.argv[3] == '--over':
		return 1 if over(sys.argv[1], sys.argv[2], sys.argv[4:]) else 0
	print(__doc__)
	return 2


if __name__ == '__main__':
	sys.exit(main())
