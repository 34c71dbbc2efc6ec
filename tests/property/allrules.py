"""A rule set that looks into every buffer and asks for every event that the program lists. Standard library only."""
import os
import re
import subprocess

# What is asked of a buffer; a form that does not fit it (numbers have no contents) is refused when the set is loaded.
FORMS = ('content:"e";', 'content:!"zzz"; content:"t"; nocase; distance:0; within:40;', 'pcre:"/[a-z0-9]{2,}/i";', 'bsize:>0;',
	'content:"0"; byte_test:1,>,0x20,0,relative;', 'isdataat:10;', 'to_sha256; content:!"x";', 'to_lowercase; content:"a";',
	'>0;', 'tls1.2;', 'client_hello;', 'retr;', '4b324fc8-1670-01d3-1278-5a47bf6ee188,=3;', '0-9,15;', 'SETTINGS;', 'NO_ERROR;', 'SETTINGS_MAX_CONCURRENT_STREAMS>0;',
	'passive;', 'yes;', 'weak;')
VALUES = FORMS[8:]
FEW = FORMS[:1] + FORMS[3:4] + VALUES
# Of packets and streams.
OTHERS = (
	'tcp any any -> any any (content:"GET "; startswith; flow:to_server,established; flowbits:set,get;',
	'tcp any any -> any any (content:"HTTP"; flow:to_client; flowbits:isset,get; threshold:type limit,track by_src,count 2,seconds 60;',
	'http any any -> any any (content:"Host"; http.uri; content:"/";',
	'http any any -> any any (http.method; content:"GET"; http.uri; content:"a"; http.user_agent; content:"t";',
	'http any any -> any any (file.data; content:"line "; byte_extract:1,0,n,relative; content:"o"; distance:0;',
	'tcp any any -> any any (content:"|16 03|"; byte_jump:2,1,relative; isdataat:1,relative;',
	'tcp any any -> any any (pcre:"/(root|guest)/"; base64_decode:bytes 8, offset 0; base64_data; content:"a";',
	'tcp-pkt any any -> any any (dsize:>0; content:"e";', 'tcp any any -> any any (flags:S; window:65535;',
	'tcp any any -> any any (stream_size:both,>,10; content:"a";', 'udp any any -> any 53 (content:"|01 00|"; depth:4; offset:2;',
	'icmp any any -> any any (itype:>0; icode:<5;', 'ip any any -> any any (ipopts:any;', 'ip any any -> any any (ttl:<65; fragbits:M;',
	'ip any any -> any any (ip_proto:!6; noalert;', 'ip [10.0.0.0/8,!10.0.0.9] any -> any any (',
	'tls any any -> any any (flow:established;', 'dns any any -> any any (', 'tcp any any -> any any (app-layer-protocol:http;',
	'tcp any any -> any any (flow:to_server; flowint:n,+,1; flowint:n,>,3;', 'http any any -> any any (filemd5:x; noalert;',
	'http any any -> any any (filesize:>10;', 'http any any -> any any (filename:"one";',
)
CELL = re.compile(r'^\| ([^|]+) \|', re.M)


def listed(program, what):
	text = subprocess.run([program, 'check', '--list', what], stdout=subprocess.PIPE, check=True).stdout.decode()
	return CELL.findall(text)[1:]


def heads(program, forms):
	"""The heads of all rules, up to their own options; the number of buffers is that of the program."""
	for buffer in listed(program, 'buffers'):
		for form in forms:
			yield 'ip any any -> any any (%s%s%s' % (buffer, ':' if form in VALUES else '; ', form)
	for event in listed(program, 'events'):
		yield 'ip any any -> any any (%s;' % event
	yield from OTHERS


def write(program, folder, forms=FORMS):
	"""The path of the set: those rules that load."""
	drafts, path = os.path.join(folder, 'drafts.rules'), os.path.join(folder, 'all.rules')
	with open(drafts, 'w') as f:
		for sid, head in enumerate(heads(program, forms), 1):
			f.write('alert %s msg:"%d"; sid:%d;)\n' % (head, sid, sid))
	env = dict(os.environ, XDG_CACHE_HOME=folder)
	subprocess.run([program, 'check', '-S', drafts, '--write-loaded', path], stdout=subprocess.DEVNULL,
		stderr=subprocess.DEVNULL, env=env)
	return path


def buffers_without_rule(program, path):
	with open(path) as f:
		text = f.read()
	return [b for b in listed(program, 'buffers') if not re.search(r'\(%s[;:]' % re.escape(b), text)]
