"""Files that lists know: bad, good, in both, in several; one that is cut off, and an upload."""
FRAMES_OF = 'file-digests'
LISTS = (('bad-md5', 'md5', 'bad'), ('seen', 'sha256', 'bad'), ('good', 'sha1', 'good'), ('sm', 'sm3', 'bad'))
SETTINGS = ['compat=native', 'default-data-dir=@']
SETTINGS += ['file-lists.%s.%s=%s' % (name, key, value) for name, kind, verdict in LISTS
	for key, value in (('type', kind), ('load', name + '.txt'), ('verdict', verdict))]
RECORDS = ('fileinfo',)
KEYS = ('fileinfo', 'files')
