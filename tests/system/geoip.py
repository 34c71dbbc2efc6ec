#!/usr/bin/env python3
"""Countries of addresses beside what tests/golden/geoip compares with the peer: no database, damaged ones, IPv6, codes as people write them.

usage: geoip.py PROGRAM          prints TAP
"""
import os
import random
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'captures'))
import eve
import mmdb
import tap
from packets import UDP, addr, ether, ip, udp

PLACES = {'1.0.0.0/8': 'CN', '2.0.0.0/8': 'US', '2001:db8::/32': 'CN', '2001:db8:1::/48': 'US'}
RULE = 'alert udp any any -> any any (geoip:%s; sid:%d;)\n'


def datagram(src, dst):
	src, dst = addr(src), addr(dst)
	return ether(ip(src, dst, UDP, udp(src, dst, 1000, 2000, b'x')))


FRAMES = [datagram(*pair) for pair in (('1.1.1.1', '2.1.1.1'), ('2.1.1.1', '9.1.1.1'), ('2001:db8::1', '2001:db8:1::1'), ('2001:db9::1', '2001:db8::1'))]


def alerts(database, *texts, options=()):
	"""For each text the packets that it alerts on."""
	with tempfile.TemporaryDirectory() as folder:
		path = os.path.join(folder, 'c.mmdb')
		with open(path, 'wb') as f:
			f.write(database)
		got = eve.events(FRAMES, 'types: [alert]', ''.join(RULE % (text, i + 1) for i, text in enumerate(texts)), kind='alert',
			options=['--set', 'geoip-database=' + path, *options])
	return [[e['pcap_cnt'] for e in got if e['alert']['signature_id'] == i + 1] for i in range(len(texts))]


def check(rule, *sets):
	"""What `check` says of a rule that is refused."""
	with tempfile.TemporaryDirectory() as folder:
		path = os.path.join(folder, 'r.rules')
		with open(path, 'w') as f:
			f.write(rule)
		r = subprocess.run([tap.PROGRAM, 'check', '-S', path, *[w for s in sets for w in ('--set', s)]], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
			text=True, timeout=60, env=dict(os.environ, XDG_CACHE_HOME=folder))
	assert r.returncode == 1, (rule, r)
	return r.stderr


def test_addresses_of_both_families_have_countries():
	got = alerts(mmdb.countries(PLACES), 'src,CN', 'dst, us', '!CN,US', 'both,CN,US', 'any, ! cn')
	assert got == [[1, 3], [1, 3], [], [1, 3], [1, 2, 3]], got


def test_without_a_database_rules_are_refused():
	assert 'no address has a country: geoip-database is not set' in check(RULE % ('CN', 1))


def test_what_is_no_database_is_named():
	for path, why in (('/nowhere/c.mmdb', 'Error opening'), (os.path.abspath(__file__), 'invalid metadata')):
		said = check(RULE % ('CN', 1), 'geoip-database=' + path)
		assert "cannot use '%s' as a database of countries: " % path in said and why in said, said


def test_mistakes_are_named():
	with tempfile.NamedTemporaryFile() as f:
		f.write(mmdb.countries(PLACES))
		f.flush()
		for text, why in (('src', 'geoip names no country'), ('CHN', 'a country is two letters, as CN, not "CHN"'), ('src,C1', 'two letters'),
				('CN,src', 'not "src"'), ('CN,,US', 'not ""'), (','.join(['CN'] * 65), 'more than 64 countries')):
			said = check(RULE % (text, 1), 'geoip-database=' + f.name)
			assert why in said, (text, said)


def test_a_record_without_a_country_has_none():
	for record in ({}, {'country': {}}, {'country': 'CN'}, {'country': {'iso_code': ['CN']}}, {'country': {'iso_code': 'CHN'}}, {'country': {'iso_code': 'cn'}}):
		got = alerts(mmdb.make({'1.0.0.0/8': record, '9.0.0.0/8': {'country': {'iso_code': 'US'}}}), 'any,CN', 'src,!US', 'any,US')
		assert got == [[], [], [2]], (record, got)


def test_a_damaged_database_answers_something():
	"""Or is refused; nothing else happens."""
	rand, whole, right = random.Random(3), mmdb.countries(PLACES), 0
	for i in range(150):
		data = bytearray(whole)
		if i % 3 == 0:
			del data[rand.randrange(len(data)):]
		for _ in range(rand.randrange(1, 8)):
			if data:
				data[rand.randrange(len(data))] = rand.randrange(256)
		right += alerts(bytes(data), 'src,CN') == [[1, 3]]
	assert 0 < right < 150, right


if __name__ == '__main__':
	sys.exit(tap.program(__doc__, 'geoip', globals()))
