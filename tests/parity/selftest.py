#!/usr/bin/env python3
"""parity.py on records whose differences are known, and on a capture whose records are compared with themselves.

usage: selftest.py PROGRAM
"""
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
for folder in ('captures', 'system'):
	sys.path.insert(0, os.path.join(HERE, '..', folder))
import make
import tap

PEER, OURS = (os.path.join(HERE, name) for name in ('peer.jsonl', 'ours.jsonl'))


def parity(*args, status=0):
	done = subprocess.run([sys.executable, os.path.join(HERE, 'parity.py'), *args], capture_output=True, text=True, check=False)
	assert done.returncode == status, (args, done.returncode, done.stdout, done.stderr)
	return done.stdout


def table(*args):
	with tempfile.TemporaryDirectory() as folder:
		path = os.path.join(folder, 'table.tsv')
		parity(*args, '--table', path)
		with open(path, encoding='utf-8') as lines:
			return [line.rstrip('\n').split('\t') for line in lines]


def counts(text, kind):
	"""records, found, equal, percent, placed, ours"""
	return next(line.split()[1:] for line in text.splitlines() if line.split()[:1] == [kind])


def test_records_are_counted_as_found_equal_and_placed():
	text = parity(PEER, OURS)
	assert counts(text, 'dns') == ['8', '6', '3', '37.50', '2', '7'], text
	assert counts(text, 'ssh') == ['1', '1', '1', '100.00', '1', '1'], text
	assert 'mqtt' not in text, text


def test_each_difference_is_told_with_both_values():
	rows = table(PEER, OURS, '--type', 'dns')
	assert ['dns', '', 'packet 3', 'dns.answers[].ttl', '60', '61'] in rows, rows
	assert ['dns', '', 'packet 8', 'dns.id', '1', '-'] in rows, rows
	assert ['dns', '', 'packet 5', 'src_port', '1005', '53'] in rows, rows
	assert [row[2] for row in rows if row[3] == 'not found'] == ['packet 4', 'packet 7'], rows
	assert [row[2] for row in rows if row[3] == 'ours alone'] == ['packet 9'], rows
	assert not any('more' in row[3] for row in rows), rows


def test_a_type_below_the_minimum_fails_and_one_at_it_does_not():
	parity(PEER, OURS, '--type', 'dns', '--min', '38', status=1)
	parity(PEER, OURS, '--type', 'dns', '--min', '37.5')
	parity(PEER, OURS, '--type', 'ssh', '--min', '100')
	parity(PEER, OURS, '--type', 'nfs', '--min', '100')


def test_a_field_can_be_left_out():
	parity(PEER, OURS, '--type', 'flow', '--min', '100', status=1)
	parity(PEER, OURS, '--type', 'flow', '--min', '100', '--ignore', 'flow.reason')


def test_folders_are_compared_by_capture():
	with tempfile.TemporaryDirectory() as root:
		os.makedirs(os.path.join(root, 'peer', 'mail'))
		os.makedirs(os.path.join(root, 'ours', 'mail@a.pcap'))
		shutil.copy(PEER, os.path.join(root, 'peer', 'mail', 'a.pcap.json'))
		shutil.copy(PEER, os.path.join(root, 'peer', 'mail', 'b.pcap.json'))
		shutil.copy(OURS, os.path.join(root, 'ours', 'mail@a.pcap', 'eve.json'))
		both = parity(os.path.join(root, 'peer'), os.path.join(root, 'ours'))
		one = parity(os.path.join(root, 'peer'), os.path.join(root, 'ours'), '--only', '*a.pcap')
		with open(os.path.join(root, 'without'), 'w', encoding='utf-8') as out:
			out.write('mail/a.pcap\n')
		rest = parity(os.path.join(root, 'peer'), os.path.join(root, 'ours'), '--without', os.path.join(root, 'without'))
	assert counts(both, 'dns')[:3] == ['16', '6', '3'], both
	assert counts(one, 'dns')[:3] == ['8', '6', '3'], one
	assert counts(rest, 'dns')[:3] == ['8', '0', '0'], rest


def test_bad_use_is_told_from_a_difference():
	parity(PEER, status=2)
	parity(PEER, OURS, '--only', 'nothing', status=2)
	with tempfile.NamedTemporaryFile('w', suffix='.json') as broken:
		broken.write('{"event_type": "dns"\n')
		broken.flush()
		parity(PEER, broken.name, status=2)


def test_a_run_is_equal_to_itself():
	with tempfile.TemporaryDirectory() as root:
		captures = os.path.join(root, 'captures')
		make.make(captures, ['http_plain', 'dns', 'ftp'])
		run = [tap.PROGRAM, 'replay', '-k', 'none', '--set', 'compat=suricata7', '-l', os.path.join(root, 'peer'), '--separate']
		subprocess.run(run + [os.path.join(captures, name + '.pcap') for name in ('http_plain', 'dns', 'ftp')],
			check=True, capture_output=True)
		text = parity(os.path.join(root, 'peer'), '--run', tap.PROGRAM, '--captures', captures, '--min', '100')
		for kind in ('http', 'dns', 'ftp', 'flow'):
			records, found, equal, _, placed, ours = counts(text, kind)
			assert records == found == equal == placed == ours and records != '0', text
		parity(os.path.join(root, 'peer'), '--run', tap.PROGRAM, '--captures', root + '/none', status=2)
		parity(os.path.join(root, 'peer'), '--run', '/bin/false', '--captures', captures, status=2)


if __name__ == '__main__':
	sys.exit(tap.program(__doc__, 'parity', globals()))
