#!/usr/bin/env python3
"""No call of the heap while packets pass: the captures of tests/captures, a rule set over every buffer.

usage: heap.py PROGRAM HEAP          HEAP is the program made of heap.c; prints TAP
"""
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, '..', 'captures'), os.path.join(HERE, '..', 'system')]
import allrules
import make
import mmdb
import tap

SETTINGS = {'ids': [], 'ips': ['simulate-ips=yes'], 'compat': ['compat=suricata7']}


def main():
	if len(sys.argv) != 3:
		print(__doc__)
		return 2
	with tempfile.TemporaryDirectory(prefix='hg-heap-') as folder:
		paths = make.make(os.path.join(folder, 'captures'))
		rules = allrules.write(os.path.abspath(sys.argv[1]), folder)
		places = os.path.join(folder, 'countries.mmdb')
		with open(places, 'wb') as f:
			f.write(mmdb.countries({'10.0.0.0/8': 'CN', '192.168.0.0/16': 'US', '::/1': 'FR'}))
		with open(rules, 'a') as f:
			for i, text in enumerate(('any,CN', 'both,!FR', 'src,US', 'dst,!CN,US')):
				f.write('alert ip any any -> any any (geoip:%s; sid:%d;)\n' % (text, 900001 + i))

		def quiet(sets):
			done = subprocess.run([sys.argv[2], rules, 'geoip-database=' + places, *sets, '--', *paths], env=dict(os.environ, XDG_CACHE_HOME=folder),
				stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
			assert done.returncode == 0, done.stdout.decode() + done.stderr.decode(errors='replace')[:6000]

		return tap.run('heap', [('no call while packets pass, ' + name, lambda sets=sets: quiet(sets))
			for name, sets in SETTINGS.items()])


if __name__ == '__main__':
	sys.exit(main())
