#!/usr/bin/env python3
"""What `hangu check` says to authors of rules: places to the character, the nearest known word, JSON for editors.

usage: check.py PROGRAM          prints TAP; needs python3-jsonschema
"""
import json
import os
import subprocess
import sys
import tempfile

import jsonschema

import tap

HERE = os.path.dirname(os.path.abspath(__file__))
TOOLS = os.path.join(HERE, '..', '..', 'docs', 'schema', 'tools')
CLASSES = 'classification-file=' + os.path.join(HERE, '..', '..', 'rules', 'sets', 'classification.config')

# A rule with the bytes that are to blame between « and »; what the sentence says; the code; what is meant instead.
BLAMED = [
	('alert tcp any any -> any any («contnet»:"a"; sid:1;)', "unknown keyword 'contnet'; did you mean 'content'?", 'unknown-keyword', 'content'),
	('alert http any any -> any any («http.urii»; content:"a"; sid:1;)', "did you mean 'http.uri'?", 'unknown-keyword', 'http.uri'),
	('«alrt» tcp any any -> any any (content:"a"; sid:1;)', "unknown action 'alrt'", 'unknown-action', 'alert'),
	('alert «htpt» any any -> any any (content:"a"; sid:1;)', "did you mean 'http'?", 'unknown-protocol', 'http'),
	('alert tcp «$HOME_NTE» any -> any any (content:"a"; sid:1;)', "no variable $HOME_NTE", 'unknown-variable', '$HOME_NET'),
	('alert tcp any any -> [10.0.0.1,«10.0.0.256»] any (content:"a"; sid:1;)', 'is no address', 'bad-address', None),
	('alert tcp any any -> [10.0.0.1, 10.0.0.0/«33»] any (content:"a"; sid:1;)', '33 is not within 0..32', 'bad-address', None),
	('alert tcp any [80,«65536»] -> any any (content:"a"; sid:1;)', '65536 is not within 0..65535', 'bad-port', None),
	('alert tcp any any -> any [80,!9«o»] (content:"a"; sid:1;)', "'o' does not belong to a number", 'bad-port', None),
	('alert tcp any any -> any any (flow:established,«to_sever»; sid:1;)', "flow does not know 'to_sever'; did you mean 'to_server'?", 'unknown-value',
	 'to_server'),
	('alert tcp any any -> any any (flowbits:«sett»,a; sid:1;)', 'flowbits knows', 'unknown-value', 'set'),
	('alert tcp any any -> any any (content:"ab|4«g»|"; sid:1;)', "'g' is no hex digit", 'bad-value', None),
	('alert tcp any any -> any any (content:"函谷|4«g»|"; sid:1;)', "'g' is no hex digit", 'bad-value', None),
	('alert tcp any any -> any any (msg:"\U0001f6aa"; «nocsae»; sid:1;)', "did you mean 'nocase'?", 'unknown-keyword', 'nocase'),
	('alert tcp any any -> any any (pcre:"/ab(«»/"; sid:1;)', 'regular expression:', 'bad-value', None),
	('alert tcp any any -> any any (pcre:"/ab/i«q»"; sid:1;)', "unknown flag 'q'", 'bad-value', None),
	('alert tcp any any -> any any (content:"a"; threshold:type limit, track «by_scr», count 1, seconds 1; sid:1;)', "did you mean 'by_src'?",
	 'unknown-value', 'by_src'),
	('alert tcp any any -> any any (content:"a"; depth:«abc»; sid:1;)', 'sets "abc"', 'bad-value', None),
	('alert tcp any any -> any any (frame:tls.pdu; «absent»; sid:1;)', 'nobody knows of a frame that it will not come', 'bad-value', None),
	('alert tcp any any -> any any (entropy:«byts» 4; sid:1;)', "did you mean 'bytes'?", 'unknown-value', 'bytes'),
	('alert tcp any any -> any any (byte_test:1,>,0,0,«relativ»; sid:1;)', "did you mean 'relative'?", 'unknown-value', 'relative'),
	('alert tcp any any -> any any \\\n  (content:"a"; \\\n   «contnet»:"a"; sid:1;)', 'unknown keyword', 'unknown-keyword', 'content'),
	('alert tcp any any -> any any \\\n  (content: \\\n   "ab|4«g»|"; sid:1;)', 'no hex digit', 'bad-value', None),
	('alert http any any -> any any (http.host; content:"abc"; «content:"Abc"»; sid:1;)', 'lower case', 'bad-rule', None),
	('alert http any any -> any any (http.uri; content:"abc"; «http.method»; sid:1;)', 'nothing looks into', 'bad-rule', None),
	('alert tcp any any -> any any (dsize:5; «http.uri»; content:"abc"; sid:1;)', 'exclude the buffer', 'bad-rule', None),
	('alert http any any -> any any (flow:to_client; «http.uri»; content:"abc"; sid:1;)', 'exists to_server only', 'bad-rule', None),
	('alert http any any -> any any («http.uri»; bsize:2; content:"abc"; sid:1;)', 'the contents need 3 bytes', 'bad-rule', None),
	('«alert tcp any any -> any any (msg:"a";)»', 'the sid is missing', 'bad-rule', None),
]


