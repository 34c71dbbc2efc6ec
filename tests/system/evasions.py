#!/usr/bin/env python3
"""docs/evasion/http.md: what hangu and Suricata 7 see of HTTP that receivers read differently, measured.

usage: evasions.py PROGRAM ROOT [--write]     prints TAP; --write makes the page anew

hangu is run natively on the captures of tests/captures/evasions.py. Suricata is run where it is installed; elsewhere its column
is what the golden case http-evasions expects, which is its answer.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'captures'))
import evasions
import http2
import packets
import tap

REQUEST, ANSWER, DOWNGRADE = 44000, 45000, 46000  # the client's port of the first row
YAML = """%YAML 1.1
---
outputs:
  - eve-log: {enabled: yes, filetype: regular, filename: eve.json, types: [alert, anomaly: {enabled: yes, types: {applayer: yes}}, http, http2]}
app-layer: {protocols: {http: {enabled: yes, libhtp: {default-config: {personality: IDS}}}, http2: {enabled: yes}}}
"""
RULES = """alert http any any -> any any (flow:to_server; http.uri; content:"/admin"; sid:1;)
alert http any any -> any any (flow:to_client; file.data; content:"Needle"; sid:2;)
"""


def downgrade(fields, body):
	more = [http2.field(*pair) for pair in fields]
	ask = http2.request(1, '/', *more, method=http2.POST, end=not body) + (http2.frame(http2.DATA, 1, 1, body) if body else b'')
	return [(0, http2.PREFACE + http2.settings()), (1, http2.settings()), (0, ask), (1, http2.answer(1, b'ok'))]


def capture():
	out = []
	for i, (_, request) in enumerate(evasions.REQUESTS):
		out += packets.talk(80, [(0, request), (1, evasions.OK)], sport=REQUEST + i)
	for i, (_, answer) in enumerate(evasions.ANSWERS):
		out += packets.talk(80, [(0, evasions.ASK), (1, answer)], sport=ANSWER + i)
	for i, (_, fields, body) in enumerate(evasions.DOWNGRADES):
		out += packets.talk(80, downgrade(fields, body), sport=DOWNGRADE + i)
	return packets.pcap(packets.timed(out))


def port_of(record):
	return max(record['src_port'], record['dest_port'])


def read(path, seen, named):
	with open(path, encoding='utf-8', errors='replace') as f:
		for text in f:
			record = json.loads(text)
			if record['event_type'] == 'alert':
				seen.add(port_of(record))
			elif record['event_type'] == 'anomaly' and 'app_proto' in record['anomaly']:
				named.setdefault(port_of(record), set()).add(record['anomaly']['event'].lower())


def of_hangu(program, folder, path, rules):
	seen, named = set(), {}
	subprocess.run([program, 'replay', '-k', 'none', '-S', rules, '-l', folder, path], stdout=subprocess.DEVNULL,
		stderr=subprocess.DEVNULL, timeout=120, check=True)
	read(os.path.join(folder, 'eve.json'), seen, named)
	return seen, named


def of_suricata(folder, path, rules):
	"""None where it is not installed."""
	seen, named = set(), {}
	if shutil.which('suricata') is None:
		return None
	with open(os.path.join(folder, 'suricata.yaml'), 'w', encoding='utf-8') as f:
		f.write(YAML)
	subprocess.run(['suricata', '-r', path, '-S', rules, '-l', folder, '-k', 'none', '--runmode', 'single', '-c',
		os.path.join(folder, 'suricata.yaml'), '--set', 'classification-file=/dev/null', '--set', 'reference-config-file=/dev/null'],
		stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120, check=True)
	read(os.path.join(folder, 'eve.json'), seen, named)
	return seen, named


def measure(program):
	with tempfile.TemporaryDirectory() as folder:
		path, rules = os.path.join(folder, 'evasions.pcap'), os.path.join(folder, 'test.rules')
		with open(path, 'wb') as f:
			f.write(capture())
		with open(rules, 'w', encoding='utf-8') as f:
			f.write(RULES)
		outs = [os.path.join(folder, name) for name in ('hangu', 'suricata')]
		for out in outs:
			os.mkdir(out)
		return of_hangu(program, outs[0], path, rules), of_suricata(outs[1], path, rules)


def cell(port, answer):
	"""seen: a rule has matched; named: it has not, and an event tells that something is odd."""
	seen, named = answer
	if port in seen:
		return 'seen'
	return 'named: ' + ', '.join(sorted(named[port])) if port in named else 'missed'


def rows(hangu, suricata):
	"""(part, name, hangu's cell, Suricata's)"""
	for part, first, ways in (('requests', REQUEST, evasions.REQUESTS), ('answers', ANSWER, evasions.ANSWERS), ('downgrades', DOWNGRADE, evasions.DOWNGRADES)):
		for i, way in enumerate(ways):
			yield part, way[0], cell(first + i, hangu), cell(first + i, suricata) if suricata else None


HEAD = """# HTTP that receivers read differently: what is seen of it

