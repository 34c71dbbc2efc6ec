#!/usr/bin/env python3
"""What the package installs against the programs: the configuration, its examples, classes of rules, units.

usage: packaging.py HANGU LINKD ROOT          prints TAP
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import tap  # noqa: E402

HANGU, LINKD, ROOT = (os.path.abspath(p) for p in sys.argv[1:4]) if len(sys.argv) > 3 else ('', '', '')
UNITS = ('hangu.service', 'hangu-linkd.service')


def text(name):
	with open(os.path.join(ROOT, name), encoding='utf-8') as f:
		return f.read()


class Installed:
	"""A copy of the configuration whose paths are below a folder of its own."""

	def __init__(self, folder):
		self.path = folder + '/hangu.yaml'
		shutil.copy(os.path.join(ROOT, 'packaging/local.rules'), folder)
		shutil.copy(os.path.join(ROOT, 'rules/sets/classification.config'), folder)
		self.text = text('packaging/hangu.yaml').replace('/etc/hangu/rules', folder).replace('/etc/hangu/class', folder + '/class')
		self.text = self.text.replace('/var/cache/hangu', folder).replace('/usr/share/hangu/rules', os.path.join(ROOT, 'rules/sets'))

	def write(self, content=None):
		with open(self.path, 'w', encoding='utf-8') as f:
			f.write(self.text if content is None else content)

	def without_sets(self):
		"""The same with local.rules alone."""
		return re.sub(r'^  - .*/rules/sets/.*\n', '', self.text, flags=re.M)

	def check(self, program, *words):
		return subprocess.run([program, *words, '-c', self.path], capture_output=True, text=True, timeout=60)


def uncommented(content, head):
	"""The block of comments that begins behind the line `head`, as YAML."""
	block = content[content.index(head):]
	lines = block[block.index('\n#dpdk:') + 1:].split('\n')
	end = next(i for i, line in enumerate(lines) if not re.match('#(dpdk:|  )', line))
	return content + ''.join(line[1:] + '\n' for line in lines[:end])


def both_programs_take_it_without_a_word():
	with tempfile.TemporaryDirectory() as folder:
		c = Installed(folder)
		c.write()
		done = c.check(HANGU, 'check')
		sets = re.findall('^  - .*/(rules/sets/.*[.]rules)', c.text, re.M)
		shipped = sum(text(name).count('\nalert ') for name in sets)
		named = {os.path.basename(name) for name in re.findall('rules/sets/.*[.]rules', c.text)}
		assert named == {f for f in os.listdir(os.path.join(ROOT, 'rules/sets')) if f.endswith('.rules')} and len(sets) > 5, named
		assert (done.returncode, done.stdout, done.stderr) == (0, '%d rules loaded, 0 refused\n' % shipped, ''), done
		done = c.check(LINKD, 'check')
		assert done.returncode == 0 and done.stderr == '' and '1 targets' in done.stdout, done


def its_examples_are_right():
	with tempfile.TemporaryDirectory() as folder:
		c = Installed(folder)
		for head, names in (('# Inline,', ['eth1', 'eth2']), ('# Listening,', ['eth1'])):
			c.write(uncommented(c.text, head))
			done = c.check(HANGU, 'check')
			assert done.returncode == 0 and done.stderr == '', done
			done = c.check(HANGU, 'run', '--check-host')
			assert all(n in done.stdout for n in names) and 'is not listed' not in done.stdout, done
		rules = c.text.replace('  #rules:', '  rules:').replace('  #  - name', '    - name')
		c.write(re.sub('  #    (max|action|ttl)', r'      \1', rules).replace('    #- name', '    - name').replace('    #  driver', '      driver'))
		done = c.check(LINKD, 'check')
		assert done.returncode == 0 and '1 rules, 2 targets' in done.stdout, done
		example = text('packaging/local.rules').split('#\n', 1)[1].replace('#', '')
		with open(folder + '/local.rules', 'w', encoding='utf-8') as f:
			f.write(example)
		c.write(c.without_sets())
		done = c.check(HANGU, 'check')
		assert done.stdout == '1 rules loaded, 0 refused\n' and done.stderr == '', done


def classes_are_known_by_their_names():
	with tempfile.TemporaryDirectory() as folder:
		c = Installed(folder)
		names = re.findall(r'^config classification: ([^,]+),[^,]+,[1-4]$', text('rules/sets/classification.config'), re.M)
		assert len(names) == len(set(names)) == text('rules/sets/classification.config').count('\nconfig ') > 40
		with open(folder + '/local.rules', 'w', encoding='utf-8') as f:
			f.writelines('alert tcp any any -> any any (msg:"x"; classtype:%s; sid:%d;)\n' % (n, i) for i, n in enumerate(names, 1))
		c.write(c.without_sets())
		done = c.check(HANGU, 'check')
		assert done.returncode == 0 and done.stdout == '%d rules loaded, 0 refused\n' % len(names) and done.stderr == '', done


def units_are_understood_by_systemd():
	if shutil.which('systemd-analyze') is None:
		return 'skip: no systemd-analyze here'
	with tempfile.TemporaryDirectory() as folder:
		for unit in UNITS:
			# The programs are not where the package puts them.
			body = re.sub('^Documentation=.*\n', '', text('packaging/systemd/' + unit), flags=re.M)
			with open('%s/%s' % (folder, unit), 'w', encoding='utf-8') as f:
				f.write(body.replace('/usr/bin/hangu-linkd', LINKD).replace('/usr/bin/hangu ', HANGU + ' '))
		done = subprocess.run(['systemd-analyze', 'verify', *('%s/%s' % (folder, u) for u in UNITS)],
		                      capture_output=True, text=True, timeout=60)
		assert done.returncode == 0 and done.stderr == '', done.stderr
	return None


def folders_are_the_same_everywhere():
	made = set(re.findall(r'^d (\S+)', text('packaging/systemd/tmpfiles.conf'), re.M))
	scripts = text('packaging/debian/postinst'), text('packaging/debian/postrm')
	for path in made:
		assert all(path in s for s in scripts), path
	for unit in UNITS:
		paths = set(' '.join(re.findall(r'^ReadWritePaths=([^-].*)', text('packaging/systemd/' + unit), re.M)).split())
		assert paths and paths <= made, (unit, paths)
	wanted = set(re.findall(r'^[^#]*?(/(?:run|var)/[\w/]+)', text('packaging/hangu.yaml'), re.M))
	assert wanted and wanted <= made, wanted


if __name__ == '__main__':
	if not os.path.exists(HANGU):
		sys.exit(__doc__)
	sys.exit(tap.run('packaging', [
		('both programs take the configuration without a word', both_programs_take_it_without_a_word),
		('its examples are right', its_examples_are_right),
		('classes are known by their names', classes_are_known_by_their_names),
		('units are understood by systemd', units_are_understood_by_systemd),
		('folders are the same everywhere', folders_are_the_same_everywhere),
	]))