def utf16(text):
	return len(text.encode('utf-16-le')) // 2


class Bench:
	def __init__(self, program, folder):
		self.program, self.folder = os.path.abspath(program), folder
		self.env = dict(os.environ, XDG_CACHE_HOME=folder, LC_ALL='C.UTF-8')

	def run(self, *args, **more):
		return subprocess.run([self.program, *args], env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, **more)

	def file(self, name, text):
		path = os.path.join(self.folder, name)
		with open(path, 'w', encoding='utf-8') as f:
			f.write(text)
		return path

	def lines(self, schema, *args):
		with open(os.path.join(TOOLS, schema), encoding='utf-8') as f:
			valid = jsonschema.Draft7Validator(json.load(f))
		done = self.run(*args)
		out = [json.loads(line) for line in done.stdout.decode().splitlines()]
		for one in out:
			for why in valid.iter_errors(one):
				raise AssertionError('%s in %s' % (why.message, one))
		return done.returncode, out


def split(marked):
	"""The rule without marks; line from 0, begin and end of what they enclose, as byte column and in UTF-16."""
	begin, end = marked.index('«'), marked.index('»') - 1
	text = marked.replace('«', '').replace('»', '')
	line = text.count('\n', 0, begin)
	start = text.rfind('\n', 0, begin) + 1
	return text, line, len(text[start:begin].encode()), utf16(text[start:begin]), utf16(text[start:end])


