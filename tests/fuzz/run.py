#!/usr/bin/env python3
"""Run libFuzzer targets of build/fuzz, one after the other; figures a target, and the input that failed.

usage: run.py [--seconds N] [NAME]...      600 seconds each; corpora grow in build/fuzz/corpus
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)
import seeds

BUILD = os.path.join(ROOT, 'build', 'fuzz')
STEP_SECONDS = 20  # of one input


def run(name, seeded, seconds):
	corpus, log = os.path.join(BUILD, 'corpus', name), os.path.join(BUILD, 'fuzz-%s.log' % name)
	os.makedirs(corpus, exist_ok=True)
	command = [os.path.join(BUILD, 'tests/fuzz/fuzz_' + name), corpus, seeded, '-max_total_time=%d' % seconds, '-timeout=%d' % STEP_SECONDS,
		'-max_len=32768', '-rss_limit_mb=3000', '-print_final_stats=1', '-artifact_prefix=%s/%s-' % (BUILD, name)]
	with open(log, 'wb') as out:
		status = subprocess.run(command, stdout=out, stderr=out, env=dict(os.environ, ASAN_OPTIONS='detect_leaks=0')).returncode
	with open(log, errors='replace') as f:
		text = f.read()
	executed = re.findall(r'stat::number_of_executed_units:\s*(\d+)', text)
	covered = re.findall(r' cov: (\d+)', text)
	print('%s: %s, %s inputs, %s edges (%s)' % (name, 'FAILED' if status else 'no finding', executed[-1] if executed else '?',
		covered[-1] if covered else '?', log), flush=True)
	return status != 0


def main():
	a = argparse.ArgumentParser(usage=__doc__)
	a.add_argument('--seconds', type=int, default=600)
	a.add_argument('names', nargs='*')
	o = a.parse_args()
	program = os.path.join(BUILD, 'hangu')
	if not os.path.exists(program):
		print('build them first: scripts/build fuzz')
		return 2
	with tempfile.TemporaryDirectory(prefix='hg-fuzz-') as folder:
		folders = seeds.write(program, folder)
		return 1 if sum(run(n, folders[n], o.seconds) for n in o.names or folders) else 0


if __name__ == '__main__':
	sys.exit(main())
