"""Searches find the text of attachments where a converter is configured: here pdftotext behind the HTTP interface of Apache Tika."""
import base64
import http.server
import subprocess
import threading
import unittest

from imap_support import Case, endpoints
from suite_support import eventually, skip_unless_local


def pdf(text):
    """A document of one page."""
    drawn = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
               b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
               b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn), b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1, table, len(objects) + 1, len(out))


class Converter(http.server.BaseHTTPRequestHandler):
    def do_PUT(self):
        octets = self.rfile.read(int(self.headers["Content-Length"]))
        done = subprocess.run(["pdftotext", "-", "-"], input=octets, capture_output=True, timeout=20)
        self.send_response(200 if done.returncode == 0 else 422)
        self.send_header("Content-Length", str(len(done.stdout)))
        self.end_headers()
        self.wfile.write(done.stdout)

    def log_message(self, *_):
        pass


def mail(subject, document):
    lines = [f"Subject: {subject}", "From: a@example.test", "MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=b", "", "--b", "", "plain words", "--b",
             "Content-Type: application/pdf; name=a.pdf", "Content-Transfer-Encoding: base64", "", *base64.encodebytes(document).decode().split(), "--b--", ""]
    return "\r\n".join(lines).encode()


@skip_unless_local
class Attachments(Case):
    def found(self, key, needle):
        lines, _ = self.imap.ok(f'UID SEARCH {key} "{needle}"')
        return b" ".join(lines).split()[2:]

    def test_what_stands_in_a_document_is_found_once_the_converter_answers(self):
        "[rfc9051:6.4.4]"
        self.imap.append(self.box, mail("minutes", pdf("Quarterly Zebra Forecast")))
        self.imap.append(self.box, mail("broken", b"%PDF-1.4 nothing of use"))
        self.imap.ok(f"SELECT {self.box}")
        self.assertEqual(self.found("TEXT", "zebra forecast"), [])  # nobody converts yet
        self.assertEqual(self.found("BODY", "plain words"), [b"1", b"2"])
        server = http.server.ThreadingHTTPServer(("127.0.0.1", endpoints()["smtp"]["port"] - 2525 + 9998), Converter)
        self.addCleanup(server.server_close)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.shutdown)
        eventually(lambda: self.found("TEXT", "zebra forecast") == [b"1"], 60)
        self.assertEqual(self.found("BODY", "QUARTERLY zebra"), [b"1"])
        self.assertEqual(self.found("BODY", "plain words"), [b"1", b"2"])
        self.assertEqual(self.found("BODY", "endstream"), [])


if __name__ == "__main__":
    unittest.main()
