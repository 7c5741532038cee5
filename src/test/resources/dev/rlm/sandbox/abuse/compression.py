# Compression: bombs made and opened in memory fill the heap of their worker only.

# %% A bomb of zlib
#> fails with (MemoryError|OverflowError) or exhausts the memory or is killed or is stopped
#> limit 2 s
import zlib
packer = zlib.compressobj(9)
bomb = b"".join(packer.compress(bytes(10_000_000)) for _ in range(200)) + packer.flush()
zlib.decompress(bomb)

# %% A bomb of gzip
#> fails with (MemoryError|OverflowError) or exhausts the memory or is killed or is stopped
#> limit 2 s
import gzip, zlib
packer = zlib.compressobj(9, zlib.DEFLATED, 31)
bomb = b"".join(packer.compress(bytes(10_000_000)) for _ in range(200)) + packer.flush()
gzip.decompress(bomb)

# %% A bomb of bz2, which this interpreter does not have
#> fails with ModuleNotFoundError
import bz2
bomb = bz2.compress(bytes(20_000_000)) * 100
bz2.decompress(bomb)

# %% A bomb of lzma
#> fails with .+ or exhausts the memory or is killed or is stopped
#> limit 2 s
import lzma
bomb = lzma.compress(bytes(20_000_000)) * 100
lzma.decompress(bomb)

# %% A bomb of zip
#> fails with .+ or exhausts the memory or is killed or is stopped
#> limit 2 s
import io, zipfile
buffer = io.BytesIO()
with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
    with archive.open("bomb", "w", force_zip64=True) as file:
        for _ in range(100):
            file.write(bytes(10_000_000))
zipfile.ZipFile(buffer).read("bomb")

# %% Endless compression is stopped or killed
#> is stopped or is killed
import zlib
packer = zlib.compressobj(9)
data = bytes(range(256)) * 10_000
while True:
    packer.compress(data)

# %% Broken archives are refused with an error
#> ends well
#> prints 3 refused
import gzip, io, zipfile, zlib
refused = 0
for attempt in (
    lambda: zlib.decompress(b"\x78\x9c" + b"\xff" * 100),
    lambda: gzip.decompress(b"\x1f\x8b" + b"\xff" * 100),
    lambda: zipfile.ZipFile(io.BytesIO(b"PK\x05\x06" + b"\xff" * 18)),
):
    try:
        print(attempt())
    except Exception:
        refused += 1
print(refused, "refused")

# %% An archive does not extract files
#> fails with .+
import io, zipfile
buffer = io.BytesIO()
with zipfile.ZipFile(buffer, "w") as archive:
    archive.writestr("../rlm-abuse-written", "x")
zipfile.ZipFile(buffer).extractall(empty_folder)

# %% A tar archive does not extract files
#> fails with .+
import io, tarfile
buffer = io.BytesIO()
with tarfile.open(fileobj=buffer, mode="w") as archive:
    info = tarfile.TarInfo("rlm-abuse-written")
    info.size = 1
    archive.addfile(info, io.BytesIO(b"x"))
buffer.seek(0)
tarfile.open(fileobj=buffer, mode="r:").extractall(empty_folder, filter="fully_trusted")

# %% A header that asks for a huge dictionary is an error, or the end of the memory
#> fails with .+ or exhausts the memory
import lzma
lzma.decompress(b"rlm-abuse-written" + bytes(500))

# %% A bomb of entities in XML is refused or stopped
#> fails with .+ or is stopped or is killed or exhausts the memory
#> limit 2 s
import xml.etree.ElementTree as ElementTree
entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
ElementTree.fromstring(f'<!DOCTYPE x [<!ENTITY e0 "bomb">{entities}]><x>&e11;</x>')

# %% An external entity of XML is not read
#> ends well or fails with .+
import xml.etree.ElementTree as ElementTree
root = ElementTree.fromstring(f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret_file}">]><x>&e;</x>')
print(root.text)

# %% An external entity of SAX is not read
#> ends well or fails with .+
import io, xml.sax, xml.sax.handler
class Reader(xml.sax.handler.ContentHandler):
    def characters(self, content):
        print(content)
parser = xml.sax.make_parser()
parser.setFeature(xml.sax.handler.feature_external_ges, True)
parser.setContentHandler(Reader())
parser.parse(io.StringIO(f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret_file}">]><x>&e;</x>'))

# %% base64 of a bomb ends or fills the heap
#> ends well or fails with (MemoryError|OverflowError) or exhausts the memory or is killed
#> limit 2 s
import base64
data = bytes(50_000_000)
for _ in range(10):
    data = base64.b64encode(data)
print("done")