def cases(program, folder):
	bench = Bench(program, folder)

	def places():
		for i, (marked, said, _, near) in enumerate(BLAMED):
			text, line, column, _, _ = split(marked)
			path = bench.file('a.rules', '# a comment\n' + text + '\n')
			done = bench.run('check', '-S', path)
			first = done.stderr.decode().splitlines()[0]
			assert done.returncode == 1, marked
			assert first.startswith('%s:%d:%d: ' % (path, line + 2, column + 1)), (marked, first)
			assert said in first, (marked, first)
			assert ('did you mean' in first) == (near is not None), first

	def ranges():
		for marked, said, code, near in BLAMED:
			text, line, _, begin, end = split(marked)
			path = bench.file('b b.rules', '# a comment\n' + text + '\n')
			status, found = bench.lines('diagnostic.json', 'check', '--json', '-S', path)
			assert status == 1 and len(found) == 1, (marked, found)
			d = found[0]
			assert d['uri'] == 'file://' + os.path.realpath(path).replace(' ', '%20') and d['path'] == path, d
			assert d['range']['start'] == {'line': line + 1, 'character': begin}, (marked, d['range'])
			assert '«»' in marked or d['range']['end'] == {'line': line + 1, 'character': end}, (marked, d['range'])
			assert (d['severity'], d['code']) == (1, code), (marked, d)
			assert said in d['message'], (marked, d['message'])
			assert d.get('data', {}).get('replacement') == near, (marked, d)

	def quiet():
		path = bench.file('c.rules', 'alert http any any -> any any (http.uri; content:"/etc/passwd"; sid:1;)\n')
		done = bench.run('check', '--json', '-S', path)
		assert done.returncode == 0 and done.stdout == b'', done.stdout
		assert done.stderr == b'1 rules loaded, 0 refused\n', done.stderr

	def others():
		path = bench.file('d.rules', 'alert tcp any any -> any any (content:"abcd"; sid:1; rev:2;)\nalert tcp any any -> any any (content:"abcd"; sid:1; rev:1;)\n'
			'alert tcp any any -> any any (requires:version >= 99; content:"abcd"; sid:2;)\n')
		status, found = bench.lines('diagnostic.json', 'check', '--json', '-S', path)
		assert status == 1
		assert sorted((d['code'], d['severity'], d['data']['sid']) for d in found) == [('duplicate-sid', 1, 1), ('left-out', 3, 2)], found

	def configuration():
		path = bench.file('e.yaml', '%YAML 1.1\n---\nflwo:\n  memcap: 1mb\n')
		status, found = bench.lines('diagnostic.json', 'check', '--json', '-c', path)
		assert status == 1 and len(found) == 1, found
		assert found[0]['code'] == 'configuration' and found[0]['range']['start']['line'] == 2, found
		limits = bench.file('limits.config', '# one\nsuppress gen_id 1, sig_id 1, track by_scr, ip 10.0.0.1\n')
		_, found = bench.lines('diagnostic.json', 'check', '--json', '-S', bench.file('h.rules', ''), '--set', 'threshold-file=' + limits)
		assert [(d['severity'], d['code'], d['path'], d['range']['start']['line']) for d in found] == [(2, 'configuration', limits, 1)], found
		_, found = bench.lines('diagnostic.json', 'check', '--json', '-S', os.path.join(folder, 'none.rules'))
		assert [(d['severity'], d['code']) for d in found] == [(1, 'configuration')], found

	def analysis():
		rules = [
			('alert http any any -> any any (http.uri; content:"/etc/passwd"; sid:1;)', 'transaction', 'low', 'http.uri/http/to_server', []),
			('alert tcp any any -> any any (content:"ab"; sid:2;)', 'stream', 'high', 'stream/to_server', ['short-pattern']),
			('alert tcp any any -> any 80 (content:"abcd"; flow:to_server; sid:3;)', 'stream', 'low', 'stream/to_server/ports', []),
			('alert tcp any any -> any any (content:"abcdef"; flow:to_server; sid:4;)', 'stream', 'medium', 'stream/to_server', []),
			('alert udp any any -> any any (pcre:"/a+b/"; sid:5;)', 'packet-and-stream', 'very-high', 'payload/udp/to_server', ['pcre-without-content']),
			('alert http any any -> any any (content:"abcd"; http_uri; sid:6;)', 'transaction', 'low', 'http.uri/http/to_server', ['deprecated']),
			('alert tcp any any -> any any (content:!"abcd"; sid:7;)', 'stream', 'high', 'stream/to_server', ['no-fast-pattern']),
			('alert tcp any any -> any any (content:"abcd"; flowbits:isset,none; sid:8;)', 'stream', 'medium', 'stream/to_server', ['flowbit-never-set']),
			('alert tcp any any -> any any (content:"abcd"; flowbits:set,some; noalert; sid:9;)', 'stream', 'medium', 'stream/to_server', []),
			('alert tcp any any -> any any (content:"abcd"; flowbits:isset,some; noalert; sid:10;)', 'stream', 'medium', 'stream/to_server', ['no-effect']),
			('alert tcp any any -> any any (flags:S; flow:established; sid:11;)', 'packet', 'medium', 'packet/tcp/to_server', ['flow-options']),
			('alert ip 10.1.2.3 any -> any any (sid:12;)', 'ip-only', 'index', 'address', []),
			('alert dns any any -> any any (content:"abcd"; classtype:none-such; sid:13;)', 'stream', 'medium', 'payload/udp/to_server',
			 ['unknown-class']),
			('alert tcp any any -> any any (content:"abcdefgh"; fast_pattern:2,3; flow:to_server; sid:14;)', 'stream', 'high', 'stream/to_server',
			 ['short-pattern']),
			('alert tcp any any <> 10.0.0.1 80 (content:"|00 22|ab"; nocase; sid:15;)', 'stream', 'low', 'stream/to_server/ports', []),
		]
		path = bench.file('f.rules', ''.join(r[0] + '\n' for r in rules))
		status, found = bench.lines('analysis.json', 'check', '--analyze', '--json', '-S', path, '--set', CLASSES)
		assert status == 0 and len(found) == len(rules) + 1, (status, len(found))
		by_sid = {f['sid']: f for f in found}
		for sid, (text, kind, cost, group, warnings) in enumerate(rules, 1):
			f = by_sid[sid]
			assert (f['type'], f['cost'], [w['code'] for w in f['warnings']]) == (kind, cost, warnings), (text, f)
			assert group in [g['name'] for g in f['groups']], (text, f['groups'])
			assert f['line'] == sid and f['file'] == path, f
		fast = by_sid[14]['fast_pattern']
		assert (fast['pattern'], fast['chop'], fast['chosen_by'], fast['option']) == ('cde', True, 'author', 1), fast
		assert by_sid[15]['fast_pattern']['pattern'] == '|00 22|ab' and by_sid[15]['fast_pattern']['nocase'], by_sid[15]
		assert 'fast_pattern' not in by_sid[12] and all(g['always'] for g in by_sid[7]['groups'])
		head, *rows = bench.run('check', '--analyze', '-S', path, '--set', CLASSES).stdout.decode().splitlines()
		columns = head.split('\t')
		table = {int(r['sid']): r for r in (dict(zip(columns, row.split('\t'))) for row in rows)}
		assert sorted(table) == sorted(by_sid), table
		for sid, f in by_sid.items():
			assert table[sid]['cost'] == f['cost'] and table[sid]['warnings'] == (','.join(w['code'] for w in f['warnings']) or '-'), table[sid]
			assert table[sid]['groups'] == ','.join(g['name'] for g in f['groups']), table[sid]
		_, told = bench.lines('diagnostic.json', 'check', '--json', '-S', path, '--set', CLASSES)
		assert [(d['data']['sid'], d['code'], d['severity']) for d in told] == [(sid, w, 2) for sid, r in enumerate(rules, 1) for w in r[4]], told
		at = next(d for d in told if d['code'] == 'deprecated')['range']
		assert rules[5][0][at['start']['character']:at['end']['character']] == 'http_uri', at

	def terminal():
		path = bench.file('g.rules', 'alert tcp any any -> any any (content:"ab"; sid:2;)\n')
		leader, follower = os.openpty()
		subprocess.run([bench.program, 'check', '--analyze', '-S', path], env=bench.env, stdout=follower, stderr=subprocess.DEVNULL, timeout=60)
		text = os.read(leader, 65536).decode()
		os.close(leader)
		os.close(follower)
		assert '\t' not in text and 'fast pattern' in text and 'payload:ab' in text and 'short-pattern' in text, text

	return [('what becomes of rules, what they cost, what is hardly meant so', analysis), ('a table on a terminal', terminal),
		('sentences name the place to the byte and the nearest word', places), ('diagnostics have ranges as LSP wants them', ranges),
		('rules without a finding give no line', quiet), ('rules that others replace, and those for another engine', others),
		('a mistake in the configuration is a diagnostic', configuration)]


if __name__ == '__main__':
	if len(sys.argv) != 2:
		print(__doc__)
		sys.exit(2)
	with tempfile.TemporaryDirectory(prefix='hg-check-') as where:
		sys.exit(tap.run('check', cases(sys.argv[1], where)))
