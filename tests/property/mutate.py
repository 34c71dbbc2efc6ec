#!/usr/bin/env python3
"""Damaged captures through the program: no finding of a sanitizer, no hang, every record as docs/schema says.

usage: mutate.py PROGRAM                          the sample: 480 mutants of the captures of tests/captures; prints TAP
       mutate.py PROGRAM [--count N] [--seed N] [--keep FOLDER] [--rules FILE] PATH...

PATH: captures, or folders of them. Mutant i of a seed is always the same: one capture, cut to FRAMES frames, then truncated,
bit-flipped, reordered, doubled, spliced frames, changed payloads, or a damaged file. They go through `replay --separate`
in batches with a rule set that looks into every buffer (allrules.py), in turn as ids and ips, native and compat. What
fails is replayed alone, kept in FOLDER and named. Exit status 1 when anything failed.
"""
import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'captures'))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'system'))
import allrules
import make
import packets
import records
import tap

FRAMES, BYTES, BATCH, SAMPLE = 200, 150_000, 40, 480
SECONDS = 60  # of a batch; a mutant alone has a fifth
FINDING = ('runtime error:', 'ERROR: AddressSanitizer', 'ERROR: LeakSanitizer', 'WARNING: ThreadSanitizer', 'Assertion')
SETTINGS = ([], ['--simulate-ips'], ['--set', 'compat=suricata7'], ['-k', 'none'], ['-k', 'none', '--simulate-ips'],
	['-k', 'none', '--set', 'replay.burst=1'])


def flip(r, frames):
	for _ in range(r.choice((1, 1, 4, 30))):
		i = r.randrange(len(frames))
		at, data = frames[i]
		if data:
			k = r.randrange(min(len(data), r.choice((60, 60, 10**6))))
			value = r.choice((data[k] ^ 1 << r.randrange(8), 0, 0xff, 0x7f, 0x80, data[k] + 1 & 0xff, r.randrange(256)))
			frames[i] = (at, data[:k] + bytes([value]) + data[k + 1:])


def truncate(r, frames):
	i = r.randrange(len(frames))
	frames[i] = (frames[i][0], frames[i][1][:r.randrange(len(frames[i][1]) + 1)])


def swap(r, frames):
	for _ in range(r.choice((1, 3, len(frames)))):
		i, k = r.randrange(len(frames)), r.randrange(len(frames))
		frames[i], frames[k] = (frames[i][0], frames[k][1]), (frames[k][0], frames[i][1])


def double(r, frames):
	i = r.randrange(len(frames))
	frames[i:i] = [frames[i]] * r.choice((1, 2, 50))


def remove(r, frames):
	if len(frames) > 1:
		i = r.randrange(len(frames))
		del frames[i:min(i + r.choice((1, 1, 5)), i + len(frames) - 1)]


def jump(r, frames):
	"""The clock jumps, forth or back."""
	i, by = r.randrange(len(frames)), r.choice((-10**6, 10**6, 61 * 10**6, 4000 * 10**6, -10**9))
	frames[i:] = [(max(at + by, 0), data) for at, data in frames[i:]]


def splice(r, frames):
	i, k = r.randrange(len(frames)), r.randrange(len(frames))
	a, b = frames[i][1], frames[k][1]
	frames[i] = (frames[i][0], a[:r.randrange(len(a) + 1)] + b[r.randrange(len(b) + 1):])


def resize(r, frames):
	"""Bytes go in or out behind the headers of an Ethernet frame with IPv4, whose length is set right."""
	i = r.randrange(len(frames))
	at, data = frames[i]
	if len(data) < 60 or data[12:15] != b'\x08\x00\x45':
		return
	k = r.randrange(34, len(data))
	put = r.choice((b'', r.randbytes(r.choice((1, 4, 100))), data[k:k + 20], b'\r\n', b'\xff' * 3, b'\0' * 8))
	data = data[:k] + put + data[k + r.choice((0, 0, 1, 4, 20)):]
	frames[i] = (at, packets.put16(data, 16, min(len(data) - 14, 0xffff)))


MUTATIONS = (flip, flip, flip, truncate, swap, double, remove, jump, splice, resize, resize, resize)


def damage_file(r, data):
	k = r.randrange(len(data))
	how = r.randrange(3)
	if how == 0:
		return data[:k]
	if how == 1:
		return data[:k] + r.randbytes(r.choice((1, 4))) + data[k + 4:]
	k = r.randrange(min(len(data), 60))
	return data[:k] + bytes([r.choice((0, 1, 0x7f, 0xff))]) + data[k + 1:]


