#!/usr/bin/env python3
"""Stored files under load: many at a time from several workers through a small queue, and a program that is killed half way.

usage: store.py PROGRAM          prints TAP; standard library only, no root
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
sys.path[:0] = [os.path.join(HERE, '..', 'captures')]
import packets
import tap

SESSIONS, FILES = 60, 8
LARGE = 40000


def body(i, k):
	"""Bytes of file k of session i; some of them are the same in several sessions."""
	source = random.Random('same %d' % k if k == 3 else '%d %d' % (i, k))
	return source.randbytes(source.randrange(1, LARGE))


def frames():
	"""All sessions at once, a packet of each in turn; every file in packets of its own."""
	talks = []
	for i in range(SESSIONS):
		messages = []
		for k in range(FILES):
			data = body(i, k)
			messages.append((0, b'GET /%d-%d.%s HTTP/1.1\r\nHost: a\r\n\r\n' % (i, k, b'bin' if k % 2 else b'txt')))
			messages.append((1, b'HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n' % len(data)))
			messages += [(1, data[at:at + 1400]) for at in range(0, len(data), 1400)]
		talks.append(packets.talk(80, messages, sport=20000 + i, client='10.0.%d.1' % i))
	longest = max(len(t) for t in talks)
	return packets.timed([t[at] for at in range(longest) for t in talks if at < len(t)])


def run(program, capture, out, rules, *sets, **how):
	with open(os.path.join(out, 'rules'), 'w', encoding='utf-8') as f:
		f.write(rules)
	command = [program, 'replay', '-S', os.path.join(out, 'rules'), '-l', out, '--set', 'outputs.file-store.enabled=yes']
	for setting in sets:
		command += ['--set', setting]
	if 'workers' in how:
		command += ['--workers', str(how['workers'])]
	return subprocess.Popen(command + [capture], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def finish(process):
	_, said = process.communicate(timeout=120)
	assert process.returncode == 0, said


def stored(out):
	"""Names below DIR but tmp, with their bytes."""
	folder = os.path.join(out, 'filestore')
	found = {}
	for path, _, names in os.walk(folder):
		if os.path.basename(path) == 'tmp':
			assert not names, 'left over: %s' % names[:3]
			continue
		for name in names:
			with open(os.path.join(path, name), 'rb') as f:
				found[name] = f.read()
			assert os.path.basename(path) == name[:2], name
	return found


def digest(data):
	return hashlib.sha256(data).hexdigest()


def records(out):
	with open(os.path.join(out, 'eve.json'), encoding='utf-8') as f:
		all_of_them = [json.loads(line) for line in f]
	return [r['fileinfo'] for r in all_of_them if r['event_type'] == 'fileinfo'], all_of_them[-1]['stats']['file_store']


def test_many(program, capture, workers):
	with tempfile.TemporaryDirectory() as out:
		finish(run(program, capture, out, 'alert http any any -> any any (fileext:"bin"; filestore; sid:1;)\n',
			'outputs.file-store.queue=128kb', 'outputs.file-store.max-open-files=10', workers=workers))
		wanted = {digest(body(i, k)): body(i, k) for i in range(SESSIONS) for k in range(1, FILES, 2)}
		assert stored(out) == wanted
		told, counted = records(out)
		assert len(told) == SESSIONS * FILES
		assert all(f['stored'] == f['filename'].endswith('.bin') for f in told)
		assert len({f['file_id'] for f in told if f['stored']}) == SESSIONS * FILES // 2
		assert counted['stored'] == SESSIONS * FILES // 2 and counted['known'] == counted['stored'] - len(wanted), counted
		assert not any(counted[key] for key in ('open_files', 'fs_errors', 'lost', 'forgotten', 'held', 'late', 'untold')), counted


def test_late(program, capture):
	"""The rule can match only when all of the file is there; what is kept until then has a cap."""
	rules = 'alert http any any -> any any (filesize:>100; filestore; sid:1;)\n'
	with tempfile.TemporaryDirectory() as out:
		finish(run(program, capture, out, rules, 'outputs.file-store.write-fileinfo=yes'))
		large = {digest(b): b for i in range(SESSIONS) for k in range(FILES) if len(b := body(i, k)) > 100}
		got = stored(out)
		beside = {name: data for name, data in got.items() if name.endswith('.json')}
		assert {name: data for name, data in got.items() if name not in beside} == large
		assert {name.split('.')[0] for name in beside} == set(large)
		assert all(json.loads(data)['fileinfo']['sha256'] == name.split('.')[0] for name, data in beside.items())
	with tempfile.TemporaryDirectory() as out:
		finish(run(program, capture, out, rules, 'outputs.file-store.hold=64kb'))
		got = stored(out)
		assert all(digest(data) == name for name, data in got.items())
		told, counted = records(out)
		assert len({f['sha256'] for f in told if f['stored']}) == len(got) and 0 < len(got) < len(large)
		assert counted['forgotten'] == sum(not f['stored'] and f['size'] > 100 for f in told) > 0, counted


def test_proxied(program):
	"""The address that a proxy names, in records beside files and in those of eve-log: each as its own setting says."""
	talk = packets.talk(80, [(0, b'GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 8.8.8.8\r\n\r\n'),
		(1, b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi')])
	sets = ['outputs.file-store.' + s for s in ('force-filestore=yes', 'write-fileinfo=yes')]
	seen = []
	for more in ([], ['outputs.file-store.xff.enabled=yes'], ['outputs.file-store.xff.enabled=yes', 'outputs.file-store.xff.mode=overwrite'],
			['outputs.eve-log.xff.enabled=yes'], ['outputs.file-store.xff.enabled=yes', 'outputs.eve-log.xff.enabled=yes']):
		with tempfile.TemporaryDirectory() as out:
			capture = os.path.join(out, 'one.pcap')
			with open(capture, 'wb') as f:
				f.write(packets.pcap(packets.timed(talk)))
			finish(run(program, capture, out, '', *sets, *more))
			beside = [json.loads(data) for name, data in stored(out).items() if name.endswith('.json')]
			with open(os.path.join(out, 'eve.json'), encoding='utf-8') as f:
				written = [r for r in map(json.loads, f) if r['event_type'] == 'fileinfo']
			assert len(beside) == len(written) == 1, (beside, written)
			seen.append(tuple((r['dest_ip'], r.get('xff')) for r in beside + written))
	plain, also, instead = ('10.0.0.1', None), ('10.0.0.1', '8.8.8.8'), ('8.8.8.8', None)
	assert seen == [(plain, plain), (also, plain), (instead, plain), (plain, also), (also, also)], seen


def test_killed(program, capture):
	"""Whenever it is killed: what has a name is whole, and the next one to come sweeps up."""
	half = 0
	for after in (0.02, 0.05, 0.1, 0.2):
		with tempfile.TemporaryDirectory() as out:
			process = run(program, capture, out, '', 'outputs.file-store.force-filestore=yes')
			tmp = os.path.join(out, 'filestore', 'tmp')
			deadline = time.monotonic() + 20
			while process.poll() is None and time.monotonic() < deadline and not (os.path.isdir(tmp) and os.listdir(tmp)):
				time.sleep(0.001)
			time.sleep(after)
			process.send_signal(signal.SIGKILL)
			process.communicate()
			half += len(os.listdir(tmp))
			for path, _, names in os.walk(os.path.join(out, 'filestore')):
				for name in names if path != tmp else ():
					with open(os.path.join(path, name), 'rb') as f:
						assert digest(f.read()) == name
			finish(run(program, capture, out, '', 'outputs.file-store.force-filestore=yes'))
			assert set(stored(out)) == {digest(body(i, k)) for i in range(SESSIONS) for k in range(FILES)}
	assert half > 0, 'it was never killed while files were being written'


def test_off(program, capture):
	"""Rules with filestore match without the output; nothing is stored."""
	with tempfile.TemporaryDirectory() as out:
		finish(run(program, capture, out, 'alert http any any -> any any (fileext:"bin"; filestore; sid:1;)\n', 'outputs.file-store.enabled=no'))
		with open(os.path.join(out, 'eve.json'), encoding='utf-8') as f:
			types = [json.loads(line)['event_type'] for line in f]
		assert types.count('alert') == SESSIONS * FILES // 2
		assert not os.path.exists(os.path.join(out, 'filestore'))


def test_live(program, capture):
	"""A run never waits for the disk: what finds no room is lost as a whole file, said and counted."""
	if os.geteuid() != 0:
		return 'skip: needs root'
	with tempfile.TemporaryDirectory() as out:
		command = [program, 'run', '-i', 'net_pcap0,rx_pcap=' + capture, '-l', out, '--set', 'outputs.file-store.enabled=yes',
			'--set', 'outputs.file-store.force-filestore=yes', '--set', 'outputs.file-store.queue=128kb',
			'--set', 'unix-command.filename=%s/control.sock' % out, '--set', 'event-socket.enabled=no']
		eve = os.path.join(out, 'eve.json')
		with open(os.path.join(out, 'said'), 'wb') as said:
			process = subprocess.Popen(command, stdout=said, stderr=said)
		deadline = time.monotonic() + 90
		while process.poll() is None and time.monotonic() < deadline:
			time.sleep(0.1)
			if os.path.exists(eve) and open(eve, 'rb').read().count(b'"event_type":"fileinfo"') == SESSIONS * FILES:
				break
		process.terminate()
		with open(os.path.join(out, 'said'), encoding='utf-8') as said:
			assert process.wait(30) == 0, said.read()
		told, counted = records(out)
		got = stored(out)
		assert len(told) == SESSIONS * FILES
		assert {f['sha256'] for f in told if f['stored']} == set(got)
		assert all(digest(data) == name for name, data in got.items())
		assert counted['lost'] == sum(not f['stored'] for f in told) > 0, counted
		assert counted['stored'] == len(told) - counted['lost'], counted
		assert counted['open_files'] == counted['fs_errors'] == 0, counted


def main(args):
	if len(args) != 1:
		print(__doc__)
		return 2
	program = os.path.abspath(args[0])
	with tempfile.TemporaryDirectory() as folder:
		capture = os.path.join(folder, 'many.pcap')
		with open(capture, 'wb') as f:
			f.write(packets.pcap(frames()))
		return tap.run('store', [
			('many files through a small queue', lambda: test_many(program, capture, 1)),
			('the same of four workers', lambda: test_many(program, capture, 4)),
			('rules that match at the end', lambda: test_late(program, capture)),
			('records beside files show what a proxy names if they shall', lambda: test_proxied(program)),
			('killed half way', lambda: test_killed(program, capture)),
			('a run with a small queue', lambda: test_live(program, capture)),
			('output switched off', lambda: test_off(program, capture)),
		])


if __name__ == '__main__':
	sys.exit(main(sys.argv[1:]))
