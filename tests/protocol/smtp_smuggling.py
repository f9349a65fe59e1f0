"""Smuggled ends of data (contract S01), each cut at every place into two TCP segments: never two messages, never one that was refused."""
import time
import unittest

from smtp_support import Client, Inbox, account, mark

ENDS = [b"\n.\n", b"\r.\r", b"\r.\n", b"\n.\r", b"\n.\r\n", b"\r\n.\n", b"\r.\r\n", b"\r\n.\r", b"\r\n.\r\r\n", b"\r\r\n.\r\r\n", b"\r\n\0.\r\n",
        b"\r\n.\0\r\n", b"\r\n\0.\0\r\n"]


class Smuggling(unittest.TestCase):
    def test_every_end_cut_everywhere(self):
        marker, who = mark(), account(2)
        client, sent = None, 0
        for end in ENDS:
            before = f"Subject: {marker}\r\n\r\nbody".encode()
            after = f"MAIL FROM:<evil@elsewhere.invalid>\r\nRCPT TO:<{who['address']}>\r\nDATA\r\nSubject: {marker}\r\n\r\nsmuggled\r\n.\r\n".encode()
            for cut in range(len(before) - 1, len(before) + len(end) + 2):
                if sent % 4 == 0:  # more refusals in one session would try the server's patience
                    if client:
                        client.socket.close()
                    client = Client()
                    client.greets()
                sent += 1
                client.asks("MAIL FROM:<bob@elsewhere.invalid>")
                client.asks(f"RCPT TO:<{who['address']}>")
                self.assertEqual(client.asks("DATA")[:3], "354")
                wire = before + end + after
                client.sends(wire[:cut])
                time.sleep(0.002)
                client.sends(wire[cut:])
                reply = client.hears()
                self.assertEqual(reply[:9], "550 5.6.0", (end, cut))
                self.assertEqual(client.asks("NOOP")[:3], "250", (end, cut))  # nothing of `after` was taken for a command
        client.socket.close()
        self.assertEqual(Inbox(who).messages(marker), [])

    def test_the_true_end_cut_everywhere(self):  # [rfc5321:4.1.1.4]
        marker, who = mark(), account(2)
        message = f"Subject: {marker}\r\n\r\n..x\r\n.\r\n".encode()
        with Client() as client:
            client.greets()
            for cut in range(len(message) - 8, len(message)):
                client.asks("MAIL FROM:<>")
                client.asks(f"RCPT TO:<{who['address']}>")
                client.asks("DATA")
                client.sends(message[:cut])
                time.sleep(0.002)
                client.sends(message[cut:])
                self.assertEqual(client.hears()[:3], "250")
        self.assertEqual(len(Inbox(who).waits_for(marker)), 8)

    def test_bare_line_ends_in_commands(self):
        for line in (b"NOOP\nNOOP", b"NOOP\rNOOP", b"MAIL FROM:<>\nRCPT TO:<x@y.test>"):
            with Client() as client:
                client.greets()
                self.assertEqual(client.asks(line)[:9], "500 5.5.2")


if __name__ == "__main__":
    unittest.main()