Made by `tests/system/evasions.py` from the captures of `tests/captures/evasions.py`, each way a connection of its own; a test makes it anew and
compares. hangu answers natively, Suricata 7.0.10 with its defaults. *seen*: the rule matched. *named*: it did not, and these events tell
that something is odd. *missed*: neither. What hangu names besides what it sees stands in `http.ambiguous` of the records ([http.md](../protocols/http.md)).

Not every *missed* is a fault: a message that no server would read so hides nothing.
"""
TITLES = {'requests': 'Requests: a rule looks for `/admin` in `http.uri`', 'answers': 'Answers: a rule looks for `Needle` in `file.data`',
	'downgrades': 'HTTP/2 in front of HTTP/1: a gateway that copies fields makes `/admin` a request of its own; a rule looks for it in `http.uri`'}


def page(table):
	text, part = HEAD, None
	for row in table:
		if row[0] != part:
			part = row[0]
			text += '\n## %s\n\n| way | hangu | Suricata 7.0.10 |\n|---|---|---|\n' % TITLES[part]
		text += '| %s | %s | %s |\n' % (row[1].replace('|', '\\|'), row[2], row[3])
	count = [sum(r[i] == 'missed' for r in table) for i in (2, 3)]
	return text + '\nMissed of %d ways: hangu %d, Suricata %d.\n' % (len(table), *count)


def parse(text):
	"""Name and cells of a page's rows."""
	lines = [line[2:-2].split(' | ') for line in text.splitlines() if line.startswith('| ') and not line.startswith('| way')]
	return [[cells[0].replace('\\|', '|')] + cells[1:] for cells in lines]


def main(args):
	write = '--write' in args
	args = [a for a in args if a != '--write']
	if len(args) != 2:
		print(__doc__)
		return 2
	program, path = os.path.abspath(args[0]), os.path.join(args[1], 'docs', 'evasion', 'http.md')
	hangu, suricata = measure(program)
	table = list(rows(hangu, suricata))
	if write:
		if suricata is None:
			print('suricata is not installed: its column cannot be measured')
			return 1
		os.makedirs(os.path.dirname(path), exist_ok=True)
		with open(path, 'w', encoding='utf-8') as f:
			f.write(page(table))
	with open(path, encoding='utf-8') as f:
		stands = parse(f.read())

	def same(at, what):
		want = [[row[1], row[at]] for row in table]
		got = [[cells[0], cells[at - 1]] for cells in stands]
		wrong = ['%s: stands %s' % (w, g[1:]) for w, g in zip(want, got) if w != g]
		if wrong or len(want) != len(got):
			raise AssertionError('docs/evasion/http.md is not what %s answers (%d rows, %d): %s' % (what, len(want), len(got), wrong[:3]))

	return tap.run('evasions', [('what hangu answers', lambda: same(2, 'hangu')),
		('what Suricata answers', lambda: same(3, 'Suricata') if suricata else 'skip: suricata is not installed')])


if __name__ == '__main__':
	sys.exit(main(sys.argv[1:]))
