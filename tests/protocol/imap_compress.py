"""COMPRESS=DEFLATE: what a client sees of it, and clients that send something else than they promised."""
import unittest
import zlib

from imap_support import Case, Client, Closed, endpoints, message

SMALL = (zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS)


class Compressing(Client):
    """Compresses from compress() on, until plain()."""

    deflater = inflater = None

    def compress(self):
        tagged = self.ok("COMPRESS DEFLATE")[1]
        assert not self.buffer
        self.deflater, self.inflater = zlib.compressobj(*SMALL), zlib.decompressobj(-zlib.MAX_WBITS)
        return tagged

    def plain(self):
        self.deflater = self.inflater = None

    def send(self, octets, flush=zlib.Z_SYNC_FLUSH):
        octets = octets if isinstance(octets, bytes) else octets.encode()
        self.raw(self.deflater.compress(octets) + self.deflater.flush(flush) if self.deflater else octets)

    def raw(self, octets):
        super().send(octets)

    def fill(self):
        before, self.buffer = self.buffer, b""
        super().fill()
        self.buffer = before + (self.inflater.decompress(self.buffer) if self.inflater else self.buffer)


class Compressed(Case):
    def compressing(self, account=0):
        client = Compressing()
        self.addCleanup(client.close)
        entry = endpoints()["accounts"][account]
        client.ok(f'LOGIN "{entry["address"]}" "{entry["password"]}"')
        client.compress()
        return client


class Compress(Compressed):
    def test_it_is_offered_once_signed_in_and_until_it_is_active(self):
        "[rfc4978:3]"
        client = Compressing()
        self.addCleanup(client.close)
        self.assertNotIn(b"COMPRESS", client.greeting)
        self.assertTrue(client.says("COMPRESS DEFLATE")[1].startswith(b"BAD"))
        self.assertIn(b" COMPRESS=DEFLATE", self.imap.ok("CAPABILITY")[0][0])
        for wrong in ("COMPRESS", "COMPRESS LZW", "COMPRESS DEFLATE 9"):
            self.assertTrue(self.imap.says(wrong)[1].startswith(b"BAD"), wrong)
        client = self.compressing()
        self.assertTrue(client.says("COMPRESS DEFLATE")[1].startswith(b"NO [COMPRESSIONACTIVE]"))
        self.assertNotIn(b"COMPRESS", client.ok("CAPABILITY")[0][0])

    def test_a_session_under_compression(self):
        "[rfc4978:3] [rfc4978:4]"
        client = self.compressing()
        self.filled(3, client)
        large = message(body="All work and no play.\r\n" * 20_000)
        self.assertTrue(client.append(self.box, large).startswith(b"OK"))
        client.ok("NOOP")
        self.assertIn(large, client.ok("FETCH 4 BODY[]")[0][0])
        self.assertEqual(len(client.ok("FETCH 1:3 (FLAGS ENVELOPE)")[0]), 3)
        client.send("a NOOP\r\nb NOOP\r\nc CAPABILITY\r\n")  # one flush, three commands
        for tag in "abc":
            self.assertTrue(client.until(tag)[1].startswith(b"OK"))
        client.ok("LOGOUT")

    def test_partial_flushes_and_octets_that_dribble(self):
        client = self.compressing()
        for number in range(20):
            client.send(f"p{number} NOOP\r\n", zlib.Z_PARTIAL_FLUSH)
            self.assertTrue(client.until(f"p{number}")[1].startswith(b"OK"))
        squeezed = client.deflater.compress(b"d NOOP\r\n") + client.deflater.flush(zlib.Z_SYNC_FLUSH)
        for octet in squeezed:
            client.raw(bytes([octet]))
        self.assertTrue(client.until("d")[1].startswith(b"OK"))

    def test_idle_hears_and_ends(self):
        client = self.compressing()
        self.filled(1, client)
        client.send("i IDLE\r\n")
        self.assertTrue(client.line().startswith(b"+"))
        self.imap.append(self.box, message())
        while not client.line().endswith(b" 2 EXISTS"):
            pass
        client.send("DONE\r\n")
        self.assertTrue(client.until("i")[1].startswith(b"OK"))

    def test_a_command_that_does_not_wait_for_the_answer(self):
        "[rfc4978:3]"
        self.imap.send("a COMPRESS DEFLATE\r\nb NOOP\r\n")
        self.assertTrue(self.imap.until("a")[1].startswith(b"BAD"))
        self.assertTrue(self.imap.until("b")[1].startswith(b"OK"))

    def test_unauthenticate_ends_it(self):
        "[rfc8437:4.1]"
        client = self.compressing()
        for _ in range(8):
            client.ok("UNAUTHENTICATE")
            client.plain()
            self.assertNotIn(b"COMPRESS", client.ok("CAPABILITY")[0][0])
            entry = endpoints()["accounts"][1]
            client.ok(f'LOGIN "{entry["address"]}" "{entry["password"]}"')
            client.compress()
            client.ok("SELECT INBOX")


class Hostile(Compressed):
    def ends(self, client):
        """The connection ends, with a BYE or without."""
        try:
            while True:
                client.line()
        except (Closed, zlib.error):
            pass

    def test_garbage_ends_the_session(self):
        for octets in (b"a1 NOOP\r\n" * 50, b"\xff" * 1000, b"\x00" * 1000, zlib.compress(b"a NOOP\r\n")):
            client = self.compressing()
            client.raw(octets)
            self.ends(client)
        self.imap.ok("NOOP")

    def test_a_stream_that_ends_is_the_end(self):
        client = self.compressing()
        client.send("a NOOP\r\n", zlib.Z_FINISH)
        self.assertTrue(client.until("a")[1].startswith(b"OK"))
        client.raw(b"b NOOP\r\n")
        self.ends(client)

    def test_bombs_meet_the_limits_of_plain_text(self):
        def bomb(client, first, octets):
            squeezed = client.deflater.compress(first)
            piece = b"x" * (1 << 20)
            for _ in range(octets >> 20):
                squeezed += client.deflater.compress(piece)
            squeezed += client.deflater.flush(zlib.Z_SYNC_FLUSH)
            self.assertLess(len(squeezed), octets // 500)
            try:
                client.raw(squeezed)
            except OSError:
                pass
            self.ends(client)

        bomb(self.compressing(), b"a NOOP ", 512 << 20)                      # a line
        bomb(self.compressing(), b"a LOGIN {131072}\r\n", 64 << 20)          # a literal and what follows
        bomb(self.compressing(), b"a APPEND INBOX {1073741824+}\r\n", 512 << 20)
        self.imap.ok("NOOP")

    def test_nothing_but_empty_blocks(self):
        client = self.compressing()
        try:
            client.raw(b"\x00\x00\x00\xff\xff" * 1_000_000)
        except OSError:
            pass
        self.ends(client)
        self.imap.ok("NOOP")


if __name__ == "__main__":
    unittest.main()
