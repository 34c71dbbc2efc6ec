#!/usr/bin/env python3
"""Many rules: how long they take to load, cold, warm and by threads, and what memory that needs.

usage: many_rules.py PROGRAM RULES [--rules N] [--threads 1,2] [--keep FILE]

The set: RULES (ET Open, say, .zst too) as it is, again with new sids, and made ones up to N (50000): contents of random words over UDP, TCP, HTTP,
DNS and TLS. --keep leaves it. Printed, a line a run: seconds of the clock and of the CPU, most memory, and memory a rule over that of no rule.
"""
import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'captures'))
import packets  # noqa: E402

MADE = (
	'alert udp any any -> any any (msg:"%(w)s"; content:"%(a)s"; content:"%(b)s"; distance:0; sid:%(n)d;)',
	'alert tcp $EXTERNAL_NET any -> $HOME_NET any (msg:"%(w)s"; flow:established,to_server; content:"%(a)s"; pcre:"/%(b)s[0-9]+/"; sid:%(n)d;)',
	'alert http $HOME_NET any -> $EXTERNAL_NET any (msg:"%(w)s"; http.uri; content:"/%(a)s"; http.host; content:"%(b)s"; sid:%(n)d;)',
	'alert dns $HOME_NET any -> any any (msg:"%(w)s"; dns.query; content:"%(a)s.%(b)s"; nocase; endswith; sid:%(n)d;)',
	'alert tls $HOME_NET any -> $EXTERNAL_NET any (msg:"%(w)s"; tls.sni; content:"%(a)s"; endswith; sid:%(n)d;)',
)


def twice(base):
	"""The rules of a file, and all of them again with new sids."""
	unpacked = subprocess.run(['zstd', '-dcq', base], stdout=subprocess.PIPE, check=True).stdout.decode() if base.endswith('.zst') else open(base).read()
	lines = [line for line in unpacked.splitlines() if line and not line.startswith('#')]
	return lines + [re.sub(r'\bsid:\s*(\d+)', lambda m: 'sid:%d' % (int(m[1]) + 1000000000), line) for line in lines]


def make(path, base, wanted):
	lines = twice(base)
	rand, n = random.Random(1), 2000000000
	with open(path, 'w') as f:
		for line in lines[:wanted]:
			f.write(line + '\n')
		for i in range(wanted - len(lines)):
			a, b, w = (''.join(rand.choice('abcdefghijklmnopqrstuvwxyz0123456789') for _ in range(rand.randrange(6, 24))) for _ in range(3))
			f.write(MADE[i % len(MADE)] % {'a': a, 'b': b, 'w': w, 'n': n + i} + '\n')


def run(program, capture, rules, cache, threads):
	words = [program, 'replay', '--set', 'rules.cache-dir=' + cache, '--set', 'rules.compile-threads=%s' % threads]
	words += (['-S', rules] if rules else []) + [capture]
	begin = time.monotonic()
	process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
	out = process.stdout.read()
	_, status, usage = os.wait4(process.pid, 0)
	process.returncode = status
	assert status == 0, status
	loaded = re.search(rb'"rules_loaded":(\d+),"rules_failed":(\d+)', out)
	return {'wall': time.monotonic() - begin, 'cpu': usage.ru_utime + usage.ru_stime, 'mb': usage.ru_maxrss / 1024,
		'loaded': int(loaded[1]) if loaded else 0, 'failed': int(loaded[2]) if loaded else 0}


def main():
	p = argparse.ArgumentParser(usage=__doc__.splitlines()[2])
	p.add_argument('program')
	p.add_argument('rules')
	p.add_argument('--rules', dest='wanted', type=int, default=50000)
	p.add_argument('--threads', default='1,2')
	p.add_argument('--keep')
	o = p.parse_args()
	with tempfile.TemporaryDirectory(prefix='hg-many-') as folder:
		rules, capture = o.keep or folder + '/many.rules', folder + '/c.pcap'
		# In a process of its own: the kernel counts what the parent of a program had in memory as the program's.
		maker = os.fork()
		if maker == 0:
			make(rules, o.rules, o.wanted)
			os._exit(0)
		assert os.waitpid(maker, 0)[1] == 0
		with open(capture, 'wb') as f:
			f.write(packets.pcap(packets.timed(packets.talk(80, [(0, b'GET / HTTP/1.1\r\n\r\n')]))))
		none = run(o.program, capture, None, folder + '/none', 1)
		print('%-22s %8s %8s %8s %10s %8s %8s' % ('', 'wall s', 'CPU s', 'MB', 'bytes/rule', 'loaded', 'refused'))
		print('%-22s %8.2f %8.2f %8.1f' % ('no rules', none['wall'], none['cpu'], none['mb']))
		for threads in o.threads.split(','):
			for what in ('cold', 'warm'):
				r = run(o.program, capture, rules, '%s/cache%s' % (folder, threads), threads)
				print('%-22s %8.2f %8.2f %8.1f %10.0f %8d %8d' % ('%s, %s threads' % (what, threads), r['wall'], r['cpu'], r['mb'],
					(r['mb'] - none['mb']) * 2**20 / max(r['loaded'], 1), r['loaded'], r['failed']))
	return 0


if __name__ == '__main__':
	sys.exit(main())
