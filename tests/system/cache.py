#!/usr/bin/env python3
"""Compiled patterns on disk: whatever happened to the folder, the rules load, the same alerts come, and the files are whole afterwards.

usage: cache.py PROGRAM          prints TAP
"""
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'captures'))
import packets
import tap
from eve import datagram, ether

RULES = 600
WANTED = {1, 77, 300, RULES}


def word(i):
	return hashlib.sha256(b'%d' % i).hexdigest()[:12]


class Place:
	"""A folder with rules, a capture and a cache."""

	def __init__(self, folder):
		self.folder, self.cache = folder, os.path.join(folder, 'cache')
		with open(self.path('r.rules'), 'w') as f:
			for i in range(1, RULES + 1):
				f.write('alert udp any any -> any %d (content:"%s"; sid:%d;)\n' % (1000 + i % 40 if i % 2 else 9999, word(i), i))
		frames = [ether(datagram(word(i).encode(), dport=1000 + i % 40 if i % 2 else 9999)) for i in sorted(WANTED)]
		with open(self.path('c.pcap'), 'wb') as f:
			f.write(packets.pcap(packets.timed(frames)))
		os.mkdir(self.cache)

	def path(self, name):
		return os.path.join(self.folder, name)

	def start(self, *sets):
		words = [w for s in ('rules.cache-dir=' + self.cache,) + sets for w in ('--set', s)]
		return subprocess.Popen([tap.PROGRAM, 'replay', '-S', self.path('r.rules'), *words, self.path('c.pcap')], stdout=subprocess.PIPE,
			stderr=subprocess.PIPE)

	def end(self, process):
		out, err = process.communicate(timeout=120)
		assert process.returncode == 0, err
		events = [json.loads(line) for line in out.splitlines()]
		alerts = {e['alert']['signature_id'] for e in events if e['event_type'] == 'alert'}
		assert alerts == WANTED, alerts

	def run(self, *sets):
		self.end(self.start(*sets))

	def files(self):
		"""Name: content of what is there; each must be whole."""
		got = {}
		for name in os.listdir(self.cache):
			with open(os.path.join(self.cache, name), 'rb') as f:
				got[name] = f.read()
		return got

	def whole(self):
		files = {name: data for name, data in self.files().items() if name.endswith('.hs')}
		for name, data in files.items():
			assert hashlib.sha256(data[32:]).digest() == data[:32], name
		return files

	def write(self, name, data):
		with open(os.path.join(self.cache, name), 'wb') as f:
			f.write(data)


def in_place(case):
	def run():
		with tempfile.TemporaryDirectory(prefix='hg-cache-') as folder:
			return case(Place(folder))
	run.__name__ = case.__name__
	return run


@in_place
def test_the_second_start_takes_what_the_first_has_kept(p):
	"""Not written again, and what was read is marked as used."""
	p.run()
	first = {n: os.stat(os.path.join(p.cache, n)).st_ino for n in p.whole()}
	assert len(first) > 20, first
	for name in first:
		os.utime(os.path.join(p.cache, name), (0, 0))
	p.run()
	second = {n: os.stat(os.path.join(p.cache, n)) for n in p.whole()}
	assert {n: s.st_ino for n, s in second.items()} == first, (len(second), len(first))
	assert all(s.st_mtime > 0 for s in second.values()), sorted(n for n, s in second.items() if s.st_mtime == 0)


@in_place
def test_any_number_of_threads_makes_the_same_databases(p):
	made = []
	for threads in (1, 2, 7):
		p.cache = p.path('cache%d' % threads)
		p.run('rules.compile-threads=%d' % threads)
		made.append(p.whole())
	assert made[0] == made[1] == made[2]


@in_place
def test_damaged_files_are_made_anew(p):
	p.run()
	good = p.whole()
	rand = random.Random(1)
	for name, data in good.items():
		at = rand.randrange(len(data))
		p.write(name, rand.choice([data[:rand.randrange(len(data))], data[:at] + bytes([data[at] ^ 1 << rand.randrange(8)]) + data[at + 1:],
			b'', os.urandom(len(data))]))
	p.run()
	assert p.whole() == good


