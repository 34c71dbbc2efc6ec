#!/usr/bin/env python3
"""Every fuzz target over its seeds, what once failed, and damaged copies of both, always the same ones.

usage: smoke.py PROGRAM TARGET...     TARGET: built without libFuzzer; prints TAP
"""
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..', 'system')]
import seeds
import tap

COPIES = {'rules': 1, 'config': 400, 'control': 4000, 'stream': 1000, 'capture': 40}
OTHERS = 100  # copies of a seed


def found(target):
	"""Inputs that once failed: tests/fuzz/found/<target>-<what>."""
	folder = os.path.join(HERE, 'found')
	names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
	return [os.path.join(folder, n) for n in names if n.startswith(target + '-')]


def case(program, folder, copies):
	def run():
		name = os.path.basename(program)[len('fuzz_'):]
		files = [os.path.join(folder, n) for n in sorted(os.listdir(folder))] + found(name)
		done = subprocess.run([program, '--damage', str(copies), *files], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
			env=dict(os.environ, ASAN_OPTIONS='detect_leaks=0'), timeout=280)
		assert done.returncode == 0, done.stdout.decode(errors='replace')[-3000:]
	return run


def main():
	if len(sys.argv) < 3:
		print(__doc__)
		return 2
	with tempfile.TemporaryDirectory(prefix='hg-fuzz-') as folder:
		folders = seeds.write(sys.argv[1], folder)
		cases = []
		for program in sys.argv[2:]:
			name = os.path.basename(program)[len('fuzz_'):]
			cases.append((name, case(program, folders[name], COPIES.get(name, OTHERS))))
		return tap.run('fuzz', cases)


if __name__ == '__main__':
	sys.exit(main())
