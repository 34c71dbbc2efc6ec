#!/usr/bin/env python3
"""Cases of tests/golden: the alerts that a capture made here and rules give, line by line.

usage: golden.py PROGRAM FOLDER [--accept] [CASE]...    prints TAP; --accept writes what came as expected and shows the change
"""
import base64
import difflib
import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'captures'))
import packets
import tap


WHOLE = ('login', 'telnet', 'ftp', 'pop3', 'imap')  # records whose own object is compared


def end(record, side):
	host = record.get(side + '_ip', '-')
	return '%s:%d' % (host, record[side + '_port']) if side + '_port' in record else host


def line(record):
	"""What a case compares of an alert: the packet, the rule, the ends, the action, the transaction."""
	alert = record['alert']
	out = {'packet': record.get('pcap_cnt'), 'sid': alert['signature_id'], 'rev': alert['rev'], 'from': end(record, 'src'),
		'to': end(record, 'dest'), 'action': alert['action']}
	for key in ('tx_id', 'tx_guessed'):
		if key in record:
			out[key] = record[key]
	return json.dumps(out)


def tagged(record):
	"""The same of a packet that a tag has written."""
	data = base64.b64decode(record['packet'])
	return json.dumps({'packet': record.get('pcap_cnt'), 'tagged': True, 'from': end(record, 'src'), 'to': end(record, 'dest'),
		'bytes': len(data), 'sum': zlib.crc32(data), 'link': record['packet_info']['linktype']})


def other(record):
	"""The same of a record of a type that the case names in RECORDS."""
	kind = record['event_type']
	out = {'packet': record.get('pcap_cnt'), 'record': kind, 'from': end(record, 'src'), 'to': end(record, 'dest')}
	if 'tx_id' in record:
		out['tx_id'] = record['tx_id']
	if kind in WHOLE:
		out[kind] = record[kind]
	if kind == 'netflow':
		out.update({key: record[key] for key in ('app_proto', 'netflow', 'tcp', 'icmp_type', 'icmp_code', 'spi') if key in record})
	if kind == 'flow':
		out.update({key: record[kind][key] for key in ('state', 'reason', 'action', 'bypass', 'bypassed') if key in record[kind]})
	if kind == 'frame':
		out['frame'] = record['frame']
	return json.dumps(out, sort_keys=True)


def detection(record):
	"""The same of a record of a detection."""
	of = record['detection']
	out = {'time': record['timestamp'], 'from': end(record, 'src'), 'to': end(record, 'dest')}
	for key in ('id', 'type', 'state', 'start', 'end', 'attempts', 'packets', 'bytes', 'measured', 'two_way', 'text', 'text_zh'):
		out[key] = of[key]
	return json.dumps(out, ensure_ascii=False)


def file_record(record):
	"""The same of a file: what its record says of it, and whether it is stored."""
	of = record['fileinfo']
	keys = ('filename', 'sid', 'magic', 'gaps', 'state', 'sha256', 'stored', 'size')
	return json.dumps({'file': record['app_proto'], **{key: of[key] for key in keys if key in of}})


def stored(out):
	"""Stored files by their names: size, and whether their bytes are those of the name."""
	folder = os.path.join(out, 'filestore')
	found = []
	for path, _, names in os.walk(folder):
		for name in names:
			with open(os.path.join(path, name), 'rb') as f:
				data = f.read()
			whole = hashlib.sha256(data).hexdigest() == name
			found.append(json.dumps({'stored': os.path.relpath(os.path.join(path, name), folder), 'size': len(data), 'whole': whole}))
	return sorted(found)


def also(record, text, keys):
	"""The line, with those of the record's keys that the case names in KEYS."""
	more = {key: record[key] for key in keys if key in record}
	return text[:-1] + ', ' + json.dumps(more, sort_keys=True)[1:] if more else text


def lines(path, detections=False, kinds=(), keys=()):
	with open(path, encoding='utf-8', errors='replace') as f:
		records = [json.loads(text) for text in f]
	if detections:
		told = [r for r in records if r['event_type'] in ('alert', 'detection')]
		return [line(r) if r['event_type'] == 'alert' else detection(r) for r in told]
	write = {**{kind: other for kind in kinds}, 'alert': line, 'packet': tagged}
	told = [(r, also(r, write[r['event_type']](r), keys)) for r in records if r['event_type'] in write]
	# In which order flows end when the capture does is nobody's business.
	return [text for r, text in told if 'pcap_cnt' in r] + sorted(text for r, text in told if 'pcap_cnt' not in r)


def load(folder):
	spec = importlib.util.spec_from_file_location('make', os.path.join(folder, 'make.py'))
	made = importlib.util.module_from_spec(spec)
	spec.loader.exec_module(made)
	return made


def frames(folder, made):
	"""(time, frame) of the case's make.py, or of the case that it names as FRAMES_OF; its settings, as KEY=VALUE."""
	source = load(os.path.join(os.path.dirname(folder), made.FRAMES_OF)) if hasattr(made, 'FRAMES_OF') else made
	return source.frames(), getattr(made, 'SETTINGS', [])


def replay(program, folder, out):
	made = load(folder)
	detections = hasattr(made, 'DETECTIONS')
	at_times, settings = frames(folder, made)
	capture = os.path.join(out, 'case.pcap')
	with open(capture, 'wb') as f:
		f.write(packets.pcap(at_times))
	command = [program, 'replay', '-l', out]
	if not detections:
		command += ['-S', os.path.join(folder, 'test.rules'), '--set', 'compat=suricata7', '--set', 'packet-alert-max=255']
	for name, data in (made.files() if hasattr(made, 'files') else {}).items():
		with open(os.path.join(out, name), 'wb') as f:
			f.write(data)
	for setting in settings:
		command += ['--set', setting.replace('@', folder).replace('~', out)]
	subprocess.run(command + [capture], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60, check=True)
	got = lines(os.path.join(out, 'eve.json'), detections, getattr(made, 'RECORDS', ()), getattr(made, 'KEYS', ()))
	if hasattr(made, 'FILES'):
		with open(os.path.join(out, 'eve.json'), encoding='utf-8') as f:
			records = [json.loads(text) for text in f]
		got += sorted(file_record(r) for r in records if r['event_type'] == 'fileinfo') + stored(out)
	return got, detections and not made.DETECTIONS


def change(want, got):
	return '\n'.join(list(difflib.unified_diff(want, got, 'expected', 'came', lineterm='', n=1))[2:])


def case(program, folder, accept):
	path = os.path.join(folder, 'expect.jsonl')
	with tempfile.TemporaryDirectory() as out:
		got, nothing = replay(program, folder, out)
	want = open(path, encoding='utf-8').read().splitlines() if os.path.exists(path) else []
	if accept and got != want:
		print(''.join('# %s\n' % text for text in change(want, got).split('\n')), end='')
		with open(path, 'w', encoding='utf-8') as f:
			f.write(''.join(text + '\n' for text in got))
		want = got
	if not want and not nothing:
		raise AssertionError('nothing is expected')
	if got != want:
		raise AssertionError('differs:\n' + change(want, got))


def main(args):
	accept = '--accept' in args
	args = [a for a in args if a != '--accept']
	if len(args) < 2:
		print(__doc__)
		return 2
	program, root = os.path.abspath(args[0]), os.path.abspath(args[1])
	names = args[2:] or sorted(n for n in os.listdir(root) if os.path.isfile(os.path.join(root, n, 'make.py')))
	return tap.run('golden', [(n, lambda n=n: case(program, os.path.join(root, n), accept)) for n in names])


if __name__ == '__main__':
	sys.exit(main(sys.argv[1:]))
