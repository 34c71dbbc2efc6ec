#!/usr/bin/env python3
"""`hangu replay --explain` and `--rule-profile`: why rules matched or how far they came, what they cost, and that events do not change by it.

usage: explain.py PROGRAM          prints TAP; needs python3-jsonschema
"""
import glob
import json
import os
import subprocess
import sys
import tempfile

import jsonschema

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, '..', 'captures'), os.path.join(HERE, '..', 'property')]
import allrules
import make
import replay
import tap

TOOLS = os.path.join(HERE, '..', '..', 'docs', 'schema', 'tools')

# A rule over the session below; how its nearest look ended; what is said of it (misfit, buffer, test); candidates; fates.
RULES = [
	('alert http any any -> any any (http.uri; content:"/etc/passwd"; sid:1;)', 'matched', {}, 1, {'alert': 1}),
	('alert http any any -> any any (http.uri; content:"/etc/passwd"; content:"shadow"; distance:0; sid:2;)', 'stopped',
	 {'buffer': 'http.uri', 'test': 'content:"shadow"'}, 1, {}),
	('alert http any any -> any any (http.uri; content:"/etc/passwd"; http.user_agent; content:"curl"; sid:3;)', 'stopped',
	 {'buffer': 'http.user_agent', 'test': 'content:"curl"'}, 1, {}),
	('alert http any any -> any 8080 (http.uri; content:"/etc/passwd"; sid:4;)', 'header', {'misfit': 'ports'}, 1, {}),
	('alert http any any -> any any (http.uri; content:"/nowhere"; sid:5;)', 'pattern', {'buffer': 'http.uri', 'test': 'content:"/nowhere"'}, 0, {}),
	('alert tls any any -> any any (tls.sni; content:"abcd"; sid:6;)', 'header', {'misfit': 'app-protocol'}, 0, {}),
	('alert tcp any any -> any any (content:"GET "; content:"HTTP/1.1"; content:"POST"; sid:7;)', 'stopped',
	 {'buffer': 'payload', 'test': 'content:"POST"'}, 2, {}),
	('alert tcp any any -> any any (ttl:>200; sid:8;)', 'header', {'misfit': 'test', 'test': 'ttl:>200'}, 10, {}),
	('alert http any any -> any any (http.cookie; content:"abcd"; sid:9;)', 'nothing', {'buffer': 'http.cookie'}, 0, {}),
	('alert http any any -> any any (http.uri; content:"/etc/passwd"; threshold:type threshold,track by_src,count 9,seconds 60; sid:10;)', 'matched', {}, 1,
	 {'threshold': 1}),
	('alert http any any -> any any (http.uri; content:"/etc/passwd"; flowbits:set,x; noalert; sid:11;)', 'matched', {}, 1, {'silent': 1}),
	('alert udp any any -> any any (content:"abcd"; sid:12;)', 'header', {'misfit': 'ip-protocol'}, 0, {}),
	('alert tcp 10.9.9.9 any -> any any (content:"GET "; sid:13;)', 'header', {'misfit': 'addresses'}, 0, {}),
	('alert tcp any any -> any any (content:"nowhere"; flow:to_server; sid:14;)', 'pattern', {'buffer': 'payload', 'test': 'content:"nowhere"'}, 0, {}),
	('alert http any any -> any any (content:"/etc/passwd"; http_uri; pcre:"/abc/U"; sid:15;)', 'stopped', {'buffer': 'http.uri', 'test': 'pcre:"/abc/U"'}, 1,
	 {}),
	('alert http any any -> any any (http.uri; \\\n  content:"/etc/passwd"; flowbits:isset,none; \\\n  sid:16;)', 'header',
	 {'misfit': 'test', 'test': 'flowbits:isset,none'}, 1, {}),
	('alert dns any any -> any any (dns.query; content:"abcd"; sid:17;)', 'header', {'misfit': 'app-protocol'}, 0, {}),
	('alert tcp any any -> any any (content:"GET "; byte_test:1,>,200,0,relative; sid:18;)', 'stopped',
	 {'buffer': 'payload', 'test': 'byte_test:1,>,200,0,relative'}, 1, {}),
	('alert tcp any any -> any any (app-layer-event:http.missing_host_header; sid:19;)', 'stopped',
	 {'buffer': 'app-layer-event', 'test': 'app-layer-event:http.missing_host_header'}, None, {}),
	('alert tcp any any -> any any (flags:S; sid:20;)', 'matched', {}, 1, {'alert': 1}),
	('alert http any any -> any any (frame:http1.request; content:"/etc/passwd"; sid:21;)', 'matched', {}, 1, {'alert': 1}),
	('alert http any any -> any any (frame:http1.request; content:"/etc/passwd"; content:"shadow"; distance:0; sid:22;)', 'stopped',
	 {'buffer': 'frame:http1.request', 'test': 'content:"shadow"'}, 1, {}),
	('alert http any any -> any any (frame:http1.response; content:"nowhere"; sid:23;)', 'pattern',
	 {'buffer': 'frame:http1.response', 'test': 'content:"nowhere"'}, 0, {}),
	('alert tls any any -> any any (frame:tls.pdu; content:"abcd"; sid:24;)', 'header', {'misfit': 'app-protocol'}, 0, {}),
	('alert tcp any any -> any any (frame:tls.pdu; content:"abcd"; sid:25;)', 'header', {'misfit': 'app-protocol'}, 0, {}),
	('alert http any any -> any 8080 (frame:http1.response; content:"nowhere"; sid:26;)', 'header', {'misfit': 'ports'}, 0, {}),
]


