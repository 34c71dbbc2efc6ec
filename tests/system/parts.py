#!/usr/bin/env python3
"""The small benchmarks run: each row, as a table and as JSON. What they measure is nobody's business here.

usage: parts.py PARTS DECODERS          prints TAP
"""
import json
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'captures'))
import tap  # noqa: E402
import traffic  # noqa: E402

PARTS, DECODERS = sys.argv[1:3] if len(sys.argv) > 2 else ('', '')
ROUNDS = '64'
# A word of each row, in order.
ROWS = ['decode', 'look-up', 'reassembly', 'search', 'any case', 'nearly', 'JSON', 'patterns of all rules', 'buffers of an HTTP request', 'middle',
	'not there', 'nocase', 'four relative', 'each of 200', 'pcre behind', 'pcre over all', 'byte_test', 'byte_jump']


def run(*words, status=0):
	got = subprocess.run(words, capture_output=True, text=True, timeout=250)
	assert got.returncode == status, (words, got.returncode, got.stderr)
	return got.stderr if status else got.stdout


def rows(program, *words):
	"""(name, nanoseconds, of what) of the table, which must be those of the JSON, figures apart."""
	lines = run(program, ROUNDS, *words).splitlines()
	assert lines[0].split() == ['ns', 'for', 'each'], lines[0]
	table = [(line[:56].strip(), float(line[56:].split()[0]), line[56:].split()[1]) for line in lines[1:]]
	told = [json.loads(line) for line in run(program, ROUNDS, '--json', *words).splitlines()]
	assert [(n, e) for n, _, e in table] == [(r['part'], r['each']) for r in told], (table, told)
	assert all(ns > 0 for _, ns, _ in table) and all(r['ns'] > 0 for r in told), (table, told)
	return table


def each_part():
	got = rows(PARTS)
	assert len(got) == len(ROWS) and all(word in row[0] for word, row in zip(ROWS, got)), got


def rules_of_a_file():
	with tempfile.NamedTemporaryFile('w', suffix='.rules') as f:
		f.write('alert tcp any any -> any 80 (content:"catalog"; sid:1;)\n')
		f.flush()
		assert len(rows(PARTS, '--rules', f.name)) == len(ROWS)
		f.write('alert nonsense\n')
		f.flush()
		assert 'refused' in run(PARTS, ROUNDS, '--rules', f.name, status=1)


def each_decoder():
	got = rows(DECODERS)
	assert [(name, each) for name, _, each in got] == [(name, 'transaction') for name in traffic.PROTOCOLS], got


def bad_use():
	for program in (PARTS, DECODERS):
		for words in (['many'], ['0'], ['10', '--jsn']):
			assert run(program, *words, status=2).startswith('usage: '), words
	run(PARTS, '--rules', status=2)
	run(DECODERS, '--rules', '/dev/null', status=2)


if __name__ == '__main__':
	if not os.path.exists(PARTS):
		sys.exit(__doc__)
	sys.exit(tap.run('parts', [('each part has its row', each_part), ('rules of a file', rules_of_a_file), ('each decoder has its row', each_decoder),
		('bad use', bad_use)]))