@in_place
def test_what_is_whole_and_of_another_version_is_made_anew(p):
	"""A digest that fits, and behind it what Hyperscan says is not its own."""
	p.run()
	good = p.whole()
	for name, data in good.items():
		other = bytearray(data[32:])
		other[4:8] = b'\1\2\3\4'
		p.write(name, hashlib.sha256(other).digest() + other)
	p.run()
	assert p.whole() == good


@in_place
def test_a_process_killed_while_it_writes_leaves_nothing_that_counts(p):
	rand, seen = random.Random(2), 0
	p.run()
	good = p.whole()
	for _ in range(25):
		for name in list(p.files())[::2]:
			os.unlink(os.path.join(p.cache, name))
		process = p.start()
		time.sleep(rand.random() * 0.15)
		process.send_signal(signal.SIGKILL)
		process.communicate()
		seen += len(p.whole()) < len(good)
	assert seen > 0
	p.run()
	assert p.whole() == good


@in_place
def test_what_a_killed_writer_left_beside_is_no_hindrance(p):
	p.run()
	good = p.whole()
	for name, data in good.items():
		os.unlink(os.path.join(p.cache, name))
		p.write(name + '.part', data[:len(data) // 2] + b'x' * 100000)
	p.run()
	assert p.whole() == good and len(p.files()) == len(good)


@in_place
def test_processes_that_write_at_the_same_time(p):
	p.run()
	good = p.whole()
	for _ in range(3):
		for name in p.files():
			os.unlink(os.path.join(p.cache, name))
		for process in [p.start() for _ in range(4)]:
			p.end(process)
		assert p.whole() == good and len(p.files()) == len(good), sorted(p.files())


@in_place
def test_a_folder_that_cannot_be_written(p):
	if os.geteuid() == 0:
		p.cache = '/proc/self'
	else:
		os.chmod(p.cache, 0o500)
	p.run()


@in_place
def test_a_full_disk(p):
	p.run()
	good = p.whole()
	for name in good:
		os.unlink(os.path.join(p.cache, name))
	if os.geteuid() != 0 or subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=64k', 'none', p.cache], stderr=subprocess.DEVNULL).returncode != 0:
		return 'skip: needs root'
	try:
		p.run()
		p.run()
		kept = p.whole()
		assert 0 < len(kept) < len(good), 'the disk is not full, or nothing is kept: %d of %d' % (len(kept), len(good))
		assert all(good[n] == data for n, data in kept.items()) and len(p.files()) == len(kept), sorted(p.files())
	finally:
		subprocess.run(['umount', p.cache], check=True)


@in_place
def test_files_that_others_may_write_are_not_run(p):
	"""They are whole, but of other patterns: whoever took them would not find what he looks for."""
	p.run()
	good = p.whole()
	names = sorted(good)
	for name, other in zip(names, names[1:] + names[:1]):
		p.write(name, good[other])
		os.chmod(os.path.join(p.cache, name), 0o666)
	p.run()
	assert p.whole() == good
	assert all(os.stat(os.path.join(p.cache, n)).st_mode & 0o777 == 0o640 for n in good)


@in_place
def test_the_folder_keeps_to_its_size(p):
	p.run()
	good = p.whole()
	oldest = sorted(good)[:5]
	for name in oldest:
		os.utime(os.path.join(p.cache, name), (0, 0))
	p.write('not-ours', b'x' * 1000)
	most = sum(map(len, good.values())) - sum(len(good[n]) for n in oldest[:4]) - 1
	# Nothing of it is used, so the oldest are those that stand there.
	with open(p.path('r.rules'), 'w') as f:
		f.write('alert udp any any -> any any (msg:"no pattern"; sid:1;)\n')
	process = p.start('rules.cache-size=%d' % most)
	process.communicate(timeout=60)
	assert process.returncode == 0
	assert sorted(set(good) - set(p.whole())) == oldest and 'not-ours' in p.files()


if __name__ == '__main__':
	sys.exit(tap.program(__doc__, 'cache', globals()))