def mutant(seed, i, paths):
	"""(the path of its origin, the bytes of the file)."""
	r = random.Random('%d/%d' % (seed, i))
	path = r.choice(paths)
	link, frames = packets.read(path)
	first = r.randrange(max(1, len(frames) - FRAMES)) if r.randrange(3) == 0 else 0
	frames, kept = frames[first:first + FRAMES], 0
	for n, (_, data) in enumerate(frames):
		kept += len(data)
		if kept > BYTES:
			del frames[n + 1:]
			break
	if not frames:
		with open(path, 'rb') as f:
			return path, damage_file(r, f.read(BYTES) or b'\0')
	for _ in range(r.choice((1, 1, 2, 5, 20))):
		r.choice(MUTATIONS)(r, frames)
	whole = (packets.pcapng if r.randrange(4) == 0 else packets.pcap)(frames, link if link is not None else 1)
	return path, damage_file(r, whole) if r.randrange(12) == 0 else whole


class Run:
	def __init__(self, program, rules, keep, folder):
		self.program, self.rules, self.keep, self.folder = program, rules, keep, folder
		self.lines, self.failed, self.schema = 0, 0, records.Schema()
		self.env = dict(os.environ, XDG_CACHE_HOME=folder, TZ='UTC', ASAN_OPTIONS='detect_leaks=0',
			UBSAN_OPTIONS='print_stacktrace=1')

	def replay(self, files, settings, seconds):
		"""What is wrong, or None."""
		out = os.path.join(self.folder, 'out')
		shutil.rmtree(out, ignore_errors=True)
		command = [self.program, 'replay', '-S', self.rules, '-l', out, '--separate', *settings, *files]
		try:
			done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.env, timeout=seconds)
		except subprocess.TimeoutExpired:
			return 'no end after %d s' % seconds
		text = done.stderr.decode(errors='replace')
		if done.returncode not in (0, 2) or any(f in text for f in FINDING):
			return 'exit status %d\n%s' % (done.returncode, text[-6000:])
		for name in sorted(os.listdir(out)):
			with open(os.path.join(out, name, 'eve.json'), 'rb') as f:
				for line in f:
					self.lines += 1
					why = self.schema.finding(line)
					if why:
						return '%s: %s\n%s' % (name, why, line.decode(errors='replace')[:2000])
		return None

	def batch(self, seed, numbers, paths):
		settings, files, origin = SETTINGS[numbers[0] // BATCH % len(SETTINGS)], [], {}
		for i in numbers:
			path, data = mutant(seed, i, paths)
			files.append(os.path.join(self.folder, 'm%d.pcap' % i))
			origin[files[-1]] = path
			with open(files[-1], 'wb') as f:
				f.write(data)
		why = self.replay(files, settings, SECONDS)
		if why:
			self.single_out(files, origin, settings, why)
		for f in files:
			os.unlink(f)

	def single_out(self, files, origin, settings, why):
		self.failed += 1
		alone = [(f, w) for f in files for w in [self.replay([f], settings, SECONDS // 5)] if w]
		for f, w in alone or [(f, 'only in a batch: ' + why) for f in files]:
			kept = shutil.copy(f, self.keep) if self.keep else f
			text = 'FAILED %s (of %s) %s\n%s' % (kept, origin[f], ' '.join(settings), w)
			print('\n'.join('# ' + x for x in text.splitlines()), flush=True)


def captures(paths):
	for path in paths:
		if os.path.isdir(path):
			yield from sorted(os.path.join(d, f) for d, _, fs in os.walk(path) for f in fs if '.pcap' in f or f.endswith('.cap'))
		else:
			yield path


def run(program, paths, count, seed=1, keep=None, rules=None, tell=False):
	"""(records read, batches that failed)."""
	began = time.monotonic()
	with tempfile.TemporaryDirectory(prefix='hg-mutate-') as folder:
		r = Run(os.path.abspath(program), rules or allrules.write(program, folder), keep, folder)
		for first in range(0, count, BATCH):
			r.batch(seed, range(first, min(first + BATCH, count)), paths)
			if tell and first // BATCH % 10 == 9:
				print('%d mutants, %d records, %d batches failed, %d s' % (first + BATCH, r.lines, r.failed,
					time.monotonic() - began), flush=True)
	return r.lines, r.failed


def sample(program):
	with tempfile.TemporaryDirectory(prefix='hg-mutate-') as folder:
		lines, failed = run(program, make.make(os.path.join(folder, 'captures')), SAMPLE)
		assert not failed, '%d batches failed, see above' % failed
		assert lines > 10 * SAMPLE, 'only %d records' % lines


def main():
	a = argparse.ArgumentParser(usage=__doc__)
	a.add_argument('program')
	a.add_argument('paths', nargs='*')
	a.add_argument('--count', type=int, default=400)
	a.add_argument('--seed', type=int, default=1)
	a.add_argument('--keep')
	a.add_argument('--rules')
	o = a.parse_intermixed_args()
	if not o.paths:
		return tap.run('mutate', [('damaged captures do no harm', lambda: sample(o.program))])
	if o.keep:
		os.makedirs(o.keep, exist_ok=True)
	lines, failed = run(o.program, list(captures(o.paths)), o.count, o.seed, o.keep, o.rules, True)
	print('%d mutants, %d records, %d batches failed' % (o.count, lines, failed))
	return 1 if failed or not lines else 0


if __name__ == '__main__':
	sys.exit(main())
