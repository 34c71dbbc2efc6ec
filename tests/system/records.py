"""Records against docs/schema: one file a record type, what they share in common.json. Needs python3-jsonschema."""
import glob
import json
import os
import re

import jsonschema

DIGIT = re.compile(rb'[0-9]')
FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'docs', 'schema')


def inside(node, name):
	"""The schema of one file as a part of one document that holds them all."""
	if isinstance(node, dict):
		return {k: place(v, name) if k == '$ref' else inside(v, name) for k, v in node.items() if k != '$schema'}
	return [inside(x, name) for x in node] if isinstance(node, list) else node


def place(ref, name):
	file, _, path = ref.partition('#')
	return '#/definitions/%s%s' % (file or name, path)


class Schema:
	def __init__(self):
		files = {}
		for path in sorted(glob.glob(os.path.join(FOLDER, '*.json'))):
			with open(path, encoding='utf-8') as f:
				files[os.path.basename(path)] = json.load(f)
				jsonschema.Draft7Validator.check_schema(files[os.path.basename(path)])
		self.types = [n[:-5] for n in files if n != 'common.json']
		parts = {name: inside(schema, name) for name, schema in files.items()}
		self.sound = set()
		self.by_type = {t: jsonschema.Draft7Validator(dict(parts[t + '.json'], definitions=parts)) for t in self.types}

	def finding(self, line):
		"""What is wrong with a line, or None. Of lines that differ in digits only the first is looked at: no form of the schema
		tells digits apart, but for the upper bounds of numbers."""
		form = DIGIT.sub(b'0', line)
		if form in self.sound:
			return None
		why = self.look(line)
		if why is None:
			self.sound.add(form)
		return why

	def look(self, line):
		try:
			record = json.loads(line)
		except ValueError as e:
			return 'no JSON: %s' % e
		kind = record.get('event_type') if isinstance(record, dict) else None
		if kind not in self.by_type:
			return 'no schema for event_type %r' % kind
		for error in self.by_type[kind].iter_errors(record):
			while error.context:
				error = min(error.context, key=lambda e: (e.validator == 'const', -len(e.path)))
			return '%s: %s' % ('.'.join(str(x) for x in error.absolute_path) or kind, error.message[:300])
		return None