class Bench:
	def __init__(self, program, folder):
		self.program, self.folder = os.path.abspath(program), folder
		self.env = dict(os.environ, XDG_CACHE_HOME=folder, LC_ALL='C.UTF-8', TZ='UTC', ASAN_OPTIONS='detect_leaks=0')
		self.capture = replay.capture(os.path.join(folder, 'a.pcap'), replay.session(80, replay.REQUEST, replay.RESPONSE))
		self.rules = os.path.join(folder, 'a.rules')
		with open(self.rules, 'w') as f:
			f.write(''.join(r[0] + '\n' for r in RULES))

	def replay(self, *args, status=0):
		out = tempfile.mkdtemp(dir=self.folder)
		done = subprocess.run([self.program, 'replay', '-l', out, *args], env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)
		assert done.returncode == status, done.stderr.decode()[-2000:]
		return out, done.stderr.decode()

	def lines(self, path, schema):
		with open(os.path.join(TOOLS, schema), encoding='utf-8') as f:
			valid = jsonschema.Draft7Validator(json.load(f))
		with open(path, encoding='utf-8') as f:
			out = [json.loads(line) for line in f]
		for one in out:
			for why in valid.iter_errors(one):
				raise AssertionError('%s in %s' % (why.message, one))
		return out


def events(folder):
	"""All records, without what differs from run to run."""
	out = []
	for path in sorted(glob.glob(os.path.join(folder, '**', 'eve.json'), recursive=True)):
		with open(path) as f:
			for line in f:
				record = json.loads(line)
				if record['event_type'] == 'stats':
					record['stats'].pop('uptime', None)
					record['stats'].get('detect', {}).pop('engines', None)
				out.append((os.path.relpath(path, folder), json.dumps(record, sort_keys=True)))
	return out


