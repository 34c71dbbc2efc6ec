"""All files, whatever rules say, with their types; a depth below that of streams says nothing."""
FRAMES_OF = 'files'
SETTINGS = ['outputs.file-store.enabled=yes', 'outputs.file-store.force-filestore=yes', 'outputs.file-store.stream-depth=1kb',
	'outputs.file-store.force-magic=yes', 'outputs.file-store.max-open-files=2']
FILES = True
