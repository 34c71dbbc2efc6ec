#!/usr/bin/env python3
"""Files in ranges: any number of workers, caps and time-outs, and who may bring parts of whose files.

usage: ranges.py PROGRAM     prints TAP
"""
import hashlib
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'captures'))
import packets
import tap

TEXT = b''.join(b'%07d ' % i for i in range(2000))
SECOND = 10**6


def part(path, first, last, size=len(TEXT), head=b'', body=None):
	body = TEXT[first:last + 1] if body is None else body
	return [(0, b'GET %s HTTP/1.1\r\nHost: a.test\r\n\r\n' % path), (1, b'HTTP/1.1 206 P\r\nContent-Range: bytes %d-%d/%d\r\n%sContent-Length: %d\r\n\r\n%s' % (
		first, last, size, head, len(body), body))]


def halves(path, sport, later=0, **how):
	"""Two connections, the second half first; (time, frame) from `later` microseconds on."""
	end, middle = len(TEXT) - 1, len(TEXT) // 2
	first = packets.talk(80, part(path, middle, end), sport=sport, **how)
	second = packets.talk(80, part(path, 0, middle - 1), sport=sport + 1, **how)
	frames = packets.timed(first + second)
	return [(time + (later if i >= len(first) else 0), frame) for i, (time, frame) in enumerate(frames)]


def run(frames, *settings, workers=1):
	"""Records of files, and the counters."""
	with tempfile.TemporaryDirectory() as out:
		path = os.path.join(out, 'ranges.pcap')
		with open(path, 'wb') as f:
			f.write(packets.pcap(sorted(packets.timed(frames), key=lambda frame: frame[0])))
		command = [tap.PROGRAM, 'replay', '-l', out, '--workers', str(workers), '--set', 'outputs.eve-log.types.files.force-hash.0=sha256']
		for setting in settings:
			command += ['--set', setting]
		subprocess.run(command + [path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120, check=True)
		with open(os.path.join(out, 'eve.json'), encoding='utf-8') as f:
			records = [json.loads(text) for text in f]
	files = [r for r in records if r['event_type'] == 'fileinfo']
	counters = [r['stats'] for r in records if r['event_type'] == 'stats'][-1]
	return files, counters['http']['ranges']


def whole(files):
	return [r for r in files if r['fileinfo']['size'] == len(TEXT) and 'start' not in r['fileinfo']]


def test_any_number_of_workers():
	frames = []
	for i in range(20):
		frames += [(time + i * SECOND // 10, frame) for time, frame in halves(b'/f%d' % i, 40000 + 2 * i, client='10.0.%d.1' % i)]
	answers = []
	for workers in (1, 2, 4):
		files, counters = run(frames, workers=workers)
		answers.append(sorted((r['src_ip'], r['dest_ip'], r['dest_port'], json.dumps(r['fileinfo'], sort_keys=True)) for r in files))
		assert counters['joined'] == 20, counters
	assert answers[0] == answers[1] == answers[2]
	files, _ = run(frames)
	assert {r['fileinfo']['sha256'] for r in whole(files)} == {hashlib.sha256(TEXT).hexdigest()}
	assert len(whole(files)) == 20


def test_other_addresses_bring_nothing():
	end, middle = len(TEXT) - 1, len(TEXT) // 2
	frames = packets.talk(80, part(b'/f', middle, end), sport=40000) + packets.talk(80, part(b'/f', 0, middle - 1), sport=40001, client='10.0.0.9')
	files, counters = run(frames)
	assert len(files) == 2 and not whole(files) and counters['joined'] == 0, files


def test_other_versions_are_other_files():
	end, middle = len(TEXT) - 1, len(TEXT) // 2
	for tags, n in (((b'ETag: "a"\r\n', b'ETag: "a"\r\n'), 1), ((b'ETag: "a"\r\n', b'ETag: "b"\r\n'), 0)):
		frames = packets.talk(80, part(b'/f', 0, middle - 1, head=tags[0]) + part(b'/f', middle, end, head=tags[1]))
		files, _ = run(frames)
		assert len(whole(files)) == n, (tags, files)


def test_memory():
	frames = halves(b'/f', 40000)
	_, counters = run(frames, 'app-layer.protocols.http.byterange.memcap=1kb')
	assert counters == {'joined': 0, 'forgotten': 0, 'refused': 1}, counters
	_, counters = run(frames, 'app-layer.protocols.http.byterange.memcap=64kb')
	assert counters == {'joined': 1, 'forgotten': 0, 'refused': 0}, counters


def test_time():
	frames = halves(b'/f', 40000, later=50 * SECOND)
	frames += [(time + 200 * SECOND, frame) for time, frame in halves(b'/g', 41000)]
	_, counters = run(frames)
	assert counters == {'joined': 2, 'forgotten': 0, 'refused': 0}, counters
	_, counters = run(frames, 'app-layer.protocols.http.byterange.timeout=20')
	assert counters == {'joined': 1, 'forgotten': 2, 'refused': 0}, counters


def test_stretches():
	"""64 of them may wait, 65 not."""
	for n, joined in ((64, 1), (65, 0)):
		messages = []
		for i in range(n, 0, -1):
			messages += part(b'/f', i * 10, i * 10 + 4)
		messages += part(b'/f', 0, 9)
		for i in range(1, n + 1):
			messages += part(b'/f', i * 10 + 5, i * 10 + 9)
		messages += part(b'/f', n * 10 + 10, len(TEXT) - 1)
		_, counters = run(packets.talk(80, messages))
		assert (counters['joined'], counters['refused'] > 0) == (joined, not joined), (n, counters)


def test_many_files():
	"""1024 are in work; those that wait longest give way."""
	frames = []
	for i in range(26):
		messages = []
		for k in range(40):
			messages += part(b'/f%d' % (i * 40 + k), 0, 9)
		frames += packets.talk(80, messages, sport=40000 + i)
	_, counters = run(frames)
	assert counters == {'joined': 0, 'forgotten': 26 * 40 - 1024, 'refused': 0}, counters


def test_missing_bytes_are_filled():
	"""A segment of the first answer is lost, and a range that is fetched later has its bytes."""
	session = packets.Session(80, sport=40000).open()
	(_, ask), (_, answer) = part(b'/f', 0, len(TEXT) - 2)
	session.say(0, ask)
	for at in range(0, len(answer), 1400):
		lost = at == 2800
		before = len(session.frames)
		session.say(1, answer[at:at + 1400])
		if lost:
			del session.frames[before]
	frames = session.close() + packets.talk(80, part(b'/f', 2000, 5000) + part(b'/f', len(TEXT) - 1, len(TEXT) - 1), sport=40001)
	files, counters = run(frames)
	assert counters['joined'] == 1 and whole(files)[0]['fileinfo']['sha256'] == hashlib.sha256(TEXT).hexdigest(), (counters, files)


if __name__ == '__main__':
	sys.exit(tap.program(__doc__, 'ranges', globals()))