def cases(program, folder):
	bench = Bench(program, folder)
	asked = [a for i in range(1, len(RULES) + 1) for a in ('--explain', '%d' % i if i % 2 else '1:%d' % i)]

	def reasons():
		out, said = bench.replay('-S', bench.rules, *asked, bench.capture)
		lines = bench.lines(os.path.join(out, 'explain.json'), 'explain.json')
		ends = {r['sid']: r for r in lines if r['record'] == 'summary'}
		assert sorted(ends) == list(range(1, len(RULES) + 1)), sorted(ends)
		with open(bench.rules) as f:
			text = f.read().splitlines()
		for sid, (rule, end, about, candidates, fates) in enumerate(RULES, 1):
			r = ends[sid]
			assert r['end'] == end, (rule, r)
			found = {k: r[k]['text'] if k == 'test' else r[k] for k in ('misfit', 'buffer', 'test') if k in r}
			assert found == about, (rule, found)
			assert r['fates'] == fates, (rule, r)
			assert candidates in (None, r['candidates']), (rule, r)
			looks = [x for x in lines if x['sid'] == sid and x['record'] == 'look']
			assert len([x for x in looks if 'candidate' not in x]) == r['candidates'], (rule, looks)
			for x in looks + [r]:
				if 'test' in x:
					at = x['test']
					assert text[at['line'] - 1][at['column'] - 1:].startswith(at['text']), (rule, at)
			assert 'sid %d "' % sid in said, said
		missed = [(x['frame'], x['end']) for x in lines if x['sid'] == 23 and x['record'] == 'look']
		assert missed == [({'type': 'frame:http1.response', 'id': 2}, 'pattern')], missed
		assert 'frame:http1.response 2: its fast pattern is not there' in said, said
		at = next(x for x in lines if x['sid'] == 2 and x['record'] == 'look')
		assert (at['pcap_cnt'], at['tx_id'], at['src_port'], at['matched'], at['of']) == (7, 0, 40000, 1, 2), at
		assert '1 of 2 tests in http.uri match, not content:"shadow" (%s:2:' % bench.rules in said, said
		assert 'never a candidate: its fast pattern was not found in http.uri content:"/nowhere"' in said, said

	def fates():
		rules = os.path.join(folder, 'fates.rules')
		with open(rules, 'w') as f:
			f.write('pass tcp any any -> any any (content:"GET "; sid:1;)\nalert http any any -> any any (http.uri; content:"passwd"; priority:255; sid:2;)\n'
				'alert tcp any any <> 10.0.0.1 any (content:"HTTP/1.1 200"; sid:3;)\n')
		out, _ = bench.replay('-S', rules, '--explain', '2', '--explain', '1', '--explain', '3', bench.capture)
		lines = bench.lines(os.path.join(out, 'explain.json'), 'explain.json')
		ends = {(r['sid'], r.get('reverse', False)): r for r in lines if r['record'] == 'summary'}
		assert sorted(ends) == [(1, False), (2, False), (3, False), (3, True)], sorted(ends)
		assert ends[2, False]['fates'] == {'passed': 1} and ends[1, False]['fates'] == {'silent': 1}, ends
		assert ends[2, False]['looks']['off'] > 0, ends
		loud = os.path.join(folder, 'loud.rules')
		with open(loud, 'w') as f:
			f.write(''.join('alert tcp any any -> any any (flags:S; sid:%d;)\n' % i for i in range(1, 5)))
		out, _ = bench.replay('-S', loud, '--explain', '4', '--set', 'packet-alert-max=2', bench.capture)
		assert bench.lines(os.path.join(out, 'explain.json'), 'explain.json')[-1]['fates'] == {'cut': 1}

	def misuse():
		for args in (['--explain', '999'], ['--explain', '2:1'], ['--explain', 'x'], ['--explain', '1:'], ['--explain', '1', '--workers', '2'],
				['--rule-profile', '--workers', '2']):
			_, said = bench.replay('-S', bench.rules, *args, bench.capture, status=1)
			assert said.startswith('error: --explain'), (args, said)

	def profile():
		out, said = bench.replay('-S', bench.rules, '--rule-profile', '--set', 'profiling.rules.limit=0', bench.capture)
		report = bench.lines(os.path.join(out, 'rule_perf.log'), 'rule_perf.json')[0]
		by_sid = {r['signature_id']: r for r in report['rules']}
		expected = {sid: r[3] for sid, r in enumerate(RULES, 1) if r[3]}
		assert {s: by_sid[s]['checks'] for s in expected} == expected, by_sid
		assert {s for s, r in by_sid.items() if r['matches'] > 0} == {sid for sid, r in enumerate(RULES, 1) if r[1] == 'matched'}, by_sid
		assert sum(r['ticks_total'] for r in report['rules']) == report['ticks_total'] > 0
		assert [r['ticks_total'] for r in report['rules']] == sorted((r['ticks_total'] for r in report['rules']), reverse=True)
		for r in report['rules']:
			assert r['ticks_avg'] <= r['ticks_max'] <= r['ticks_total'], r
		assert ' checks ' in said and len([line for line in said.splitlines() if line.startswith(' ')]) == 1 + len(by_sid), said

	def profile_keys():
		where = ['--set', 'profiling.rules.filename=cost.json', '--set', 'profiling.rules.sort=checks', '--set', 'profiling.rules.limit=2']
		out, said = bench.replay('-S', bench.rules, '--rule-profile', *where, bench.capture)
		for append, n in (('yes', 2), ('no', 1)):
			subprocess.run([bench.program, 'replay', '-l', out, '-S', bench.rules, '--rule-profile', *where, '--set', 'profiling.rules.append=' + append,
				bench.capture], env=bench.env, stderr=subprocess.DEVNULL, check=True, timeout=60)
			lines = bench.lines(os.path.join(out, 'cost.json'), 'rule_perf.json')
			assert len(lines) == n and [r['checks'] for r in lines[0]['rules']] == [10, 3], lines

	def unchanged():
		paths = make.make(os.path.join(folder, 'captures'))
		rules = allrules.write(bench.program, folder)
		with open(rules) as f:
			sids = {int(x.split(';')[0]) for x in f.read().split('sid:')[1:]}
		some = [a for sid in sorted(sids)[::29] for a in ('--explain', str(sid))]
		for more in ([], ['--simulate-ips']):
			plain, _ = bench.replay('-S', rules, '--separate', *more, *paths)
			watched, _ = bench.replay('-S', rules, '--separate', '--rule-profile', *some, *more, *paths)
			a, b = events(plain), events(watched)
			assert len(a) > 1000 and len(a) == len(b), (len(a), len(b))
			for x, y in zip(a, b):
				assert x == y, '%s\n%s' % (x, y)
			bench.lines(os.path.join(watched, 'explain.json'), 'explain.json')

	return [('why rules matched, or how far they came', reasons), ('what became of matches', fates), ('what cannot be asked', misuse),
		('what rules cost', profile), ('keys of profiling.rules', profile_keys), ('events are the same when somebody looks', unchanged)]


if __name__ == '__main__':
	if len(sys.argv) != 2:
		print(__doc__)
		sys.exit(2)
	with tempfile.TemporaryDirectory(prefix='hg-explain-') as where:
		sys.exit(tap.run('explain', cases(sys.argv[1], where)))
