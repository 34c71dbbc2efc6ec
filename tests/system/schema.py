#!/usr/bin/env python3
"""Every record of the captures of tests/captures as docs/schema says, with several configurations.

usage: schema.py PROGRAM          prints TAP; needs python3-jsonschema
"""
import copy
import glob
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, '..', 'captures'), os.path.join(HERE, '..', 'property')]
import allrules
import make
import records
import tap
import traffic

# Types that are written of every capture set; the other schemas are for what a configuration has to ask for;
# of HTTP/2 there are records of HTTP.
SEEN = {'alert', 'anomaly', 'ftp_data', 'fileinfo', 'flow', 'packet', 'login', *traffic.PROTOCOLS} - {'http2'}
EVERYTHING = '''%YAML 1.1
---
outputs:
  - eve-log:
      community-id: true
      pcap-file: true
      types:
        - alert: {payload: yes, payload-printable: yes, packet: yes, metadata: yes, tagged-packets: yes}
        - anomaly: {types: {decode: yes, stream: yes, applayer: yes}}
        - files: {force-hash: [md5, sha1, sha256]}
        - smtp: {custom: [received, bcc, reply-to], md5: [body, subject]}
        - flow
        - netflow
        - metadata
        - frame: {enabled: yes}
        - drop
        - stats
''' + ''.join('        - %s\n' % p for p in traffic.PROTOCOLS if p != 'smtp')
TARGET = 'alert ip any any -> any any (msg:"t"; target:dest_ip; tag:host; metadata:key a, key b; reference:url,a.test; sid:1000001;)\n'
CAPTURES = 'alert ip any any -> any any (pcre:"/(?P<pkt_first>.)(?P<flow_second>.)/s"; noalert; sid:1000003;)\n'


class Bench:
	def __init__(self, program, folder):
		self.program, self.folder = os.path.abspath(program), folder
		self.paths = make.make(os.path.join(folder, 'captures'))
		self.rules = allrules.write(self.program, folder)
		with open(self.rules, 'a') as f:
			f.write(CAPTURES + TARGET + TARGET.replace('alert', 'drop').replace('1000001', '1000002').replace('any any (', 'any 53 ('))
		self.config = os.path.join(folder, 'all.yaml')
		with open(self.config, 'w') as f:
			f.write(EVERYTHING)
		self.schema = records.Schema()

	def lines(self, *options):
		out = tempfile.mkdtemp(dir=self.folder)
		env = dict(os.environ, XDG_CACHE_HOME=self.folder, TZ='UTC', ASAN_OPTIONS='detect_leaks=0')
		command = [self.program, 'replay', '-S', self.rules, '-l', out, '--separate', *options, *self.paths]
		done = subprocess.run(command, env=env, stderr=subprocess.PIPE, timeout=300)
		assert done.returncode == 0, done.stderr.decode()[-2000:]
		for path in sorted(glob.glob(os.path.join(out, '*', 'eve.json'))):
			with open(path, 'rb') as f:
				for line in f:
					yield os.path.basename(os.path.dirname(path)), line

	def valid(self, *options):
		"""All lines are; the types that were seen."""
		seen = {}
		for name, line in self.lines(*options):
			why = self.schema.finding(line)
			assert not why, '%s: %s: %s' % (name, why, line.decode()[:1500])
			seen.setdefault(json.loads(line)['event_type'], line)
		return seen


def changes(record, kind):
	"""The record with one thing wrong, in several ways."""
	inside = 'packet_info' if kind == 'packet' else kind
	for change in (lambda r: r.update(unheard_of=1), lambda r: r[inside].update(unheard_of=1), lambda r: r.pop('timestamp'),
			lambda r: r.update(timestamp='2023-11-14 22:13:20'), lambda r: r.update(src_ip='10.0.0'), lambda r: r.pop(inside)):
		wrong = copy.deepcopy(record)
		change(wrong)
		yield wrong


def cases(program, folder):
	bench = Bench(program, folder)

	def default():
		missing = SEEN - set(bench.valid())
		assert not missing, 'no record of type %s' % ', '.join(sorted(missing))

	def refuses():
		for kind, line in bench.valid().items():
			for i, wrong in enumerate(changes(json.loads(line), kind)):
				assert bench.schema.look(json.dumps(wrong)), 'change %d of %s was not noticed' % (i, kind)

	def everything():
		bench.valid('-c', bench.config)

	def inline():
		bench.valid('-c', bench.config, '--simulate-ips', '-k', 'none')

	def as_the_peer():
		bench.valid('--set', 'compat=suricata7', '--set', 'packet-alert-max=255')

	return [('records of the default configuration are as the schema says', default),
		('a record with one thing wrong is noticed', refuses), ('with all that can be switched on', everything),
		('inline, checksums not looked at', inline), ('with compat: suricata7', as_the_peer)]


if __name__ == '__main__':
	if len(sys.argv) != 2:
		print(__doc__)
		sys.exit(2)
	with tempfile.TemporaryDirectory(prefix='hg-schema-') as where:
		sys.exit(tap.run('schema', cases(sys.argv[1], where)))
